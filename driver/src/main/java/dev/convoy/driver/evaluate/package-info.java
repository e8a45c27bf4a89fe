/**
 * Evaluation: {@link dev.convoy.driver.evaluate.Evaluator} runs a model over a split and answers
 * with an {@link dev.convoy.driver.evaluate.EvaluateReport}.
 */
package dev.convoy.driver.evaluate;

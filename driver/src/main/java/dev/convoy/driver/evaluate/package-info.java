/**
 * Evaluation: {@link dev.convoy.driver.evaluate.Evaluator} runs a model on a split and returns an
 * {@link dev.convoy.driver.evaluate.EvaluateReport}.
 */
package dev.convoy.driver.evaluate;

/**
 * Explaining a model on an image: {@link dev.convoy.driver.explain.ExplainPlan} says what is asked
 * for, {@link dev.convoy.driver.explain.ExplainRequest} is that opened and checked, {@link
 * dev.convoy.driver.explain.Explainer} measures and writes the page, and {@link
 * dev.convoy.driver.explain.ExplainReport} tells what came out. What is measured is in {@code
 * measure}, what is drawn in {@code page}; neither knows of files.
 */
package dev.convoy.driver.explain;

/**
 * Explanation of a model on an image. An {@link dev.convoy.driver.explain.ExplainPlan} is the
 * request, an {@link dev.convoy.driver.explain.ExplainRequest} its opened and checked inputs. The
 * {@link dev.convoy.driver.explain.Explainer} measures and writes the page, and the {@link
 * dev.convoy.driver.explain.ExplainReport} holds the results. Package {@code measure} computes,
 * package {@code page} draws; neither uses files.
 */
package dev.convoy.driver.explain;

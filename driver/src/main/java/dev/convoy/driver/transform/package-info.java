/**
 * The transform from rows with an image to rows with a prediction, which every way of scoring uses.
 *
 * <p>{@link dev.convoy.driver.transform.ImageTransform} maps the partitions of a table. {@link
 * dev.convoy.driver.transform.ImageColumn} knows where a row has its image and in which form, and
 * {@link dev.convoy.driver.transform.ImageReader} converts it to pixels. {@link
 * dev.convoy.driver.transform.ScoredImages} collects images of one size into batches, passes them
 * through the networks of a {@link dev.convoy.driver.transform.ForwardPass}, and returns the rows
 * in their order. {@link dev.convoy.driver.transform.ResultColumns} converts a {@link
 * dev.convoy.driver.transform.Prediction} to cells.
 */
package dev.convoy.driver.transform;

/**
 * The public interface for programs.
 *
 * <p>A {@link dev.convoy.ConvoyClassifier} trains a network on rows with images and labels, and
 * returns a {@link dev.convoy.ConvoyModel}, which adds predictions to the rows of a {@code
 * Dataset}. Both are stages of Spark's pipelines. {@link dev.convoy.ConvoyExtensions} scores in
 * Spark SQL. The other packages may change from version to version.
 */
package dev.convoy;

/**
 * The public interface for programs.
 *
 * <p>A {@link dev.convoy.ConvoyModel} adds predictions to the rows of a {@code Dataset}, alone or
 * as a stage of Spark's pipelines, and {@link dev.convoy.ConvoyExtensions} does so in Spark SQL.
 * The other packages may change from version to version.
 */
package dev.convoy;

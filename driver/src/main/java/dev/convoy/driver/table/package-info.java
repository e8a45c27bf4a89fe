/**
 * Tables as inputs, of {@code prepare}, {@code score} and programs alike.
 *
 * <p>{@link dev.convoy.driver.table.OpenTable} is a table that Spark reads: files, a table of a
 * lake format or of a catalog, or the rows of a query. {@link dev.convoy.driver.table.TrainingRows}
 * reads the images, labels and ids of its rows.
 */
package dev.convoy.driver.table;

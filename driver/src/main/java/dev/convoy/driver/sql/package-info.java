/**
 * The functions {@code convoy_predict} and {@code convoy_embed} of Spark SQL.
 *
 * <p>{@link dev.convoy.driver.sql.SqlFunctions} registers them. A call is an {@link
 * dev.convoy.driver.sql.ImageCall}, which cannot be evaluated row by row. When a query is analysed,
 * {@link dev.convoy.driver.sql.PlanCalls} moves calls out of their operators into a {@link
 * dev.convoy.driver.sql.ScoreImages} below them, {@link dev.convoy.driver.sql.PushThroughScoring}
 * optimises around it, and {@link dev.convoy.driver.sql.ScoreImagesExec} runs it: batches of images
 * from the rows of a partition, by the transform of every other way of scoring.
 *
 * <p>This is the one package that extends Spark's query plans, which are not part of its public
 * interface.
 */
package dev.convoy.driver.sql;

/**
 * Scoring of images with a model.
 *
 * <p>{@link dev.convoy.driver.score.ScoreInput} reads the rows of a dataset split or a Parquet
 * table, or makes rows of the slices of any other format ({@link
 * dev.convoy.driver.score.SliceRows}). {@link dev.convoy.driver.score.Scorer} adds the predictions,
 * one output row for each input row, and writes the rows as Parquet.
 */
package dev.convoy.driver.score;

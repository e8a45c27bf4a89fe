/**
 * Scoring: {@link dev.convoy.driver.score.ScoreInput} makes rows of a dataset split, a Parquet
 * table or the slices of any other format ({@link dev.convoy.driver.score.SliceRows}); {@link
 * dev.convoy.driver.score.Scorer} adds the predictions, one row out for one row in, and writes them
 * as Parquet.
 */
package dev.convoy.driver.score;

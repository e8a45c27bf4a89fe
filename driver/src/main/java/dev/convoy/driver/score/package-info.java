/**
 * Scoring: {@link dev.convoy.driver.score.ScoreInput} makes rows of a dataset split, a folder of
 * images or a Parquet table; {@link dev.convoy.driver.score.Scorer} adds the predictions, one row
 * out for one row in, and writes them as Parquet.
 */
package dev.convoy.driver.score;

/**
 * Where the rows of a scoring job go. A {@link dev.convoy.driver.score.output.ScoreTarget} says
 * where and how. A {@link dev.convoy.driver.score.output.ScoreOutput} writes there: {@link
 * dev.convoy.driver.score.output.FileOutput} a directory of files, by a commit protocol of its own,
 * and {@link dev.convoy.driver.score.output.TableOutput} a table of Delta Lake or Iceberg, by the
 * format's protocol. Nothing is visible before all rows are written and counted.
 */
package dev.convoy.driver.score.output;

package dev.convoy.driver.score;

import java.util.List;

/**
 * What was scored.
 *
 * @param output directory of the Parquet files
 * @param rows in the output: as many as there were in the input
 * @param errors rows without a prediction, whose {@code error} says why
 * @param skippedFiles files of a folder that are no PNG or JPEG by their names
 * @param seconds of the whole job
 * @param imagesPerSecond rows per second of the whole job
 * @param notes what the user should know about how it was done
 */
public record ScoreReport(
    String output,
    long rows,
    long errors,
    long skippedFiles,
    double seconds,
    double imagesPerSecond,
    List<String> notes) {}

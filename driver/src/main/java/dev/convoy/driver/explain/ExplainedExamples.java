package dev.convoy.driver.explain;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.explain.measure.Pixels;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Examples of a dataset for an explanation.
 *
 * @param split their split: test if it has examples, else validation, else train
 * @param sample the first examples in the order of a hash of their ids, always the same
 * @param chosen the example requested by id
 */
record ExplainedExamples(Split split, List<Example> sample, Optional<Example> chosen) {
  ExplainedExamples {
    sample = List.copyOf(sample);
  }

  /**
   * Reads examples.
   *
   * @param id id of an example that must exist, in any split
   * @throws InvalidRequestException if it does not exist
   */
  static ExplainedExamples read(
      SparkSession session, ImageDataset data, int count, Optional<String> id) {
    Split split = bestSplit(data);
    List<Example> sample =
        collect(
            data,
            data.requireSplit(session, split).orderBy(xxhash64(col("id")), col("id")).limit(count));
    return new ExplainedExamples(split, sample, id.map(wanted -> find(session, data, wanted)));
  }

  private static Split bestSplit(ImageDataset data) {
    return Stream.of(Split.TEST, Split.VALIDATION, Split.TRAIN)
        .filter(split -> data.manifest().count(split) > 0)
        .findFirst()
        .orElse(Split.TEST);
  }

  private static Example find(SparkSession session, ImageDataset data, String id) {
    for (Split split : List.of(Split.TEST, Split.VALIDATION, Split.TRAIN)) {
      List<Example> found =
          collect(data, data.split(session, split).filter(col("id").equalTo(id)).limit(1));
      if (!found.isEmpty()) {
        return found.get(0);
      }
    }
    throw new InvalidRequestException(
        "Cannot explain --id "
            + id
            + ": "
            + data.directory()
            + " has no example of that id (leave --id out to have one chosen)");
  }

  private static List<Example> collect(ImageDataset data, Dataset<Row> rows) {
    return rows.select("id", "label", "image").collectAsList().stream()
        .map(
            row ->
                new Example(
                    row.getString(0),
                    row.getInt(1),
                    new Pixels(data.manifest().shape(), (byte[]) row.get(2))))
        .toList();
  }
}

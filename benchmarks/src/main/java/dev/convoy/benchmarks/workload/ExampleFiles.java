package dev.convoy.benchmarks.workload;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Converts prepared datasets to {@link ExampleFile}s. */
public final class ExampleFiles {
  private ExampleFiles() {}

  /** Writes a split of a dataset to a file. */
  public static void of(Path directory, Split split, Path file) {
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
      ImageDataset dataset = ImageDataset.open(storage, directory.toString());
      List<Row> rows = dataset.split(session, split).select("image", "label").collectAsList();
      ExampleFile.write(
          file,
          dataset.manifest().normalisation(),
          rows.stream().map(row -> row.<byte[]>getAs(0)).toList(),
          rows.stream().map(row -> row.getInt(1)).toList());
    }
  }
}

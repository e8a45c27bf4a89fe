package dev.convoy.data.prepare;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.unhex;

import dev.convoy.data.ImageShape;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/**
 * Computes the fingerprint of a dataset: equal for equal content, however it is divided into files.
 *
 * <p>It is the SHA-256 over, for every example in the order of (split key, id in UTF-8), the split
 * key, id, label number and SHA-256 of the image; then height, width, channels; the number of
 * labels and their names; mean and standard deviation of every channel as the bits of doubles; the
 * kind of normalisation, unless these are statistics of the train split. Fields are delimited by
 * {@link Sha256}. The examples are read back from the written files, sorted by Spark, and reach the
 * driver one partition at a time.
 */
final class Fingerprint {
  private static final int ROWS_BETWEEN_REPORTS = 1024;

  private final SparkSession spark;
  private final String dataset;
  private final WorkListener progress;
  private long read;

  /**
   * Creates a fingerprint without reading anything.
   *
   * @param dataset directory of the dataset
   * @param progress is told how many examples were read
   */
  Fingerprint(SparkSession spark, String dataset, WorkListener progress) {
    this.spark = spark;
    this.dataset = dataset;
    this.progress = progress;
  }

  String compute(
      Map<Split, List<DataFile>> files,
      ImageShape shape,
      List<String> labels,
      Normalisation normalisation) {
    Sha256 digest = new Sha256();
    addExamples(files, digest);
    digest.add(shape.height()).add(shape.width()).add(shape.channels());
    digest.add(labels.size());
    labels.forEach(digest::add);
    for (int channel = 0; channel < shape.channels(); channel++) {
      digest.add(Double.doubleToLongBits(normalisation.mean().get(channel)));
      digest.add(Double.doubleToLongBits(normalisation.std().get(channel)));
    }
    if (normalisation.kind() != Normalisation.Kind.DATASET) {
      digest.add(normalisation.kind().key());
    }
    return digest.hex();
  }

  /** Adds all examples, which one job sorts: a job for each split would take longer to start. */
  private void addExamples(Map<Split, List<DataFile>> files, Sha256 digest) {
    Optional<Dataset<Row>> all =
        files.entrySet().stream()
            .map(each -> digests(each.getKey(), each.getValue()))
            .reduce(Dataset::unionAll);
    if (all.isEmpty()) {
      return;
    }
    // Cached, because sorting by ranges reads its input twice.
    Dataset<Row> digests = all.get().persist(StorageLevel.MEMORY_AND_DISK());
    Map<String, Long> rows = new HashMap<>();
    try {
      Iterator<Row> sorted = digests.orderBy("split", "id").toLocalIterator();
      while (sorted.hasNext()) {
        Row row = sorted.next();
        String split = row.getString(0);
        byte[] image = row.getAs(3);
        digest.add(split).add(row.getString(1)).add(row.getInt(2)).add(image);
        rows.merge(split, 1L, Long::sum);
        if (++read % ROWS_BETWEEN_REPORTS == 0) {
          progress.progress(read);
        }
      }
      progress.progress(read);
    } finally {
      digests.unpersist();
    }
    files.forEach((split, written) -> requireAll(split, written, rows));
  }

  private Dataset<Row> digests(Split split, List<DataFile> files) {
    String[] paths =
        files.stream()
            .map(file -> Storage.literal(Storage.join(dataset, file.path())))
            .toArray(String[]::new);
    return spark
        .read()
        .schema(ImageDataset.SCHEMA)
        .parquet(paths)
        .select(
            lit(split.key()).as("split"),
            col("id"),
            col("label"),
            unhex(sha2(col("image"), 256)).as("image"));
  }

  private void requireAll(Split split, List<DataFile> files, Map<String, Long> rows) {
    long written = files.stream().mapToLong(DataFile::rows).sum();
    long found = rows.getOrDefault(split.key(), 0L);
    if (found != written) {
      throw new JobFailedException(
          "Cannot prepare "
              + dataset
              + ": "
              + written
              + " examples were written to the "
              + split.key()
              + " split and "
              + found
              + " were read back");
    }
  }
}

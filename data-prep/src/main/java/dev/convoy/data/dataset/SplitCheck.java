package dev.convoy.data.dataset;

import dev.convoy.data.FirstOf;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.example.data.simple.convert.GroupRecordConverter;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.SerializableConfiguration;
import scala.Tuple2;

/**
 * Compares the files of a split with the manifest: the SHA-256 of every file, and its examples by
 * label.
 *
 * <p>The check is a separate pass with one Spark task for each file, which reads the file once as a
 * stream and, if the digest is right, the label column again. So it does not affect the order in
 * which Spark's reader gives rows, nor the last bits of sums over them.
 */
final class SplitCheck {
  private static final int PIECE_BYTES = 1 << 20;
  private static final int MOST_NAMED = 10;

  private SplitCheck() {}

  static void require(SparkSession session, String directory, Manifest manifest, Split split) {
    List<DataFile> files = manifest.files().get(split);
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    ReadFile reading =
        new ReadFile(
            new SerializableConfiguration(spark.hadoopConfiguration()), manifest.labels().size());
    List<String> paths = files.stream().map(file -> Storage.join(directory, file.path())).toList();
    List<String> sums = files.stream().map(DataFile::sha256).toList();
    List<Tuple2<String, String>> tasks = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      tasks.add(new Tuple2<>(paths.get(i), sums.get(i)));
    }
    List<Tuple2<String, long[]>> found =
        spark.parallelize(tasks, files.size()).map(reading).collect();
    List<String> faults = new ArrayList<>();
    long[] counts = new long[manifest.labels().size() + 1];
    for (int i = 0; i < files.size(); i++) {
      if (found.get(i)._1().equals(sums.get(i))) {
        long[] labels = found.get(i)._2();
        for (int at = 0; at < labels.length; at += 2) {
          counts[(int) labels[at]] += labels[at + 1];
        }
      } else {
        faults.add(files.get(i).path() + ": its SHA-256 is not the one in the manifest");
      }
    }
    if (faults.isEmpty()) {
      compare(manifest, split, counts, faults);
    }
    refuseIfAny(faults, "Cannot read the " + split.key() + " split of " + directory);
  }

  private static void compare(Manifest manifest, Split split, long[] counts, List<String> faults) {
    List<Long> promised = manifest.counts().get(split);
    for (int label = 0; label < promised.size(); label++) {
      if (counts[label] != promised.get(label)) {
        faults.add(
            String.format(
                Locale.ROOT,
                "label %s: its files have %d examples, and its manifest says %d",
                manifest.labels().get(label),
                counts[label],
                promised.get(label)));
      }
    }
    long without = counts[promised.size()];
    if (without > 0) {
      faults.add(
          String.format(
              Locale.ROOT,
              "%d examples have a label number that is none of the %d labels of the manifest",
              without,
              promised.size()));
    }
  }

  private static void refuseIfAny(List<String> faults, String verdict) {
    if (faults.isEmpty()) {
      return;
    }
    StringBuilder message = new StringBuilder(verdict).append(": it is damaged or was changed");
    FirstOf<String> first = FirstOf.of(faults, MOST_NAMED);
    first
        .shown()
        .forEach(fault -> message.append(System.lineSeparator()).append("  ").append(fault));
    message.append(first.andMore(System.lineSeparator() + "  … "));
    message.append(System.lineSeparator()).append("Prepare the dataset again.");
    throw new JobFailedException(message.toString());
  }

  /**
   * Reads one file, given with its expected digest. Returns the actual digest and, if the two are
   * equal, pairs of a label number and its number of examples; examples without a valid label are
   * counted under the number of labels. All of Spark's serializers can pass these types.
   */
  private record ReadFile(SerializableConfiguration hadoop, int labels)
      implements Function<Tuple2<String, String>, Tuple2<String, long[]>> {
    @Override
    public Tuple2<String, long[]> call(Tuple2<String, String> file) {
      Storage storage = new Storage(hadoop.value());
      String sha256 = storage.read(file._1(), ReadFile::digest);
      boolean whole = sha256.equals(file._2());
      return new Tuple2<>(sha256, whole ? labels(storage, file._1()) : new long[0]);
    }

    private static String digest(InputStream in) throws IOException {
      MessageDigest digest = Sha256.newDigest();
      byte[] piece = new byte[PIECE_BYTES];
      for (int bytes = in.read(piece); bytes >= 0; bytes = in.read(piece)) {
        digest.update(piece, 0, bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    }

    private long[] labels(Storage storage, String path) {
      long[] counts = new long[labels + 1];
      MessageType schema =
          MessageTypeParser.parseMessageType("message m { required int32 label; }");
      try (ParquetFileReader reader = ParquetFileReader.open(storage.inputFile(path))) {
        String writer = reader.getFileMetaData().getCreatedBy();
        reader.setRequestedSchema(schema);
        PageReadStore group;
        while ((group = reader.readNextRowGroup()) != null) {
          ColumnReader column =
              new ColumnReadStoreImpl(
                      group, new GroupRecordConverter(schema).getRootConverter(), schema, writer)
                  .getColumnReader(schema.getColumns().get(0));
          for (long row = 0; row < group.getRowCount(); row++) {
            int label = column.getInteger();
            counts[label >= 0 && label < labels ? label : labels]++;
            column.consume();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
      }
      long[] pairs = new long[2 * (labels + 1)];
      int used = 0;
      for (int label = 0; label <= labels; label++) {
        if (counts[label] > 0) {
          pairs[used++] = label;
          pairs[used++] = counts[label];
        }
      }
      return Arrays.copyOf(pairs, used);
    }
  }
}

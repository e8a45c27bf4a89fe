package dev.convoy.data.prepare;

import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;

/**
 * The Parquet files that one task writes into one folder of the dataset. A file is opened for its
 * first row and closed when it is large enough; the next row opens another.
 *
 * <p>A file is written under its final name. Closing without {@link #finish} deletes all files.
 */
final class PartFiles implements AutoCloseable {
  /**
   * Bytes of a row group, which is buffered in memory: small, since a task writes up to four files
   * at once.
   */
  private static final long ROW_GROUP = 16L << 20;

  private final Storage storage;
  private final String dataset;
  private final String folder;
  private final MessageType schema;
  private final int task;
  private final long fileBytes;
  private final List<DataFile> files = new ArrayList<>();
  private final List<String> created = new ArrayList<>();
  private HashingFile file;
  private ParquetWriter<Group> writer;
  private long rows;
  private boolean finished;

  /**
   * Creates a writer that opens no file yet.
   *
   * @param dataset directory of the dataset
   * @param folder path relative to that directory
   * @param task number of the task, for file names
   * @param fileBytes size in bytes at which a file is closed
   */
  PartFiles(
      Storage storage,
      String dataset,
      String folder,
      MessageType schema,
      int task,
      long fileBytes) {
    this.storage = storage;
    this.dataset = dataset;
    this.folder = folder;
    this.schema = schema;
    this.task = task;
    this.fileBytes = fileBytes;
  }

  MessageType schema() {
    return schema;
  }

  void write(Group row) {
    try {
      if (writer == null) {
        open();
      }
      writer.write(row);
      rows++;
      if (writer.getDataSize() >= fileBytes) {
        closeFile();
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Closes the last file and returns all of them. */
  List<DataFile> finish() {
    try {
      if (writer != null) {
        closeFile();
      }
    } catch (IOException e) {
      throw failure(e);
    }
    finished = true;
    return List.copyOf(files);
  }

  private void open() throws IOException {
    String name =
        String.format(Locale.ROOT, "%s/part-%05d-%s.parquet", folder, task, UUID.randomUUID());
    created.add(name);
    file = new HashingFile(storage, Storage.join(dataset, name));
    writer =
        ExampleParquetWriter.builder(file)
            .withConf(new Configuration(false))
            .withType(schema)
            .withRowGroupSize(ROW_GROUP)
            .withDictionaryEncoding("image", false)
            // Images are large. By default a page has at least a hundred of them: readers would
            // need memory for all, and time quadratic in its size.
            .withMinRowCountForPageSizeCheck(1)
            .withCompressionCodec(CompressionCodecName.SNAPPY)
            .build();
    rows = 0;
  }

  private void closeFile() throws IOException {
    ParquetWriter<Group> closing = writer;
    writer = null;
    closing.close();
    files.add(new DataFile(created.get(created.size() - 1), rows, file.bytes(), file.sha256()));
  }

  private UncheckedIOException failure(IOException e) {
    return new UncheckedIOException(
        "Cannot write " + Storage.join(dataset, folder) + ": " + e.getMessage(), e);
  }

  @Override
  public void close() {
    if (finished) {
      return;
    }
    if (writer != null) {
      try {
        writer.close();
      } catch (IOException | RuntimeException e) {
        // The file is deleted anyway, and the first failure is being thrown.
        writer = null;
      }
    }
    created.forEach(name -> storage.delete(Storage.join(dataset, name)));
  }
}

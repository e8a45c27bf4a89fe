package dev.convoy.data.source;

import dev.convoy.data.io.SerializedBytes;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.TaskItems;
import dev.convoy.data.progress.WorkListener;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/** Looks into files that have to be read before their images are known, such as archives. */
public interface FileScan {
  /** Looks into one file after the other, in this thread. */
  FileScan HERE =
      new FileScan() {
        @Override
        public <R extends Serializable> List<R> of(
            Storage storage, List<ArchiveFile> files, Look<R> look, Class<R> type) {
          return files.stream().map(file -> look.at(storage, file)).toList();
        }
      };

  /** A look into a file. */
  interface Look<R> extends Serializable {
    R at(Storage storage, ArchiveFile file);
  }

  /** Returns what was found in each file, in their order. */
  <R extends Serializable> List<R> of(
      Storage storage, List<ArchiveFile> files, Look<R> look, Class<R> type);

  /** Looks into each file in a Spark task. */
  static FileScan onSpark(JavaSparkContext spark, WorkListener progress) {
    return new FileScan() {
      @Override
      public <R extends Serializable> List<R> of(
          Storage storage, List<ArchiveFile> files, Look<R> look, Class<R> type) {
        return files.isEmpty() ? List.of() : tasks(spark, progress, files, look, type);
      }
    };
  }

  private static <R extends Serializable> List<R> tasks(
      JavaSparkContext spark,
      WorkListener progress,
      List<ArchiveFile> files,
      Look<R> look,
      Class<R> type) {
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    try (TaskItems work =
        new TaskItems(spark.sc(), progress, "Listing", "archives", OptionalLong.of(files.size()))) {
      LongAccumulator done = work.counter();
      Function<ArchiveFile, byte[]> onFile =
          file -> {
            R found = look.at(new Storage(hadoop.value().value()), file);
            done.add(1);
            return SerializedBytes.wrap(found);
          };
      return spark.parallelize(files, files.size()).map(onFile).collect().stream()
          .map(bytes -> SerializedBytes.unwrap(bytes, type))
          .toList();
    } finally {
      hadoop.destroy();
    }
  }
}

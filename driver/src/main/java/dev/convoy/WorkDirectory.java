package dev.convoy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.spark.LocalDirectory;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;

/**
 * The directory of one fit, which has its dataset and its run. Closing it deletes everything.
 *
 * @param path path with scheme
 * @param above directory that is deleted too if it is empty; an empty text for none
 */
record WorkDirectory(Storage storage, String path, String above) implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(WorkDirectory.class.getName());

  /**
   * Chooses a directory that no other fit uses, and which all executors see.
   *
   * @param stated directory that the user names; empty for none
   * @throws InvalidRequestException if none is named, and the default file system is on the disk of
   *     one machine although executors are on others
   */
  static WorkDirectory open(SparkSession session, Storage storage, String stated) {
    String name = "convoy-fit-" + UUID.randomUUID();
    if (!stated.isEmpty()) {
      return new WorkDirectory(
          storage,
          storage.qualified(Storage.join(stated, name)),
          storage.exists(stated) ? "" : stated);
    }
    if (session.sparkContext().isLocal()) {
      return new WorkDirectory(storage, LocalDirectory.create(session.sparkContext().conf()), "");
    }
    return new WorkDirectory(storage, shared(storage, name), "");
  }

  /**
   * Returns the path of a directory in the user's home directory on the default file system.
   *
   * @throws InvalidRequestException if that is the disk of a single machine
   */
  static String shared(Storage storage, String name) {
    String home = storage.qualified(name);
    if (storage.local(home).isPresent()) {
      throw new InvalidRequestException(
          "Cannot fit: workDir is not set, and the default file system, where "
              + home
              + " would be, is the disk of a single machine (set workDir to a directory that the"
              + " driver and all executors see, such as hdfs:///tmp)");
    }
    return home;
  }

  String dataset() {
    return Storage.join(path, "dataset");
  }

  String run() {
    return Storage.join(path, "run");
  }

  /** Deletes the directory. A failure is logged, because the fit may have succeeded. */
  @Override
  public void close() {
    try {
      storage.delete(path);
      if (!above.isEmpty()) {
        storage.deleteEmptyDirectories(above);
      }
    } catch (UncheckedIOException e) {
      LOG.log(System.Logger.Level.WARNING, "Files of a fit are left: " + e.getMessage());
    }
  }
}

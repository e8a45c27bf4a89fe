package dev.convoy.data.lease;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Storage;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/**
 * The lease of an output directory while a command writes files into it. It keeps a second command
 * from writing there at the same time.
 *
 * <p>Its files are in a subdirectory of the output, {@code _writer}, which Hadoop and Spark do not
 * read because of the underscore. The subdirectory is deleted when the command ends. A command that
 * was killed leaves it behind, and the next command takes it over.
 */
public final class OutputLease implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(OutputLease.class.getName());
  private static final String FOLDER = "_writer";

  private final Storage storage;
  private final String output;
  private final boolean outputExisted;
  private final Lease lease;

  private OutputLease(Storage storage, String output) {
    this.storage = storage;
    this.output = output;
    this.outputExisted = storage.exists(output);
    this.lease =
        Lease.take(
            storage,
            folder(output),
            new Lease.Subject("output", output, "give the same command again, with --overwrite"));
  }

  /**
   * Takes the lease of an output, whose directory is created if it is absent.
   *
   * @throws InvalidRequestException if another command writes there; it names the command's process
   *     and the remedy
   */
  public static OutputLease take(Storage storage, String output) {
    return new OutputLease(storage, output);
  }

  /** Returns the reason why an output cannot be written now; empty if no command writes there. */
  public static Optional<String> refusal(Storage storage, String output) {
    return Lease.refusal(storage, folder(output));
  }

  /** Returns whether an output is absent, or is a directory that holds nothing but a lease. */
  public static boolean isAbsentOrEmpty(Storage storage, String output) {
    return storage.isAbsentOrEmpty(output)
        || (storage.isDirectory(output) && storage.names(output).equals(List.of(FOLDER)));
  }

  /** Returns whether an entry of an output has the name of the lease's directory. */
  public static boolean isOwn(String name) {
    return name.equals(FOLDER);
  }

  /** Returns whether the output directory existed before the lease was taken. */
  public boolean outputExisted() {
    return outputExisted;
  }

  /**
   * Checks that this command still holds the lease. Call this before deleting or publishing files.
   *
   * @throws JobFailedException if another command has taken over, or if the lease has expired
   */
  public void requireHeld() {
    lease.requireHeld();
  }

  /**
   * Releases the lease, and deletes the output directory if the command created it and left it
   * empty. A failure of the file system is logged instead of thrown, because the output may have
   * been published by then.
   */
  @Override
  public void close() {
    lease.close();
    try {
      storage.deleteEmptyDirectories(folder(output));
      if (!outputExisted && storage.isAbsentOrEmpty(output)) {
        storage.deleteEmptyDirectories(output);
      }
    } catch (UncheckedIOException e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The directory of the lease is left in the output: "
              + e.getMessage()
              + " (it does no harm: Hadoop and Spark do not read it, and the next command with this"
              + " output deletes it)");
    }
  }

  private static String folder(String output) {
    return Storage.join(output, FOLDER);
  }
}

package dev.convoy.driver.score.output;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * The record that commits the files of a scoring job. The job is done from the moment at which the
 * record exists: whoever opens the output next completes what a killed job had still to move or
 * delete. Every step may be done twice.
 *
 * @param job name of the directory of staged files
 * @param added paths of the new files relative to the output, which are staged under the same paths
 * @param deleted paths of old files that the new ones replace
 */
record PendingCommit(String job, List<String> added, List<String> deleted) {
  /** The directory of the output with the record and the staged files; readers ignore it. */
  static final String WORK = "_convoy";

  /** States, as everywhere in Hadoop, that the output is complete. */
  static final String SUCCESS = "_SUCCESS";

  private static final String FILE = "commit.json";

  private static final Pattern JOB = Pattern.compile("job-[0-9a-f-]{36}");

  PendingCommit {
    added = List.copyOf(added);
    deleted = List.copyOf(deleted);
  }

  /** Returns a new name of a job. */
  static String newJob() {
    return "job-" + UUID.randomUUID();
  }

  /** Returns the directory of a job's staged files. */
  static String staging(String output, String job) {
    return Storage.join(work(output), job);
  }

  /** Returns the record of an output; empty if no job is committed and not yet complete. */
  static Optional<PendingCommit> read(Storage storage, String output) {
    String file = Storage.join(work(output), FILE);
    return storage.exists(file)
        ? Optional.of(Json.read(storage.readText(file), PendingCommit.class, file))
        : Optional.empty();
  }

  /** Commits the job. */
  void write(Storage storage, String output) {
    storage.writeAtomically(Storage.join(work(output), FILE), Json.pretty(this));
  }

  /** Moves the new files into the output, deletes the old ones, and then the record. */
  void complete(Storage storage, String output) {
    storage.delete(Storage.join(output, SUCCESS));
    for (String file : added) {
      String staged = Storage.join(staging(output, job), file);
      String target = Storage.join(output, file);
      // A file that is in its place was moved before: a store shows a copy when it is whole.
      if (!storage.exists(target)) {
        if (!storage.exists(staged)) {
          throw new JobFailedException(
              "Cannot publish the rows of an earlier scoring job in "
                  + output
                  + ": its file "
                  + staged
                  + " is gone (delete "
                  + work(output)
                  + " to give these rows up, and replace the output with --overwrite)");
        }
        storage.move(staged, target);
      }
    }
    deleted.forEach(file -> deleteWithEmptyPartition(storage, output, file));
    storage.writeAtomically(Storage.join(output, SUCCESS), "");
    discard(storage, output);
  }

  private static void deleteWithEmptyPartition(Storage storage, String output, String file) {
    storage.delete(Storage.join(output, file));
    for (int slash = file.lastIndexOf('/'); slash > 0; slash = file.lastIndexOf('/', slash - 1)) {
      String partition = Storage.join(output, file.substring(0, slash));
      if (storage.exists(partition) && storage.isAbsentOrEmpty(partition)) {
        storage.delete(partition);
      }
    }
  }

  /** Deletes the staged files of jobs, and last their record. */
  static void discard(Storage storage, String output) {
    jobs(storage, output).forEach(job -> storage.delete(staging(output, job)));
    String record = Storage.join(work(output), FILE);
    storage.delete(record);
    storage.deleteParts(record);
    storage.deleteEmptyDirectories(work(output));
  }

  /** Returns whether a job has left staged files that it did not commit. */
  static boolean hasLeftovers(Storage storage, String output) {
    return !jobs(storage, output).isEmpty() && read(storage, output).isEmpty();
  }

  private static List<String> jobs(Storage storage, String output) {
    return storage.names(work(output)).stream()
        .filter(name -> JOB.matcher(name).matches())
        .toList();
  }

  private static String work(String output) {
    return Storage.join(output, WORK);
  }
}

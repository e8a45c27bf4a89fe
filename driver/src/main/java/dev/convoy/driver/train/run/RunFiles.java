package dev.convoy.driver.train.run;

import dev.convoy.data.lease.Lease;
import dev.convoy.worker.model.ModelStore;
import java.util.List;
import java.util.Set;

/** The files that belong to a run, by their paths within its directory. */
final class RunFiles {
  /** Files at the top that are written whole. */
  static final Set<String> FILES =
      Set.of(
          RunDirectory.PLAN,
          RunDirectory.METRICS,
          RunDirectory.REPORT,
          RunDirectory.PAGE,
          ValidationRecord.FILE,
          Suspects.FILE);

  /** Directories whose files all belong to the run. */
  private static final List<String> DIRECTORIES =
      List.of(RunDirectory.EXAMPLES, RunDirectory.TENSORBOARD, RunDirectory.TRACKING);

  private RunFiles() {}

  /** Returns whether a file belongs to a run. */
  static boolean isOwn(String file) {
    String model = RunDirectory.MODEL + "/";
    if (file.startsWith(model)) {
      return ModelStore.isOwn(file.substring(model.length()));
    }
    String checkpoints = RunDirectory.CHECKPOINTS + "/";
    if (file.startsWith(checkpoints)) {
      return CheckpointStore.isOwn(file.substring(checkpoints.length()));
    }
    return FILES.contains(file)
        || DIRECTORIES.stream().anyMatch(directory -> file.startsWith(directory + "/"))
        || Lease.isOwn(file);
  }
}

package dev.convoy.driver.score;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.source.ForeignInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The directory of scores while it is written. New files have unique names and are written beside
 * old ones, which are deleted only when the new ones are complete and counted.
 *
 * <p>The file {@code _SUCCESS} states, as everywhere in Hadoop, that the directory holds the scores
 * of one input and nothing else. It is absent while they are written. If the writer was killed, it
 * stays absent, and the directory may hold old and new scores side by side until the input is
 * scored again.
 */
final class ScoreOutput {
  private static final String WHOLE = "_SUCCESS";
  private static final String SCORES = "part-[^/]*\\.parquet";

  private final Storage storage;
  private final String directory;
  private final boolean existed;
  private final Set<String> before;
  private final boolean wasWhole;

  private ScoreOutput(Storage storage, String directory, boolean existed) {
    this.storage = storage;
    this.directory = directory;
    this.existed = existed;
    this.before = storage.isDirectory(directory) ? files() : Set.of();
    this.wasWhole = storage.exists(marker());
  }

  /**
   * Opens an output whose lease is not yet taken; adds the reasons against it to {@code problems}.
   */
  static ScoreOutput open(Storage storage, ScorePlan plan, Problems problems) {
    return open(storage, plan, storage.exists(plan.output()), problems);
  }

  /**
   * Opens an output; adds the reasons against it to {@code problems}.
   *
   * @param existed whether the directory existed before this command
   */
  static ScoreOutput open(Storage storage, ScorePlan plan, boolean existed, Problems problems) {
    String place = "--output " + plan.output();
    ScoreOutput output = new ScoreOutput(storage, plan.output(), existed);
    List<String> others = new ArrayList<>(plan.source().path().stream().toList());
    others.add(plan.model());
    for (String other : others) {
      if (storage.isWithin(plan.output(), other) || storage.isWithin(other, plan.output())) {
        problems.add(
            place, "must neither be inside " + other + " nor contain it (choose another --output)");
        return output;
      }
    }
    ForeignInput.checkOutput(storage, plan.output(), problems);
    if (OutputLease.isAbsentOrEmpty(storage, plan.output())) {
      return output;
    }
    if (!storage.isDirectory(plan.output())) {
      problems.add(place, "is a file (choose another --output)");
    } else if (plan.existing() == ExistingOutput.KEEP) {
      problems.add(place, "it exists (choose another --output, or replace it with --overwrite)");
    } else {
      storage.filesBelow(plan.output()).stream()
          .filter(file -> !file.relative().matches(SCORES))
          .findFirst()
          .ifPresent(
              file ->
                  problems.add(
                      place,
                      "holds "
                          + file.relative()
                          + ", which is no score (choose another --output)"));
    }
    return output;
  }

  /** Marks the directory as incomplete, before the first file is written. */
  void begin() {
    storage.delete(marker());
  }

  /** Returns the files that were written since the output was opened. */
  List<String> written() {
    return files().stream().filter(file -> !before.contains(file)).toList();
  }

  /** Deletes the old files and marks the directory as complete. */
  void keepNew() {
    before.forEach(storage::delete);
    storage.writeAtomically(marker(), "");
  }

  /** Deletes the new files and restores the state before {@link #begin}. */
  void keepOld() {
    if (!existed) {
      storage.delete(directory);
    } else {
      written().forEach(storage::delete);
      if (wasWhole) {
        storage.writeAtomically(marker(), "");
      }
    }
  }

  private String marker() {
    return Storage.join(directory, WHOLE);
  }

  private Set<String> files() {
    return storage.filesBelow(directory).stream()
        .map(Storage.Entry::path)
        .collect(Collectors.toUnmodifiableSet());
  }
}

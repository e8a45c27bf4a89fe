package dev.convoy.data.prepare;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.ForeignInput;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The directory of a dataset while it is being written. */
final class OutputDirectory {
  private static final Pattern OWN =
      Pattern.compile(
          Pattern.quote(Manifest.FILE)
              + "|"
              + DatasetRows.EXAMPLES_FOLDER
              + "/split=[a-z]+/part-[^/]*\\.parquet|"
              + DatasetRows.REJECTED_FOLDER
              + "/part-[^/]*\\.parquet");

  private final Storage storage;
  private final String given;
  private final String path;
  private final boolean existed;
  private final Set<String> before = new TreeSet<>();

  OutputDirectory(Storage storage, String path) {
    this.storage = storage;
    this.given = path;
    this.path = storage.qualified(path);
    this.existed = storage.exists(path);
  }

  /** With scheme. */
  String path() {
    return path;
  }

  /** Adds a problem where the dataset cannot be written here. */
  void check(String input, ExistingOutput existing, Problems problems) {
    String place = "--output " + given;
    if (storage.isWithin(path, input) || storage.isWithin(input, path)) {
      problems.add(place, "must lie neither in the input nor around it");
      return;
    }
    ForeignInput.checkOutput(storage, given, problems);
    if (existed && !storage.isDirectory(path)) {
      problems.add(place, "is a file (name another --output)");
      return;
    }
    if (storage.isAbsentOrEmpty(path)) {
      return;
    }
    Set<String> foreign = new TreeSet<>();
    for (Storage.Entry entry : storage.filesBelow(path)) {
      if (OWN.matcher(entry.relative()).matches()) {
        before.add(entry.relative());
      } else {
        foreign.add(entry.relative());
      }
    }
    if (!foreign.isEmpty()) {
      problems.add(
          place,
          "holds "
              + foreign.iterator().next()
              + ", which is not part of a dataset (name another --output)");
    } else if (existing == ExistingOutput.KEEP) {
      problems.add(
          place, "is not empty (name another --output, or replace what is there with --overwrite)");
    }
  }

  /** Deletes what failed attempts have written; an earlier dataset stays whole. */
  void keepEarlierAnd(Set<String> files) {
    Set<String> kept = new TreeSet<>(before);
    kept.addAll(files);
    keepOnly(kept);
  }

  /** Deletes all files but these: the earlier dataset, once a new manifest stands. */
  void keepOnly(Set<String> files) {
    for (String folder : List.of(DatasetRows.EXAMPLES_FOLDER, DatasetRows.REJECTED_FOLDER)) {
      String directory = Storage.join(path, folder);
      if (!storage.exists(directory)) {
        continue;
      }
      for (Storage.Entry entry : storage.filesBelow(directory)) {
        String relative = folder + "/" + entry.relative();
        if (!files.contains(relative) && OWN.matcher(relative).matches()) {
          storage.delete(entry.path());
        }
      }
      storage.deleteEmptyDirectories(directory);
    }
  }

  /** Leaves things as if nothing had been written. */
  void remove() {
    if (existed) {
      keepOnly(before);
    } else {
      storage.delete(path);
    }
  }
}

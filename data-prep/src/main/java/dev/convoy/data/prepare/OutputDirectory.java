package dev.convoy.data.prepare;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.OutputLease;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.source.ForeignInput;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The output directory of a dataset that is being written. */
final class OutputDirectory {
  private static final Pattern OWN =
      Pattern.compile(
          Stream.of(Manifest.FILE, DatasetQuality.FILE, DatasetQuality.PAGE)
                  .map(Pattern::quote)
                  .collect(Collectors.joining("|"))
              + "|"
              + DatasetRows.EXAMPLES_FOLDER
              + "/split=[a-z]+/part-[^/]*\\.parquet|"
              + "("
              + DatasetRows.REJECTED_FOLDER
              + "|"
              + DatasetRows.SKIPPED_FOLDER
              + ")/part-[^/]*\\.parquet");

  private static final List<String> FOLDERS =
      List.of(DatasetRows.EXAMPLES_FOLDER, DatasetRows.REJECTED_FOLDER, DatasetRows.SKIPPED_FOLDER);

  private final Storage storage;
  private final String requestedPath;
  private final String path;
  private final boolean existed;
  private final Set<String> earlierFiles = new TreeSet<>();

  /** Opens an output that nobody writes yet. */
  OutputDirectory(Storage storage, String path) {
    this(storage, path, storage.exists(path));
  }

  /**
   * Opens an output.
   *
   * @param existed whether the directory was there before this command
   */
  OutputDirectory(Storage storage, String path, boolean existed) {
    this.storage = storage;
    this.requestedPath = path;
    this.path = storage.qualified(path);
    this.existed = existed;
  }

  /** Returns the path with its scheme. */
  String path() {
    return path;
  }

  /**
   * Adds a problem if the dataset cannot be written to this directory.
   *
   * @param input path of the input; empty if it has none
   * @param append whether a dataset is there to which images are added
   */
  void check(Optional<String> input, ExistingOutput existing, boolean append, Problems problems) {
    String place = "--output " + requestedPath;
    if (input.isPresent()
        && (storage.isWithin(path, input.get()) || storage.isWithin(input.get(), path))) {
      problems.add(
          place, "must neither be inside the input nor contain it (name another --output)");
      return;
    }
    ForeignInput.checkOutput(storage, requestedPath, problems);
    if (existed && !storage.isDirectory(path)) {
      problems.add(place, "is a file (name another --output)");
      return;
    }
    if (OutputLease.isAbsentOrEmpty(storage, path)) {
      return;
    }
    Set<String> foreign = new TreeSet<>();
    for (Storage.Entry entry : storage.filesBelow(path)) {
      if (OWN.matcher(entry.relative()).matches()) {
        earlierFiles.add(entry.relative());
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
    } else if (existing == ExistingOutput.KEEP && !append) {
      problems.add(
          place,
          "is not empty (name another --output, or replace what is there with --overwrite, or add to it with --append)");
    }
  }

  /** Deletes the files of failed attempts; keeps these files and an earlier dataset. */
  void keepOnlyEarlierAnd(Set<String> files) {
    Set<String> kept = new TreeSet<>(earlierFiles);
    kept.addAll(files);
    keepOnly(kept);
  }

  /**
   * Deletes all other files: those of the earlier dataset, once the new manifest has been written.
   */
  void keepOnly(Set<String> files) {
    for (String about : List.of(DatasetQuality.FILE, DatasetQuality.PAGE)) {
      if (!files.contains(about) && storage.exists(Storage.join(path, about))) {
        storage.delete(Storage.join(path, about));
      }
    }
    for (String folder : FOLDERS) {
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

  /** Removes what was written and restores the directory as it was before. */
  void remove() {
    if (existed) {
      keepOnly(earlierFiles);
    } else {
      storage.delete(path);
    }
  }
}

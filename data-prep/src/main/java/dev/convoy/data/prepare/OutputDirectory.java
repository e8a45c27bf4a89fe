package dev.convoy.data.prepare;

import dev.convoy.data.Problems;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The directory of a dataset while it is being written. */
final class OutputDirectory {
  private static final List<String> OWN =
      List.of(Manifest.FILE, Rows.EXAMPLES_FOLDER, Rows.REJECTED_FOLDER);

  private final Storage storage;
  private final String path;
  private final boolean existed;

  OutputDirectory(Storage storage, String path) {
    this.storage = storage;
    this.path = storage.qualified(path);
    this.existed = storage.exists(path);
  }

  /** With scheme. */
  String path() {
    return path;
  }

  /** Adds a problem where the dataset cannot be written here. */
  void check(String input, ExistingOutput existing, Problems problems) {
    String from = storage.qualified(input);
    if (isWithin(path, from) || isWithin(from, path)) {
      problems.add("--output " + path, "must lie neither in the input nor around it");
      return;
    }
    if (existed && !storage.isDirectory(path)) {
      problems.add("--output " + path, "is a file (name another --output)");
      return;
    }
    if (storage.isAbsentOrEmpty(path)) {
      return;
    }
    Set<String> foreign = new TreeSet<>();
    for (Storage.Entry entry : storage.filesBelow(path)) {
      String top = entry.relative().split("/", 2)[0];
      if (!OWN.contains(top)) {
        foreign.add(top);
      }
    }
    if (!foreign.isEmpty()) {
      problems.add(
          "--output " + path,
          "holds "
              + foreign.iterator().next()
              + ", which is not part of a dataset (name another --output)");
    } else if (existing == ExistingOutput.REFUSE) {
      problems.add(
          "--output " + path,
          "is not empty (name another --output, or replace what is there with --overwrite)");
    }
  }

  private static boolean isWithin(String inner, String outer) {
    return inner.equals(outer) || inner.startsWith(outer.endsWith("/") ? outer : outer + "/");
  }

  /** Deletes a dataset that is there, its manifest first: from then on it is none. */
  void clear() {
    if (existed) {
      OWN.forEach(name -> storage.delete(Storage.join(path, name)));
    }
  }

  /** Deletes the files that are not to be in the manifest: those of failed attempts. */
  void keepOnly(Set<String> files) {
    for (String folder : List.of(Rows.EXAMPLES_FOLDER, Rows.REJECTED_FOLDER)) {
      String directory = Storage.join(path, folder);
      if (!storage.exists(directory)) {
        continue;
      }
      for (Storage.Entry entry : storage.filesBelow(directory)) {
        if (!files.contains(folder + "/" + entry.relative())) {
          storage.delete(entry.path());
        }
      }
    }
  }

  /** Leaves things as if nothing had been written. */
  void remove() {
    if (existed) {
      clear();
    } else {
      storage.delete(path);
    }
  }
}

package dev.convoy.data.source;

import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;

/** A kind of directory that Convoy writes, recognised by its files. */
public enum OwnDirectory {
  /** {@code model.json} and its parameters. */
  MODEL("a model"),
  /** {@code plan.json}, with metrics or checkpoints once the run has started. */
  RUN("a run"),
  /** {@code manifest.json} and its examples. */
  DATASET("a dataset");

  private static final String MODEL_FILE = "model.json";
  private static final String EXAMPLES = "examples";
  private static final String RUN_FILE = "plan.json";
  private static final List<String> OF_RUN = List.of("metrics.jsonl", "checkpoints", "model");

  private final String words;

  OwnDirectory(String words) {
    this.words = words;
  }

  /** Returns the kind with its article, such as {@code a model}. */
  public String words() {
    return words;
  }

  /**
   * Returns the kind of a directory. Files of a model or a run take precedence over a stray {@code
   * manifest.json} beside them.
   */
  public static Optional<OwnDirectory> of(Storage storage, String directory) {
    if (has(storage, directory, MODEL_FILE)) {
      return Optional.of(MODEL);
    }
    boolean manifest = has(storage, directory, Manifest.FILE);
    if (manifest && has(storage, directory, EXAMPLES)) {
      return Optional.of(DATASET);
    }
    if (has(storage, directory, RUN_FILE)
        && OF_RUN.stream().anyMatch(name -> has(storage, directory, name))) {
      return Optional.of(RUN);
    }
    return manifest ? Optional.of(DATASET) : Optional.empty();
  }

  /**
   * Returns the kind of a directory that has all files of the kind. The names {@code model.json}
   * and {@code manifest.json} are common and do not suffice for a model or dataset.
   */
  static Optional<OwnDirectory> whole(Storage storage, String directory) {
    return of(storage, directory)
        .filter(
            kind ->
                switch (kind) {
                  case MODEL ->
                      storage.names(directory).stream().anyMatch(OwnDirectory::isParameters);
                  case DATASET -> has(storage, directory, EXAMPLES);
                  case RUN -> true;
                });
  }

  private static boolean isParameters(String name) {
    return name.startsWith("parameters") && name.endsWith(".bin");
  }

  /**
   * Returns why nothing may be written at a path: it is inside a model, a dataset or a run, and
   * would not be part of it.
   */
  static Optional<String> refusalOfOutput(Storage storage, String output) {
    String own = storage.qualified(output);
    for (String above : storage.selfAndAbove(output)) {
      if (storage.isWithin(above, own)) {
        continue; // The command itself checks what is at the output path.
      }
      Optional<OwnDirectory> kind = whole(storage, above);
      if (kind.isPresent()) {
        return Optional.of(
            "lies in " + above + ", which is " + kind.get().words + " (choose another --output)");
      }
    }
    return Optional.empty();
  }

  private static boolean has(Storage storage, String directory, String name) {
    return storage.exists(Storage.join(directory, name));
  }
}

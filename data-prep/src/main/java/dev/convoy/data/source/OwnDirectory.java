package dev.convoy.data.source;

import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import java.util.List;
import java.util.Optional;

/** The kinds of directories that Convoy writes, recognised by the files that belong together. */
public enum OwnDirectory {
  /** {@code model.json} and its parameters. */
  MODEL("a model"),
  /** {@code plan.json}, with metrics or checkpoints once it is under way. */
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

  /** The kind with its article, such as {@code a model}. */
  public String words() {
    return words;
  }

  /**
   * The kind of a directory. A model's or a run's files tell more than a stray {@code
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
   * The kind of a directory that has all that belongs to the kind. The names {@code model.json} and
   * {@code manifest.json} are common, and alone they make no model or dataset of a directory.
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
   * Why nothing may be written at a path: it lies in a model, a dataset or a run, which would then
   * hold what is not part of it.
   */
  static Optional<String> refusalOfOutput(Storage storage, String output) {
    String own = storage.qualified(output);
    for (String above : storage.selfAndAbove(output)) {
      if (storage.isWithin(above, own)) {
        continue; // What is there itself is for the command to judge.
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

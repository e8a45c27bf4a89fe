package dev.convoy.driver.explain;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.explain.page.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The directory of an explanation: {@code pictures/}, and {@code index.html}, written last. */
record ExplainOutput(Storage storage, String directory) {
  static final String PAGE = "index.html";
  private static final String PICTURES = "pictures";
  private static final String OWN_PICTURE = PICTURES + "/[A-Za-z0-9-]+\\.png";
  private static final String OWN = "index\\.html|" + OWN_PICTURE;

  /** Adds a problem if a page cannot be written here. */
  void check(ExistingOutput existing, List<String> inputs, Problems problems) {
    String place = "--output " + directory;
    for (String input : inputs) {
      if (storage.isWithin(directory, input) || storage.isWithin(input, directory)) {
        problems.add(
            place, "must neither be inside " + input + " nor contain it (choose another --output)");
        return;
      }
    }
    if (storage.isAbsentOrEmpty(directory)) {
      return;
    }
    if (!storage.isDirectory(directory)) {
      problems.add(place, "is a file (choose another --output)");
    } else if (existing == ExistingOutput.KEEP) {
      problems.add(place, "it exists (choose another --output, or replace it with --overwrite)");
    } else {
      foreign().ifPresent(reason -> problems.add(place, reason + " (choose another --output)"));
    }
  }

  /** Returns the reason why the directory does not hold an explanation, or not only that. */
  private Optional<String> foreign() {
    Optional<String> other =
        storage.filesBelow(directory).stream()
            .filter(file -> !file.relative().matches(OWN))
            .findFirst()
            .map(file -> "holds " + file.relative() + ", which is not part of an explanation");
    return other.isPresent() || isExplanation()
        ? other
        : Optional.of(
            "holds no " + PAGE + " of an explanation, and --overwrite replaces only explanations");
  }

  private boolean isExplanation() {
    if (!storage.exists(page()) || storage.isDirectory(page())) {
      return false;
    }
    try (InputStream in = storage.open(page())) {
      return Page.isPage(in.readNBytes(Page.HEAD_BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + page() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes the pictures, then the page, replacing those of an earlier explanation, whose other
   * pictures are deleted last.
   *
   * @return the paths of the pictures with scheme, by name
   */
  List<String> write(Page page) {
    List<String> written = new ArrayList<>();
    new TreeMap<>(page.pictures())
        .forEach(
            (name, png) -> {
              String path = Storage.join(Storage.join(directory, PICTURES), name);
              storage.writeAtomically(path, png);
              written.add(storage.qualified(path));
            });
    storage.writeAtomically(page(), page.html().getBytes(StandardCharsets.UTF_8));
    for (Storage.Entry file : storage.filesBelow(directory)) {
      String name = file.relative().substring(file.relative().indexOf('/') + 1);
      if (file.relative().matches(OWN_PICTURE) && !page.pictures().containsKey(name)) {
        storage.delete(file.path());
      }
    }
    return written;
  }

  /** Returns the path of the page. */
  String page() {
    return Storage.join(directory, PAGE);
  }
}

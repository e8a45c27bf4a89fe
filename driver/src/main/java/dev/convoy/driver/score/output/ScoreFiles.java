package dev.convoy.driver.score.output;

import dev.convoy.data.io.Storage;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The files of an output, by their paths relative to it. */
final class ScoreFiles {
  private ScoreFiles() {}

  /** Returns the format of some files; empty if none has the name of a score. */
  static Optional<OutputFormat> formatOf(List<String> files) {
    return Arrays.stream(OutputFormat.values())
        .filter(format -> files.stream().anyMatch(format::isPart))
        .findFirst();
  }

  /** Returns the files below a directory, relative to it; none if there is no such directory. */
  static List<String> below(Storage storage, String directory) {
    return storage.isDirectory(directory)
        ? storage.filesBelow(directory).stream().map(Storage.Entry::relative).toList()
        : List.of();
  }

  /** Returns a directory of an output on a local disk that is a link, relative to the output. */
  static Optional<String> linkBelow(Storage storage, String output, List<String> files) {
    Set<String> directories = new TreeSet<>();
    for (String file : files) {
      for (int slash = file.indexOf('/'); slash > 0; slash = file.indexOf('/', slash + 1)) {
        directories.add(file.substring(0, slash));
      }
    }
    return directories.stream()
        .filter(
            directory ->
                storage
                    .local(Storage.join(output, directory))
                    .filter(Files::isSymbolicLink)
                    .isPresent())
        .findFirst();
  }

  /** Returns the directory of a file, with the slash at its end; empty at the top. */
  static String partition(String file) {
    return file.substring(0, file.lastIndexOf('/') + 1);
  }

  /** Returns the names of the columns in the directories of a file. */
  static List<String> partitionColumns(String file) {
    List<String> columns = new ArrayList<>();
    for (String name : partition(file).split("/")) {
      if (!name.isEmpty()) {
        // Spark escapes characters that file systems do not take.
        String escaped = name.substring(0, name.indexOf('=')).replace("+", "%2B");
        columns.add(URLDecoder.decode(escaped, StandardCharsets.UTF_8));
      }
    }
    return columns;
  }
}

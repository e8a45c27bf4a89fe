package dev.convoy.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What lies in the directory of a run, at any moment of it. */
class RunFiles {
  private final Path directory;

  /** A directory, which need not exist. */
  RunFiles(Path directory) {
    this.directory = directory;
  }

  final Path directory() {
    return directory;
  }

  /** Rounds and epochs that have been logged whole. */
  final int logged() {
    try {
      String log = Files.readString(directory.resolve("metrics.jsonl"));
      return (int)
          log.substring(0, log.lastIndexOf('\n') + 1)
              .lines()
              .filter(RunFiles::isOfTraining)
              .count();
    } catch (NoSuchFileException e) {
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of all checkpoints, whole or not, newest first. */
  final List<String> checkpoints() {
    return names(directory.resolve("checkpoints")).stream()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Directories of checkpoints that have their marker, newest first. */
  final List<Path> whole() {
    return checkpoints().stream().filter(this::isWhole).map(this::checkpoint).toList();
  }

  /** Directories of checkpoints without a marker. */
  final List<Path> halfWritten() {
    return checkpoints().stream().filter(name -> !isWhole(name)).map(this::checkpoint).toList();
  }

  /** Whether a run that goes on has to skip one; an older one may have been half deleted. */
  final boolean newestIsHalfWritten() {
    return checkpoints().stream().limit(1).anyMatch(name -> !isWhole(name));
  }

  private boolean isWhole(String name) {
    return Files.exists(checkpoint(name).resolve("checkpoint.json"));
  }

  private Path checkpoint(String name) {
    return directory.resolve("checkpoints").resolve(name);
  }

  /** Names of the leases of drivers that work on the run or were killed. */
  final List<String> leases() {
    return names(directory).stream().filter(name -> name.startsWith("lease-")).toList();
  }

  /** All that lies in a directory, hidden or not, sorted; nothing where it is absent. */
  static List<String> names(Path directory) {
    try (Stream<Path> found = Files.list(directory)) {
      return found.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isOfTraining(String line) {
    return line.startsWith("{\"kind\":\"round\"") || line.startsWith("{\"kind\":\"epoch\"");
  }

  /** The lines of the metrics for rounds and epochs. */
  final List<JsonNode> metrics() {
    try (Stream<String> lines = Files.lines(directory.resolve("metrics.jsonl"))) {
      return lines
          .filter(RunFiles::isOfTraining)
          .map(line -> Json.readTree(line, "metrics.jsonl"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

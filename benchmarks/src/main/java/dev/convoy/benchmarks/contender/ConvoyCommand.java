package dev.convoy.benchmarks.contender;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import dev.convoy.driver.cli.Main;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs commands of Convoy in this JVM as {@code bin/convoy} does, and reads their results. */
public final class ConvoyCommand {
  private ConvoyCommand() {}

  /**
   * Runs a command.
   *
   * @param command name of the command
   * @param options options without {@code --json}
   * @return the command's result
   * @throws JobFailedException if its exit status is not 0; its messages are in the log
   */
  public static JsonNode run(String command, List<String> options) {
    PrintStream standardOutput = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    int status;
    try {
      status =
          Main.execute(
              Stream.concat(Stream.of(command, "--json"), options.stream()).toArray(String[]::new));
    } finally {
      System.setOut(standardOutput);
    }
    if (status != 0) {
      throw new JobFailedException(
          "Cannot measure convoy: its " + command + " ended with status " + status + ", see above");
    }
    return Json.readTree(
        printed.toString(StandardCharsets.UTF_8), "the result of convoy " + command);
  }

  /**
   * Returns a number of a command's result.
   *
   * @throws JobFailedException if the field is missing
   */
  public static double number(JsonNode told, String field) {
    JsonNode value = told.path(field);
    if (!value.isNumber()) {
      throw new JobFailedException(
          "Cannot measure convoy: it told no number " + field + ", but " + told);
    }
    return value.asDouble();
  }

  /** Returns the lines of a run's {@code metrics.jsonl} that describe rounds. */
  public static List<JsonNode> rounds(Path run) {
    Path metrics = run.resolve("metrics.jsonl");
    try {
      return Files.readAllLines(metrics).stream()
          .map(line -> Json.readTree(line, metrics.toString()))
          .filter(line -> line.path("kind").asText().equals("round"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + metrics, e);
    }
  }
}

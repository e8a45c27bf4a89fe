package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.contender.ConvoyCommand;
import dev.convoy.benchmarks.workload.ExampleFiles;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the data of trials in its own JVM with Convoy's command: a dataset, and the same examples
 * as plain files.
 */
final class TrialData {
  private TrialData() {}

  /**
   * Directories for the data.
   *
   * @param directories directories that contain IDX files and receive the dataset and the plain
   *     files
   */
  record Task(List<String> directories) {}

  static Path images(String directory) {
    return Path.of(directory, "images");
  }

  static Path dataset(String directory) {
    return Path.of(directory, "dataset");
  }

  static Path trainExamples(String directory) {
    return Path.of(directory, "train.examples");
  }

  static Path testExamples(String directory) {
    return Path.of(directory, "test.examples");
  }

  /**
   * Makes the data and ends the JVM.
   *
   * @param args the file of the task, JSON
   */
  public static void main(String[] args) {
    try {
      Json.read(Files.readString(Path.of(args[0])), Task.class, args[0])
          .directories
          .forEach(TrialData::make);
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void make(String directory) {
    ConvoyCommand.run(
        "prepare",
        List.of(
            "--master=local[2]",
            "--input=" + images(directory),
            "--output=" + dataset(directory),
            "--validation=0"));
    ExampleFiles.of(dataset(directory), Split.TRAIN, trainExamples(directory));
    ExampleFiles.of(dataset(directory), Split.TEST, testExamples(directory));
  }
}

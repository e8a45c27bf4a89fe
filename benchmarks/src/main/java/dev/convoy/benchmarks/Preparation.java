package dev.convoy.benchmarks;

import dev.convoy.benchmarks.contender.ConvoyCommand;
import dev.convoy.benchmarks.workload.ExampleFiles;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes the common input of all contenders in its own JVM with Convoy's commands: a dataset, the
 * same examples as a plain file, and a model.
 */
public final class Preparation {
  private Preparation() {}

  /**
   * Inputs and outputs of the preparation.
   *
   * @param images directory of IDX files
   * @param size size of the images, {@code HEIGHTxWIDTH}
   * @param channels channels of the images
   * @param network file of the model's network definition
   * @param batch batch size of the model's training
   * @param dataset directory to make
   * @param examples file to make
   * @param run directory to make; it contains the model
   */
  public record Task(
      Path images,
      String size,
      int channels,
      Path network,
      int batch,
      Path dataset,
      Path examples,
      Path run) {}

  /**
   * Runs the preparation and ends the JVM.
   *
   * @param args the file of the task, JSON
   */
  public static void main(String[] args) {
    try {
      make(Json.read(Files.readString(Path.of(args[0])), Task.class, args[0]));
    } catch (Throwable e) {
      // Every throwable, including linkage errors, must be reported, and the JVM must end.
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void make(Task task) {
    ConvoyCommand.run(
        "prepare",
        List.of(
            "--master=local[2]",
            "--input=" + task.images,
            "--output=" + task.dataset,
            "--size=" + task.size,
            "--channels=" + task.channels,
            "--validation=0"));
    ConvoyCommand.run(
        "train",
        List.of(
            "--master=local[2]",
            "--data=" + task.dataset,
            "--network=" + task.network,
            "--output=" + task.run,
            "--batch=" + task.batch,
            "--epochs=1"));
    ExampleFiles.of(task.dataset, Split.TRAIN, task.examples);
  }
}

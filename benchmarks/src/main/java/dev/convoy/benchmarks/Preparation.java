package dev.convoy.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import dev.convoy.benchmarks.contender.ConvoyCommand;
import dev.convoy.benchmarks.workload.ExampleFiles;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;

/**
 * What all contenders share, made in a JVM of its own by Convoy's own commands: a dataset, the same
 * examples as a plain file, and a model.
 */
final class Preparation {
  private Preparation() {}

  /**
   * What is to be made of what.
   *
   * @param images directory of IDX files
   * @param size of the images, {@code HEIGHTxWIDTH}
   * @param channels of the images
   * @param network file of the definition that the model has
   * @param batch of the model's training
   * @param dataset directory to make
   * @param examples file to make
   * @param run directory to make; the model is in it
   */
  record Task(
      Path images,
      String size,
      int channels,
      Path network,
      int batch,
      Path dataset,
      Path examples,
      Path run) {}

  /**
   * Makes it and ends the JVM.
   *
   * @param args the file of the task, JSON
   */
  public static void main(String[] args) {
    try {
      make(Json.read(Files.readString(Path.of(args[0])), Task.class, args[0]));
    } catch (Throwable e) {
      // Whatever it is, errors of linking included: it must be told, and the JVM must end.
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

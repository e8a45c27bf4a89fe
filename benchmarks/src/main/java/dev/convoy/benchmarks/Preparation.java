package dev.convoy.benchmarks;

import dev.convoy.benchmarks.workload.ExampleFile;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.cli.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

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
    convoy(
        "prepare",
        "--master=local[2]",
        "--input=" + task.images,
        "--output=" + task.dataset,
        "--size=" + task.size,
        "--channels=" + task.channels,
        "--validation=0");
    convoy(
        "train",
        "--master=local[2]",
        "--data=" + task.dataset,
        "--network=" + task.network,
        "--output=" + task.run,
        "--batch=" + task.batch,
        "--epochs=1");
    try (SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .getOrCreate()) {
      Storage storage = new Storage(session.sparkContext().hadoopConfiguration());
      ImageDataset dataset = ImageDataset.open(storage, task.dataset.toString());
      List<Row> rows = dataset.split(session, Split.TRAIN).select("image", "label").collectAsList();
      ExampleFile.write(
          task.examples,
          dataset.manifest().normalisation(),
          rows.stream().map(row -> row.<byte[]>getAs(0)).toList(),
          rows.stream().map(row -> row.getInt(1)).toList());
    }
  }

  private static void convoy(String... command) {
    int status = Main.execute(command);
    if (status != 0) {
      throw new JobFailedException("convoy " + command[0] + " ended with status " + status);
    }
  }
}

package dev.convoy.driver.cli;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A small job from images to scores that loads the classes that commands use.
 *
 * <p>{@code bin/convoy} runs it once for each build, so that the JVM writes these classes to an
 * archive (application class data sharing) from which later commands start.
 */
final class Rehearsal {
  private static final int SIZE = 16;
  private static final int IMAGES = 4;

  private Rehearsal() {}

  /**
   * Runs the job and ends the JVM with status 0, or with the status of the first command that
   * fails.
   *
   * @param args one directory for images and results, which is created
   */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    Path directory = Path.of(args[0]);
    writeImages(directory.resolve("images"));
    for (List<String> command : commands(directory)) {
      int status = Main.execute(command.toArray(String[]::new));
      if (status != 0) {
        System.exit(status);
      }
    }
    System.exit(0);
  }

  private static List<List<String>> commands(Path directory) {
    String images = directory.resolve("images").toString();
    String dataset = directory.resolve("dataset").toString();
    String run = directory.resolve("run").toString();
    String model = directory.resolve("run/model").toString();
    String scores = directory.resolve("scores").toString();
    String file = directory.resolve("model.onnx").toString();
    return List.of(
        List.of("inspect", "lenet"),
        local("prepare", "--input", images, "--output", dataset),
        local("train", "--data", dataset, "--network", "lenet", "--output", run, "--epochs", "1"),
        local("evaluate", "--model", model, "--data", dataset),
        local("score", "--model", model, "--input", dataset, "--output", scores),
        List.of("export", "--model", model, "--format", "onnx", "--output", file));
  }

  /** Returns a command whose tasks run in this process, regardless of Spark's settings. */
  private static List<String> local(String... words) {
    return Stream.concat(Stream.of(words), Stream.of("--master", "local[2]")).toList();
  }

  /** Writes two labels with a few images in every split. */
  private static void writeImages(Path directory) throws IOException {
    for (String split : List.of("train", "validation", "test")) {
      for (int label = 0; label < 2; label++) {
        Path folder = Files.createDirectories(directory.resolve(split).resolve("label-" + label));
        for (int i = 0; i < IMAGES; i++) {
          BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
          image.getRaster().setSample(label, i, 0, 255);
          File file = folder.resolve(i + ".png").toFile();
          if (!ImageIO.write(image, "png", file)) {
            throw new IOException("Cannot write " + file + ": this JVM does not write PNG files");
          }
        }
      }
    }
  }
}

package dev.convoy.data.source;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * The balanced sample of Fashion-MNIST inside the jar: the first 500 train images and the first 100
 * test images of each of the ten labels, in their original order. Fashion-MNIST is published by
 * Zalando SE under the MIT licence.
 */
public final class FashionMnistSample {
  /** Names of the ten labels of Fashion-MNIST, in the order of their numbers. */
  public static final List<String> LABELS =
      List.of(
          "T-shirt/top",
          "Trouser",
          "Pullover",
          "Dress",
          "Coat",
          "Sandal",
          "Shirt",
          "Sneaker",
          "Bag",
          "Ankle boot");

  /** Number of images of the sample's train split. */
  public static final int TRAIN = 5_000;

  /** Number of images of the sample's test split. */
  public static final int TEST = 1_000;

  private static final String RESOURCES = "/dev/convoy/data/sample/";

  private static final List<String> FILES =
      List.of(
          "train-images-idx3-ubyte.gz",
          "train-labels-idx1-ubyte.gz",
          "t10k-images-idx3-ubyte.gz",
          "t10k-labels-idx1-ubyte.gz",
          "labels.txt");

  private FashionMnistSample() {}

  /**
   * Writes the IDX files and {@code labels.txt} into a directory, which is created if it is
   * missing.
   *
   * @throws UncheckedIOException naming the directory, if they cannot be written
   */
  public static void extractTo(Path directory) {
    try {
      Files.createDirectories(directory);
      for (String file : FILES) {
        try (InputStream in = FashionMnistSample.class.getResourceAsStream(RESOURCES + file)) {
          if (in == null) {
            throw new FileNotFoundException("the jar lacks " + RESOURCES + file);
          }
          Files.copy(in, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot write the sample of Fashion-MNIST to " + directory + ": " + e.getMessage(), e);
    }
  }
}

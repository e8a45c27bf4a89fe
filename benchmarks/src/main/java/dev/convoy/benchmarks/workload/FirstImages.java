package dev.convoy.benchmarks.workload;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.source.FashionMnistSample;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The first images of Fashion-MNIST, as IDX files of their own. */
public final class FirstImages {
  private static final Path INSTALLED = Path.of("/usr/share/datasets/fashion-mnist");

  private FirstImages() {}

  /**
   * Where so many images are: in the sample inside the jar, else in Debian's package.
   *
   * @param sample directory that the sample may be written to
   * @throws InvalidRequestException if there are too few, with the remedy
   */
  public static Path find(int images, Path sample) {
    if (images <= FashionMnistSample.TRAIN) {
      FashionMnistSample.extractTo(sample);
      return sample;
    }
    if (!Files.isDirectory(INSTALLED)) {
      throw new InvalidRequestException(
          "Cannot take "
              + images
              + " images: the sample inside Convoy has "
              + FashionMnistSample.TRAIN
              + " (for 60,000: apt-get install dataset-fashion-mnist, or --data DIR)");
    }
    return INSTALLED;
  }

  /**
   * Copies the first images with their labels and the names of the labels.
   *
   * @throws InvalidRequestException if there are fewer
   */
  public static void copy(Path from, int images, Path to) {
    copy(from, "train", images, to);
  }

  /** Likewise, of the test images too. */
  public static void copy(Path from, int train, int test, Path to) {
    copy(from, "train", train, to);
    copy(from, "t10k", test, to);
  }

  private static void copy(Path from, String stem, int images, Path to) {
    try {
      Files.createDirectories(to);
      copyFile(from, stem + "-images-idx3-ubyte", 2, images, to);
      copyFile(from, stem + "-labels-idx1-ubyte", 0, images, to);
      Files.write(to.resolve("labels.txt"), FashionMnistSample.LABELS);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot copy the first images of " + from, e);
    }
  }

  /** Copies a header with another number of items, and so many items after it. */
  private static void copyFile(Path from, String name, int dimensions, int images, Path to)
      throws IOException {
    try (DataInputStream in = open(from, name);
        DataOutputStream out = new DataOutputStream(Files.newOutputStream(to.resolve(name)))) {
      out.writeInt(in.readInt());
      int items = in.readInt();
      if (items < images) {
        throw new InvalidRequestException(
            "Cannot take " + images + " images of " + from + ": it has " + items);
      }
      out.writeInt(images);
      int size = 1;
      for (int dimension = 0; dimension < dimensions; dimension++) {
        int length = in.readInt();
        out.writeInt(length);
        size = Math.multiplyExact(size, length);
      }
      byte[] item = new byte[size];
      for (int image = 0; image < images; image++) {
        in.readFully(item);
        out.write(item);
      }
    }
  }

  private static DataInputStream open(Path directory, String name) throws IOException {
    for (String file : List.of(name, name + ".gz")) {
      Path path = directory.resolve(file);
      if (Files.isReadable(path)) {
        InputStream in = new BufferedInputStream(Files.newInputStream(path));
        return new DataInputStream(
            file.endsWith(".gz") ? new BufferedInputStream(new GZIPInputStream(in)) : in);
      }
    }
    throw new InvalidRequestException(
        "Cannot read images from " + directory + ": there is no " + name + "[.gz]");
  }
}

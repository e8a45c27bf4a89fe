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
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Copies the first images of Fashion-MNIST to separate IDX files. */
public final class FirstImages {
  private static final Path INSTALLED = Path.of("/usr/share/datasets/fashion-mnist");

  private static final int IMAGES_HEADER = 16;
  private static final int LABELS_HEADER = 8;

  private FirstImages() {}

  /**
   * Returns a directory of images: the sample in the jar if it has enough, else Debian's package.
   *
   * @param sample directory to which the sample may be written
   * @throws InvalidRequestException if there are too few, with the remedy
   */
  public static Path find(int images, Path sample) {
    return find(images, 0, sample);
  }

  /** Returns a directory of train and test images; see {@link #find(int, Path)}. */
  public static Path find(int images, int test, Path sample) {
    if (images <= FashionMnistSample.TRAIN && test <= FashionMnistSample.TEST) {
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

  /** Copies the first train and test images; see {@link #copy(Path, int, Path)}. */
  public static void copy(Path from, int train, int test, Path to) {
    copy(from, "train", train, to);
    copy(from, "t10k", test, to);
  }

  /** Sorts the uncompressed train images of such a directory by label. */
  public static void sortByLabel(Path directory) {
    Path imageFile = directory.resolve("train-images-idx3-ubyte");
    Path labelFile = directory.resolve("train-labels-idx1-ubyte");
    try {
      byte[] images = Files.readAllBytes(imageFile);
      byte[] labels = Files.readAllBytes(labelFile);
      int count = labels.length - LABELS_HEADER;
      int size = (images.length - IMAGES_HEADER) / count;
      byte[] sortedImages = images.clone();
      byte[] sortedLabels = labels.clone();
      int[] order =
          IntStream.range(0, count)
              .boxed()
              .sorted(Comparator.comparingInt(image -> labels[LABELS_HEADER + image]))
              .mapToInt(Integer::intValue)
              .toArray();
      for (int to = 0; to < count; to++) {
        System.arraycopy(
            images,
            IMAGES_HEADER + order[to] * size,
            sortedImages,
            IMAGES_HEADER + to * size,
            size);
        sortedLabels[LABELS_HEADER + to] = labels[LABELS_HEADER + order[to]];
      }
      Files.write(imageFile, sortedImages);
      Files.write(labelFile, sortedLabels);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot sort the images in " + directory, e);
    }
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

  /** Copies a header with another number of items, followed by that many items. */
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

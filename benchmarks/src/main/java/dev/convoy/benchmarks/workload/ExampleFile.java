package dev.convoy.benchmarks.workload;

import dev.convoy.data.dataset.Normalisation;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The train split of a dataset for contenders that do not read Parquet: labels, pixels, and the
 * values to which pixels are normalised.
 */
public final class ExampleFile {
  private static final int VALUES = 256;

  private final float[][] tables;
  private final byte[][] pixels;
  private final int[] labels;

  private ExampleFile(float[][] tables, byte[][] pixels, int[] labels) {
    this.tables = tables;
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * Writes a file.
   *
   * @param pixels pixels of each image, channel-major
   * @param labels labels of the images, in the same order
   */
  public static void write(
      Path file, Normalisation normalisation, List<byte[]> pixels, List<Integer> labels) {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
      int channels = normalisation.mean().size();
      out.writeInt(channels);
      for (int channel = 0; channel < channels; channel++) {
        for (float value : normalisation.table(channel)) {
          out.writeFloat(value);
        }
      }
      out.writeInt(pixels.size());
      for (int i = 0; i < pixels.size(); i++) {
        out.writeInt(labels.get(i));
        out.writeInt(pixels.get(i).length);
        out.write(pixels.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    }
  }

  /** Reads a whole file. */
  public static ExampleFile read(Path file) {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      float[][] tables = new float[in.readInt()][VALUES];
      for (float[] table : tables) {
        for (int value = 0; value < VALUES; value++) {
          table[value] = in.readFloat();
        }
      }
      byte[][] pixels = new byte[in.readInt()][];
      int[] labels = new int[pixels.length];
      for (int i = 0; i < pixels.length; i++) {
        labels[i] = in.readInt();
        pixels[i] = new byte[in.readInt()];
        in.readFully(pixels[i]);
      }
      return new ExampleFile(tables, pixels, labels);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + file, e);
    }
  }

  /** Number of images. */
  public int size() {
    return pixels.length;
  }

  /** The bytes of one image, channel-major; not copied. */
  public byte[] pixels(int image) {
    return pixels[image];
  }

  public int label(int image) {
    return labels[image];
  }

  /** Returns normalised images from {@code first} on, channel-major, one after the other. */
  public float[] normalised(int first, int count) {
    int size = pixels[first].length;
    int plane = size / tables.length;
    float[] values = new float[Math.multiplyExact(count, size)];
    int to = 0;
    for (int image = first; image < first + count; image++) {
      int from = 0;
      for (float[] table : tables) {
        for (int pixel = 0; pixel < plane; pixel++) {
          values[to++] = table[Byte.toUnsignedInt(pixels[image][from++])];
        }
      }
    }
    return values;
  }

  /**
   * Returns rows of {@code labelCount} values from image {@code first} on: 1 for its label, 0 for
   * others.
   */
  public float[] oneHot(int first, int count, int labelCount) {
    float[] values = new float[count * labelCount];
    for (int i = 0; i < count; i++) {
      values[i * labelCount + labels[first + i]] = 1;
    }
    return values;
  }
}

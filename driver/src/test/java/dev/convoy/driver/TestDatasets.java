package dev.convoy.driver;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.DataFile;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Tiny images, and datasets of them. */
public final class TestDatasets {
  private TestDatasets() {}

  /** Grey images of one size with their labels, as an IDX pair holds them. */
  public record Images(int side, byte[][] pixels, int[] labels) {
    /** Random images; those of a higher label are brighter. */
    public static Images random(int side, int labels, int count, long seed) {
      SplittableRandom random = new SplittableRandom(seed);
      byte[][] pixels = new byte[count][side * side];
      int[] numbers = new int[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = i % labels;
        for (int pixel = 0; pixel < side * side; pixel++) {
          pixels[i][pixel] = (byte) (random.nextInt(100) + 150 * numbers[i] / labels);
        }
      }
      return new Images(side, pixels, numbers);
    }

    public int count() {
      return labels.length;
    }

    /** Writes {@code STEM-images-idx3-ubyte} and {@code STEM-labels-idx1-ubyte}. */
    public void write(Path directory, String stem) {
      byte[] numbers = new byte[count()];
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      for (int i = 0; i < count(); i++) {
        numbers[i] = (byte) labels[i];
        bytes.writeBytes(pixels[i]);
      }
      put(
          directory.resolve(stem + "-images-idx3-ubyte"),
          idx(bytes.toByteArray(), 0x803, count(), side, side));
      put(directory.resolve(stem + "-labels-idx1-ubyte"), idx(numbers, 0x801, count()));
    }
  }

  /** Prepares the IDX files of {@code input}; no example is set aside. */
  public static ImageDataset prepare(Path input, Path output) {
    PreparePlan plan = PreparePlan.from(input.toString(), output.toString()).validation(0).build();
    Preparer.run(TestSpark.session(), plan, "0.1.0", WorkListener.SILENT);
    return ImageDataset.open(TestSpark.storage(), output.toString());
  }

  /** A dataset that can be opened and not read: its one file is no Parquet file. */
  public static ImageDataset manifestOnly(
      Path directory, ImageShape shape, List<String> labels, String fingerprint) {
    String file = "examples/split=train/part-0.parquet";
    put(directory.resolve(file), new byte[1]);
    Manifest manifest =
        new Manifest(
            Manifest.FORMAT_VERSION,
            shape,
            labels,
            new Normalisation(
                Collections.nCopies(shape.channels(), 0.5),
                Collections.nCopies(shape.channels(), 0.5)),
            Map.of(Split.TRAIN, Collections.nCopies(labels.size(), 5L)),
            0,
            Map.of(Split.TRAIN, List.of(new DataFile(file, 5L * labels.size(), 1, "0".repeat(64)))),
            List.of(),
            List.of(),
            fingerprint,
            Json.object(),
            "0.1.0",
            1);
    put(directory.resolve(Manifest.FILE), manifest.toJson().getBytes(StandardCharsets.UTF_8));
    return ImageDataset.open(TestSpark.storage(), directory.toString());
  }

  /** A PNG file of grey pixels, row by row. */
  public static byte[] png(int width, int... pixels) {
    int height = pixels.length / width;
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setPixels(0, 0, width, height, pixels);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** Writes a file and makes its directories. */
  public static void put(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] idx(byte[] content, int... header) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (int field : header) {
        out.writeInt(field);
      }
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Returns a tar archive of files, without the mark of its end. */
  public static byte[] tar(String[] names, byte[]... files) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < files.length; i++) {
      byte[] header = new byte[512];
      putText(header, 0, names[i]);
      putText(header, 124, String.format(Locale.ROOT, "%011o", files[i].length));
      putText(header, 148, "        0");
      putText(header, 257, "ustar");
      int sum = 0;
      for (byte each : header) {
        sum += each & 0xff;
      }
      putText(header, 148, String.format(Locale.ROOT, "%06o", sum));
      header[154] = 0;
      out.writeBytes(header);
      out.writeBytes(Arrays.copyOf(files[i], (files[i].length + 511) / 512 * 512));
    }
    return out.toByteArray();
  }

  private static void putText(byte[] bytes, int at, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, bytes, at, ascii.length);
  }
}

package dev.convoy.benchmarks.preparing;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Colour images made by a formula: waves whose length and colour depend on the number of the image,
 * with noise of a few levels, so that they are compressed about as photographs are.
 *
 * @param format {@code png} or {@code jpeg}
 * @param count number of images
 */
record MadeImages(String format, int count, int height, int width) {
  private static final int LABELS = 10;
  private static final int NOISE = 6;
  private static final float QUALITY = 0.85f;

  /** Writes the images into a directory with a folder for each label. */
  void write(Path directory) {
    try {
      for (int label = 0; label < LABELS; label++) {
        Files.createDirectories(directory.resolve("label-" + label));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make " + directory, e);
    }
    IntStream.range(0, count).parallel().forEach(number -> write(directory, number));
  }

  private void write(Path directory, int number) {
    Path file = directory.resolve("label-" + number % LABELS).resolve(number + "." + format);
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (OutputStream out = Files.newOutputStream(file);
        ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      ImageWriteParam settings = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(QUALITY);
      }
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image(number), null, null), settings);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write " + file, e);
    } finally {
      writer.dispose();
    }
  }

  /** Returns an image; equal numbers give equal pixels. */
  BufferedImage image(int number) {
    SplittableRandom random = new SplittableRandom(number);
    double down = random.nextDouble(2, 12) / height;
    double across = random.nextDouble(2, 12) / width;
    double[] phase = random.doubles(3, 0, 2 * Math.PI).toArray();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
    byte[] bytes = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double angle = 2 * Math.PI * (y * down + x * across);
        for (int channel = 0; channel < 3; channel++) {
          double wave = 128 + 110 * Math.sin(angle * (channel + 1) + phase[channel]);
          bytes[at++] = (byte) Math.max(0, Math.min(255, wave + random.nextInt(NOISE)));
        }
      }
    }
    return image;
  }
}

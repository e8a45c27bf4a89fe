package dev.convoy.data.image;

import static dev.convoy.data.image.corpus.PngCases.chunk;
import static dev.convoy.data.image.corpus.PngCases.deflated;
import static dev.convoy.data.image.corpus.PngCases.file;
import static dev.convoy.data.image.corpus.PngCases.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PngRowsTest {
  private static final int HEIGHT = 40;
  private static final int WIDTH = 23;

  /**
   * The filters of the rows follow each other, and the compressed data are cut into small parts.
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 2, 4, 6})
  void everyFilterIsUndone(int colours) throws BadImageException {
    byte[] pixels = pixels(colours);
    byte[] file = png(colours, filtered(pixels, samples(colours)), 50);
    byte[] planes = fit(file, 3, Background.BLACK).pixels();
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      for (int channel = 0; channel < 3; channel++) {
        assertThat(planes[channel * HEIGHT * WIDTH + i] & 0xff)
            .isEqualTo(onBlack(pixels, colours, i, channel));
      }
    }
  }

  /** The JDK's reader is an independent one. */
  @Test
  void anotherReaderSeesTheSamePixels() throws BadImageException, IOException {
    byte[] file = png(2, filtered(pixels(2), 3), 1000);
    BufferedImage other = ImageIO.read(new ByteArrayInputStream(file));
    byte[] planes = fit(file, 3, Background.BLACK).pixels();
    assertSame(planes, other);
  }

  @Test
  void anInterlacedImageHasThePixelsOfThePlainOne() throws BadImageException, IOException {
    byte[] plain = png(2, filtered(pixels(2), 3), 1000);
    byte[] interlaced = interlaced(ImageIO.read(new ByteArrayInputStream(plain)));
    assertThat(PngStructure.isInterlaced(interlaced)).isTrue();
    assertThat(fit(interlaced, 3, Background.BLACK).pixels())
        .isEqualTo(fit(plain, 3, Background.BLACK).pixels());
  }

  /** The mean needs all rows, and then they are drawn: the file is decoded twice. */
  @Test
  void rowsCanBeReadAgain() throws BadImageException {
    byte[] pixels = new byte[HEIGHT * WIDTH * 4];
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      Arrays.fill(pixels, 4 * i, 4 * i + 3, (byte) (i < HEIGHT * WIDTH / 2 ? 100 : 60));
      pixels[4 * i + 3] = (byte) (i % 2 * 255);
    }
    byte[] drawn = fit(png(6, filtered(pixels, 4), 64), 1, Background.MEAN).pixels();
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
      int own = i < HEIGHT * WIDTH / 2 ? 100 : 60;
      assertThat(drawn[i]).isEqualTo((byte) (i % 2 == 1 ? own : 80));
    }
  }

  @Test
  void theColourOfATransparencyChunkIsTransparent() throws BadImageException {
    byte[] pixels = pixels(2);
    System.arraycopy(new byte[] {9, 8, 7}, 0, pixels, 30, 3);
    System.arraycopy(new byte[] {9, 8, 6}, 0, pixels, 33, 3);
    byte[] clear = chunk("tRNS", new byte[] {0, 9, 0, 8, 0, 7});
    byte[] file =
        file(header(WIDTH, HEIGHT, 8, 2), clear, chunk("IDAT", deflated(filtered(pixels, 3))));
    FittedImage fitted = fit(file, 3, Background.WHITE);
    assertThat(fitted.alpha()).isEqualTo(FittedImage.Alpha.DRAWN);
    assertThat(fitted.pixels()[10]).isEqualTo((byte) 255);
    assertThat(fitted.pixels()[11]).isEqualTo((byte) 9);
  }

  @Test
  void wideGreySamplesAreRounded() throws BadImageException {
    byte[] line = {0, 0, (byte) 128, 0, (byte) 129, 1, 0, (byte) 0xff, (byte) 0xff};
    byte[] file = file(header(4, 1, 16, 0), chunk("IDAT", deflated(line)));
    byte[] grey = new ImageFitter(new ImageShape(1, 4, 1), Fit.PAD).toPixels(file);
    // 128/257 = 0.498, 129/257 = 0.502, 256/257 = 0.996, and the largest value.
    assertThat(grey).containsExactly(0, 1, 1, 255);
  }

  @Test
  void aWrongChecksumOfThePixelsIsTold() throws BadImageException {
    byte[] file = png(2, filtered(pixels(2), 3), 1 << 20);
    int end = file.length - 12;
    file[end - 1] ^= 1;
    FittedImage fitted = fit(file, 3, Background.BLACK);
    assertThat(fitted.warning()).isEqualTo("a checksum of its compressed data is wrong");
  }

  /** The rows below the part that is kept are decoded too. */
  @Test
  void damageIsFoundWhereNoPixelIsUsed() {
    byte[] lines = filtered(pixels(0), 1);
    byte[] file = png(0, Arrays.copyOf(lines, lines.length - 2 * WIDTH), 1000);
    ImageFitter fitter = new ImageFitter(new ImageShape(4, WIDTH, 1), Fit.CROP);
    assertThatThrownBy(() -> fitter.fit(file))
        .isInstanceOf(BadImageException.class)
        .hasMessage("damaged: its compressed data end in row 38");
  }

  @Test
  void unknownFiltersAndKindsAreRefused() {
    byte[] lines = filtered(pixels(0), 1);
    lines[5 * (WIDTH + 1)] = 7;
    assertThatThrownBy(() -> fit(png(0, lines, 1000), 1, Background.BLACK))
        .hasMessage("damaged: unknown filter 7 in row 5");
    byte[] strange = file(header(4, 4, 3, 0), chunk("IDAT", deflated(new byte[20])));
    assertThatThrownBy(() -> fit(strange, 1, Background.BLACK))
        .hasMessage("damaged: colour type 0 cannot have 3 bits");
    byte[] bare = file(header(4, 4, 8, 3), chunk("IDAT", deflated(new byte[20])));
    assertThatThrownBy(() -> fit(bare, 1, Background.BLACK))
        .hasMessage("damaged: the palette is missing");
  }

  private static FittedImage fit(byte[] file, int channels, Background background)
      throws BadImageException {
    ImageShape shape = new ImageShape(HEIGHT, WIDTH, channels);
    return new ImageFitter(shape, Geometry.DEFAULT, ImageLimits.DEFAULT, background).fit(file);
  }

  private static void assertSame(byte[] planes, BufferedImage image) {
    int plane = HEIGHT * WIDTH;
    for (int i = 0; i < plane; i++) {
      int rgb =
          (planes[i] & 0xff) << 16
              | (planes[plane + i] & 0xff) << 8
              | (planes[2 * plane + i] & 0xff);
      assertThat(rgb).isEqualTo(image.getRGB(i % WIDTH, i / WIDTH) & 0xffffff);
    }
  }

  private static int samples(int colours) {
    return colours == 2 ? 3 : colours == 6 ? 4 : colours == 4 ? 2 : 1;
  }

  private static byte[] pixels(int colours) {
    byte[] pixels = new byte[HEIGHT * WIDTH * samples(colours)];
    new Random(colours).nextBytes(pixels);
    return pixels;
  }

  private static int onBlack(byte[] pixels, int colours, int pixel, int channel) {
    int samples = samples(colours);
    int colour = pixels[pixel * samples + (samples < 3 ? 0 : channel)] & 0xff;
    int alpha = samples % 2 == 1 ? 255 : pixels[pixel * samples + samples - 1] & 0xff;
    return (int) Math.round(colour * alpha / 255.0);
  }

  /** Filters row y by number y mod 5, as the specification defines it. */
  private static byte[] filtered(byte[] pixels, int samples) {
    int line = WIDTH * samples;
    byte[] lines = new byte[HEIGHT * (line + 1)];
    for (int y = 0; y < HEIGHT; y++) {
      lines[y * (line + 1)] = (byte) (y % 5);
      for (int x = 0; x < line; x++) {
        int left = x < samples ? 0 : pixels[y * line + x - samples] & 0xff;
        int up = y == 0 ? 0 : pixels[(y - 1) * line + x] & 0xff;
        int corner = y == 0 || x < samples ? 0 : pixels[(y - 1) * line + x - samples] & 0xff;
        int predicted =
            switch (y % 5) {
              case 0 -> 0;
              case 1 -> left;
              case 2 -> up;
              case 3 -> (left + up) / 2;
              default -> nearest(left + up - corner, left, up, corner);
            };
        lines[y * (line + 1) + 1 + x] = (byte) (pixels[y * line + x] - predicted);
      }
    }
    return lines;
  }

  private static int nearest(int to, int... candidates) {
    int best = candidates[0];
    for (int candidate : candidates) {
      best = Math.abs(candidate - to) < Math.abs(best - to) ? candidate : best;
    }
    return best;
  }

  private static byte[] png(int colours, byte[] lines, int partBytes) {
    byte[] data = deflated(lines);
    byte[][] chunks = new byte[1 + (data.length + partBytes - 1) / partBytes][];
    chunks[0] = header(WIDTH, HEIGHT, 8, colours);
    for (int i = 1; i < chunks.length; i++) {
      int from = (i - 1) * partBytes;
      chunks[i] =
          chunk("IDAT", Arrays.copyOfRange(data, from, Math.min(data.length, from + partBytes)));
    }
    return file(chunks);
  }

  private static byte[] interlaced(BufferedImage image) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }
}

package dev.convoy.data.image;

import static dev.convoy.data.TestImages.encode;
import static dev.convoy.data.TestImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Transparent images on backgrounds, against the formula in real numbers. */
class BackgroundTest {
  private static final int SIDE = 9;
  private static final ImageShape SHAPE = new ImageShape(SIDE, SIDE, 3);

  private static final int[] PIXELS = new Random(3).ints(SIDE * SIDE).toArray();

  private static BufferedImage image(int type) {
    BufferedImage image = new BufferedImage(SIDE, SIDE, type);
    image.setRGB(0, 0, SIDE, SIDE, PIXELS, 0, SIDE);
    return image;
  }

  private static FittedImage fitted(byte[] file, String background) throws BadImageException {
    Background on = Background.of(background).orElseThrow();
    return new ImageFitter(SHAPE, Geometry.DEFAULT, ImageLimits.DEFAULT, on).fit(file);
  }

  /** Alpha-weighted mean of a channel. */
  private static double mean(int shift) {
    double sum = 0;
    double weight = 0;
    for (int pixel : PIXELS) {
      sum += (double) (pixel >>> 24) * ((pixel >> shift) & 0xff);
      weight += pixel >>> 24;
    }
    return Math.floor(sum / weight + 0.5);
  }

  private static void assertDrawn(byte[] pixels, double red, double green, double blue) {
    double[] backs = {red, green, blue};
    for (int i = 0; i < PIXELS.length; i++) {
      double alpha = (PIXELS[i] >>> 24) / 255.0;
      for (int c = 0; c < 3; c++) {
        double exact = alpha * ((PIXELS[i] >> (16 - 8 * c)) & 0xff) + (1 - alpha) * backs[c];
        assertThat((double) (pixels[c * SHAPE.plane() + i] & 0xff))
            .isBetween(exact - 0.5001, exact + 0.5001);
      }
    }
  }

  @Test
  void transparentPixelsShowTheBackgroundByTheirAlpha() throws BadImageException {
    byte[] file = png(image(BufferedImage.TYPE_INT_ARGB));
    assertDrawn(fitted(file, "black").pixels(), 0, 0, 0);
    assertDrawn(fitted(file, "white").pixels(), 255, 255, 255);
    assertDrawn(fitted(file, "#C0ffee").pixels(), 0xc0, 0xff, 0xee);
    assertDrawn(fitted(file, "mean").pixels(), mean(16), mean(8), mean(0));
    assertThat(fitted(file, "mean").alpha()).isEqualTo(FittedImage.Alpha.DRAWN);
    assertThatThrownBy(() -> fitted(file, "refuse"))
        .isInstanceOf(BadImageException.class)
        .hasMessage("it has transparent pixels");
  }

  @Test
  void opaqueImagesAreTheSameOnEveryBackground() throws BadImageException {
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
      byte[] file = png(image(type));
      byte[] black = fitted(file, "black").pixels();
      for (String other : List.of("white", "mean", "refuse", "#102030")) {
        assertThat(fitted(file, other).pixels()).isEqualTo(black);
        assertThat(fitted(file, other).alpha()).isEqualTo(FittedImage.Alpha.OPAQUE);
      }
    }
    BufferedImage opaque = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB);
    for (int i = 0; i < PIXELS.length; i++) {
      opaque.setRGB(i % SIDE, i / SIDE, 0xff000000 | PIXELS[i]);
    }
    assertThat(fitted(png(opaque), "refuse").alpha()).isEqualTo(FittedImage.Alpha.OPAQUE);
  }

  @Test
  void coloursThatAreMultipliedWithAlphaShowTheBackgroundBesideThem() throws BadImageException {
    BufferedImage multiplied = image(BufferedImage.TYPE_4BYTE_ABGR_PRE);
    byte[] file = encode(multiplied, "tiff");
    byte[] black = fitted(file, "black").pixels();
    byte[] white = fitted(file, "white").pixels();
    for (int i = 0; i < PIXELS.length; i++) {
      int alpha = multiplied.getRaster().getSample(i % SIDE, i / SIDE, 3);
      for (int c = 0; c < 3; c++) {
        int stored = multiplied.getRaster().getSample(i % SIDE, i / SIDE, c);
        assertThat(black[c * SHAPE.plane() + i] & 0xff).isEqualTo(stored);
        assertThat(white[c * SHAPE.plane() + i] & 0xff)
            .isEqualTo(Math.min(255, stored + 255 - alpha));
      }
    }
  }

  @Test
  void transparentEntriesOfAPaletteShowTheBackground() throws BadImageException {
    BufferedImage indexed = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED);
    byte[] gif = encode(indexed, "gif");
    assertThat(fitted(gif, "white").pixels()).containsOnly(0);
    java.awt.image.IndexColorModel colours =
        new java.awt.image.IndexColorModel(
            8, 2, new byte[] {10, 20}, new byte[] {30, 40}, new byte[] {50, 60}, 1);
    BufferedImage clear = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_INDEXED, colours);
    clear.getRaster().setSample(0, 0, 0, 1);
    for (String format : List.of("png", "gif")) {
      FittedImage drawn = fitted(encode(clear, format), "#0708ff");
      assertThat(drawn.alpha()).isEqualTo(FittedImage.Alpha.DRAWN);
      assertThat(drawn.pixels()[0]).isEqualTo((byte) 7);
      assertThat(drawn.pixels()[SHAPE.plane()]).isEqualTo((byte) 8);
      assertThat(drawn.pixels()[2 * SHAPE.plane()]).isEqualTo((byte) 255);
      assertThat(drawn.pixels()[1]).isEqualTo((byte) 10);
    }
  }

  @Test
  void pixelsOfSparkAreDrawnAsThoseOfFiles() throws BadImageException {
    byte[] bgra = new byte[PIXELS.length * 4];
    for (int i = 0; i < PIXELS.length; i++) {
      for (int c = 0; c < 4; c++) {
        bgra[4 * i + c] = (byte) (PIXELS[i] >> (8 * c));
      }
    }
    byte[] file = png(image(BufferedImage.TYPE_INT_ARGB));
    for (String background : List.of("black", "white", "mean", "#123456")) {
      Background on = Background.of(background).orElseThrow();
      assertThat(InterleavedPixels.toStored(bgra, SIDE, SIDE, 4, on).bytes())
          .isEqualTo(fitted(file, background).pixels());
      assertThat(on.key()).isEqualTo(background);
    }
  }

  @Test
  void whollyTransparentImagesHaveABlackMean() throws BadImageException {
    byte[] file = png(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_ARGB));
    assertThat(fitted(file, "mean").pixels()).containsOnly(0);
    assertThat(fitted(file, "white").pixels()).containsOnly(255);
  }

  @Test
  void otherWordsAreNoBackground() {
    for (String word : List.of("", "BLACK", "#12345", "#1234567", "#12345g", "123456", "auto")) {
      assertThat(Background.of(word)).isEmpty();
    }
  }
}

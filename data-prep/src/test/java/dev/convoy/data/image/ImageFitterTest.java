package dev.convoy.data.image;

import static dev.convoy.data.TestImages.encode;
import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.png;
import static dev.convoy.data.TestImages.rgb;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

@Tag("slow")
class ImageFitterTest {
  private static final int[] ALL_GREYS = IntStream.range(0, 256).toArray();

  private static byte[] fit(byte[] encoded, int height, int width, int channels, Fit fit)
      throws BadImageException {
    return new ImageFitter(new ImageShape(height, width, channels), fit).toPixels(encoded);
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  @Test
  void greyImageOfTheSizeKeepsEveryBitInEveryFit() throws BadImageException {
    byte[] image = png(grey(16, ALL_GREYS));
    for (Fit fit : Fit.values()) {
      assertThat(fit(image, 16, 16, 1, fit)).isEqualTo(bytes(ALL_GREYS));
    }
  }

  @Test
  void greyRepeatedInThreeChannelsIsThreeTimesTheSame() throws BadImageException {
    assertThat(fit(png(grey(2, 1, 200)), 1, 2, 3, Fit.PAD))
        .isEqualTo(bytes(1, 200, 1, 200, 1, 200));
  }

  @Test
  void coloursAreStoredChannelByChannel() throws BadImageException {
    assertThat(fit(png(rgb(2, 0x010203, 0xa0b0c0)), 1, 2, 3, Fit.PAD))
        .isEqualTo(bytes(0x01, 0xa0, 0x02, 0xb0, 0x03, 0xc0));
  }

  @Test
  void oneChannelOfColoursIsLuma() throws BadImageException {
    // 0.299·255 = 76.245, 0.587·255 = 149.685, 0.114·255 = 29.07
    byte[] image = png(rgb(4, 0xff0000, 0x00ff00, 0x0000ff, 0x7b7b7b));
    assertThat(fit(image, 1, 4, 1, Fit.PAD)).isEqualTo(bytes(76, 150, 29, 0x7b));
  }

  @Test
  void everyGreyIsItsOwnLuma() {
    for (int grey : ALL_GREYS) {
      assertThat(RasterRows.luma(grey, grey, grey)).isEqualTo(grey);
    }
  }

  @Test
  void sixteenBitsAreScaledToEightWithRounding() throws BadImageException {
    BufferedImage image = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 128, 129, 65535});
    // 128·255/65535 = 0.498, 129·255/65535 = 0.502
    assertThat(fit(png(image), 1, 4, 1, Fit.PAD)).isEqualTo(bytes(0, 0, 1, 255));
  }

  @Test
  void paletteIsLookedUp() throws BadImageException {
    byte[] red = bytes(10, 200);
    byte[] green = bytes(20, 100);
    byte[] blue = bytes(30, 50);
    IndexColorModel palette = new IndexColorModel(1, 2, red, green, blue);
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setPixels(0, 0, 2, 1, new int[] {1, 0});
    assertThat(fit(png(image), 1, 2, 3, Fit.PAD)).isEqualTo(bytes(200, 10, 100, 20, 50, 30));
  }

  @Test
  void alphaIsCompositedOverBlack() throws BadImageException {
    BufferedImage image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 3, 1, new int[] {0xffff8040, 0x80ff8040, 0x00ffffff}, 0, 3);
    // 255·128/255 = 128, 128·128/255 = 64.25, 64·128/255 = 32.1
    assertThat(fit(png(image), 1, 3, 3, Fit.PAD))
        .isEqualTo(bytes(255, 128, 0, 128, 64, 0, 64, 32, 0));
  }

  @Test
  void greyWithAlphaIsCompositedOverBlack() throws BadImageException {
    ColorModel model =
        new ComponentColorModel(
            java.awt.color.ColorSpace.getInstance(java.awt.color.ColorSpace.CS_GRAY),
            true,
            false,
            java.awt.Transparency.TRANSLUCENT,
            DataBuffer.TYPE_BYTE);
    WritableRaster raster = model.createCompatibleWritableRaster(2, 1);
    raster.setPixels(0, 0, 2, 1, new int[] {200, 255, 200, 51});
    byte[] image = png(new BufferedImage(model, raster, false, null));
    assertThat(fit(image, 1, 2, 1, Fit.PAD)).isEqualTo(bytes(200, 40));
  }

  @Test
  void jpegIsReadCloseToItsOriginal() throws BadImageException {
    int[] pixels = new int[64 * 64];
    java.util.Arrays.fill(pixels, 0xc86432);
    byte[] jpeg = encode(rgb(64, pixels), "jpg");
    byte[] result = fit(jpeg, 64, 64, 3, Fit.PAD);
    for (int i = 0; i < 64 * 64; i++) {
      assertThat(result[i] & 0xff).isBetween(198, 202);
      assertThat(result[64 * 64 + i] & 0xff).isBetween(98, 102);
      assertThat(result[2 * 64 * 64 + i] & 0xff).isBetween(48, 52);
    }
  }

  @Test
  void greyJpegKeepsItsSamples() throws BadImageException {
    int[] pixels = new int[64];
    java.util.Arrays.fill(pixels, 77);
    byte[] result = fit(encode(grey(8, pixels), "jpg"), 8, 8, 1, Fit.PAD);
    assertThat(result).containsOnly(77);
  }

  @Test
  void inksBecomeRedGreenAndBlue() throws BadImageException, IOException {
    WritableRaster raster = Raster.createInterleavedRaster(DataBuffer.TYPE_BYTE, 16, 16, 4, null);
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        raster.setPixel(x, y, new int[] {55, 155, 255, 51});
      }
    }
    byte[] jpeg = writeRaster(raster);
    assertThat(ImageHeader.read(jpeg, ImageLimits.DEFAULT).components()).isEqualTo(4);

    // With Adobe's marker or without, 255 is no ink: 55·51/255 = 11, 155·0.2 = 31, 255·0.2 = 51.
    byte[] adobe = insertSegment(jpeg, 0xee, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0);
    for (byte[] file : new byte[][] {jpeg, adobe}) {
      byte[] inverted = fit(file, 16, 16, 3, Fit.PAD);
      assertThat(inverted[0] & 0xff).isBetween(9, 13);
      assertThat(inverted[256] & 0xff).isBetween(29, 33);
      assertThat(inverted[512] & 0xff).isBetween(49, 53);
    }
  }

  private static byte[] writeRaster(Raster raster) throws IOException {
    ImageWriter writer = null;
    var writers = ImageIO.getImageWritersByFormatName("jpeg");
    while (writers.hasNext()) {
      ImageWriter next = writers.next();
      writer = next.getClass().getName().startsWith("com.sun.") ? next : writer;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
    }
    writer.dispose();
    return bytes.toByteArray();
  }

  private static byte[] insertSegment(byte[] jpeg, int marker, int... content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(jpeg, 0, 2);
    out.writeBytes(bytes(0xff, marker, 0, content.length + 2));
    out.writeBytes(bytes(content));
    out.write(jpeg, 2, jpeg.length - 2);
    return out.toByteArray();
  }

  private static byte[] withOrientation(byte[] jpeg, int number) {
    return insertSegment(
        jpeg, 0xe1, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3,
        0, 0, 0, 1, 0, number, 0, 0, 0, 0, 0, 0);
  }

  @Test
  void imageIsTurnedUprightAsExifSays() throws BadImageException {
    // A frame of 16 rows and 8 columns with a bright block at its top left.
    int[] pixels = new int[16 * 8];
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        pixels[y * 8 + x] = 250;
      }
    }
    byte[] jpeg = encode(grey(8, pixels), "jpg");
    int[] brightSide = {0, 0, 1, 1, 2, 3, 3, 2};
    for (int number = 1; number <= 8; number++) {
      byte[] turned = withOrientation(jpeg, number);
      boolean lying = number >= 5;
      ImageShape natural = ImageFitter.naturalShape(turned, ImageLimits.DEFAULT);
      assertThat(natural).isEqualTo(new ImageShape(lying ? 8 : 16, lying ? 16 : 8, 1));
      byte[] upright = fit(turned, natural.height(), natural.width(), 1, Fit.PAD);
      int width = natural.width();
      int[] samples = {
        upright[0] & 0xff,
        upright[upright.length - 1] & 0xff,
        upright[(natural.height() - 1) * width] & 0xff,
        upright[width - 1] & 0xff
      };
      // The bright half lies at the top, bottom, left or right.
      boolean[] bright = {
        samples[0] > 200 && samples[3] > 200,
        samples[1] > 200 && samples[2] > 200,
        samples[0] > 200 && samples[2] > 200,
        samples[1] > 200 && samples[3] > 200
      };
      assertThat(bright[brightSide[number - 1]]).as("orientation %d", number).isTrue();
    }
  }

  @Test
  void anImageOfItsOwnSizeIsTurnedAndKeepsEveryPixel() throws BadImageException {
    byte[] jpeg = encode(grey(8, new Random(3).ints(16 * 8, 0, 256).toArray()), "jpg");
    byte[] stored = fit(jpeg, 16, 8, 1, Fit.PAD);
    for (int number = 1; number <= 8; number++) {
      byte[] image = withOrientation(jpeg, number);
      for (int channels : new int[] {1, 3}) {
        ImageFitter own = new ImageFitter(new ImageShape(1, 1, channels), Fit.PAD).ofOwnSize(image);
        assertThat(own.shape())
            .isEqualTo(new ImageShape(number < 5 ? 16 : 8, number < 5 ? 8 : 16, channels));
        byte[] upright = Orientation.ofExif(number).turn(stored, 0, 16, 8);
        byte[] pixels = own.toPixels(image);
        for (int c = 0; c < channels; c++) {
          assertThat(Arrays.copyOfRange(pixels, c * 128, (c + 1) * 128))
              .as("channel %d of orientation %d", c, number)
              .isEqualTo(upright);
        }
      }
    }
  }

  @Test
  void turningFollowsExifForEveryOrientation() {
    // Stored: 2 rows of 3. Expected upright planes by hand.
    byte[] stored = bytes(1, 2, 3, 4, 5, 6);
    int[][] upright = {
      {1, 2, 3, 4, 5, 6},
      {3, 2, 1, 6, 5, 4},
      {6, 5, 4, 3, 2, 1},
      {4, 5, 6, 1, 2, 3},
      {1, 4, 2, 5, 3, 6},
      {4, 1, 5, 2, 6, 3},
      {6, 3, 5, 2, 4, 1},
      {3, 6, 2, 5, 1, 4}
    };
    for (int number = 1; number <= 8; number++) {
      assertThat(Orientation.ofExif(number).turn(stored, 0, 2, 3))
          .as("orientation %d", number)
          .isEqualTo(bytes(upright[number - 1]));
    }
  }

  @Test
  void padCentresOnBlack() throws BadImageException {
    // 1×2 scaled to 2×4 in a square of 4: one black row above and below.
    byte[] result = fit(png(grey(2, 100, 100)), 4, 4, 1, Fit.PAD);
    assertThat(result)
        .isEqualTo(bytes(0, 0, 0, 0, 100, 100, 100, 100, 100, 100, 100, 100, 0, 0, 0, 0));
  }

  @Test
  void cropKeepsTheCentre() throws BadImageException {
    byte[] image = png(grey(4, 9, 50, 60, 9, 9, 70, 80, 9));
    assertThat(fit(image, 2, 2, 1, Fit.CROP)).isEqualTo(bytes(50, 60, 70, 80));
  }

  @Test
  void stretchIgnoresTheAspectRatio() throws BadImageException {
    // Two rows become one: their mean; two columns stay.
    assertThat(fit(png(grey(2, 10, 20, 30, 60)), 1, 2, 1, Fit.STRETCH)).isEqualTo(bytes(20, 40));
  }

  @Test
  void shrinkingAveragesWithFallingWeights() throws BadImageException {
    // 4 → 2: a reach of 2 around 1 and 3; weights 3/8 3/8 1/8 (of 0.75 0.75 0.25) normalised.
    // (0.75·0 + 0.75·80 + 0.25·160)/1.75 = 57.14; (0.25·80 + 0.75·160 + 0.75·240)/1.75 = 182.86
    assertThat(fit(png(grey(4, 0, 80, 160, 240)), 1, 2, 1, Fit.STRETCH)).isEqualTo(bytes(57, 183));
  }

  @Test
  void enlargingIsBilinear() throws BadImageException {
    // Centres at 0.25, 0.75, 1.25, 1.75 of pixels centred at 0.5 and 1.5.
    assertThat(fit(png(grey(2, 0, 100)), 1, 4, 1, Fit.STRETCH)).isEqualTo(bytes(0, 25, 75, 100));
  }

  @Property(tries = 100)
  void aPlainImageStaysPlainAtEverySize(
      @ForAll @IntRange(min = 1, max = 40) int fromHeight,
      @ForAll @IntRange(min = 1, max = 40) int fromWidth,
      @ForAll @IntRange(min = 1, max = 40) int height,
      @ForAll @IntRange(min = 1, max = 40) int width,
      @ForAll @IntRange(max = 255) int value) {
    byte[] plain = new byte[fromHeight * fromWidth];
    java.util.Arrays.fill(plain, (byte) value);
    for (Fit fit : new Fit[] {Fit.CROP, Fit.STRETCH}) {
      ImageFitter fitter = new ImageFitter(new ImageShape(height, width, 1), fit);
      assertThat(fitter.greyToPixels(plain, fromHeight, fromWidth)).containsOnly((byte) value);
    }
    ImageFitter pad = new ImageFitter(new ImageShape(height, width, 1), Fit.PAD);
    assertThat(pad.greyToPixels(plain, fromHeight, fromWidth))
        .containsAnyOf((byte) value)
        .hasSize(height * width);
  }

  @Property(tries = 50)
  void resamplerEqualsTheFormula(
      @ForAll @IntRange(min = 1, max = 30) int height,
      @ForAll @IntRange(min = 1, max = 30) int width,
      @ForAll @IntRange(min = 1, max = 30) int newHeight,
      @ForAll @IntRange(min = 1, max = 30) int newWidth,
      @ForAll long seed) {
    byte[] image = new byte[height * width];
    new Random(seed).nextBytes(image);
    ImageFitter fitter = new ImageFitter(new ImageShape(newHeight, newWidth, 1), Fit.STRETCH);
    byte[] result = fitter.greyToPixels(image, height, width);
    for (int y = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++) {
        double sum = 0;
        double weights = 0;
        for (int fromY = 0; fromY < height; fromY++) {
          for (int fromX = 0; fromX < width; fromX++) {
            double weight = tent(y, fromY, height, newHeight) * tent(x, fromX, width, newWidth);
            sum += weight * (image[fromY * width + fromX] & 0xff);
            weights += weight;
          }
        }
        assertThat(result[y * newWidth + x] & 0xff)
            .isCloseTo((int) (sum / weights + 0.5), org.assertj.core.data.Offset.offset(1));
      }
    }
  }

  private static double tent(int target, int source, int from, int to) {
    double scale = (double) from / to;
    double distance = Math.abs(source + 0.5 - (target + 0.5) * scale);
    return Math.max(0, 1 - distance / Math.max(1, scale));
  }

  @Test
  void veryLargeRastersAreReadAtEverySecondPixel() throws BadImageException {
    ImageHeader large =
        new ImageHeader(
            ImageFormat.PNG, 8000, 8000, 4, 4, false, Orientation.UPRIGHT, ImageHeader.Inks.NONE);
    assertThat(ImageDecoder.step(large)).isEqualTo(2);
    byte[] image = png(new BufferedImage(6500, 6500, BufferedImage.TYPE_INT_ARGB));
    assertThat(ImageDecoder.step(ImageHeader.read(image, ImageLimits.DEFAULT))).isEqualTo(2);
    assertThat(fit(image, 4, 4, 1, Fit.PAD)).containsOnly(0);
    assertThatThrownBy(() -> new ImageFitter(new ImageShape(1, 1, 1), Fit.PAD).ofOwnSize(image))
        .isInstanceOf(BadImageException.class)
        .hasMessage("its 6500×6500 pixels are too many to be taken one by one: scale it down");
  }
}

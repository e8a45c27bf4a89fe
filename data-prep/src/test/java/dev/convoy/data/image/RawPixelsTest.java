package dev.convoy.data.image;

import static dev.convoy.data.TestImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import java.awt.image.BufferedImage;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Raw pixels are treated as those of a PNG file, which keeps every bit. */
class RawPixelsTest {
  private static final int[][] SIZES = {{4, 5}, {9, 7}, {3, 11}};

  /** The same random pixels in three forms. */
  private record Same(BufferedImage image, byte[] planar, byte[] interleaved) {
    static Same random(int height, int width, int channels, int type, long seed) {
      Random random = new Random(seed);
      int planes = Math.min(3, channels);
      BufferedImage image = new BufferedImage(width, height, type);
      byte[] planar = new byte[planes * height * width];
      byte[] interleaved = new byte[channels * height * width];
      for (int i = 0; i < height * width; i++) {
        for (int c = 0; c < channels; c++) {
          int value = random.nextInt(256);
          image.getRaster().setSample(i % width, i / width, c, value);
          // OpenCV has blue first, and alpha last.
          interleaved[i * channels + (c < 3 ? planes - 1 - c : 3)] = (byte) value;
          if (c < 3) {
            planar[c * height * width + i] = (byte) value;
          }
        }
      }
      return new Same(image, planar, interleaved);
    }
  }

  @Test
  void pixelsAndFilesAreFittedAlike() throws BadImageException {
    for (int[] size : SIZES) {
      for (int channels : new int[] {1, 3}) {
        int type = channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_INT_RGB;
        Same same = Same.random(size[0], size[1], channels, type, 5);
        StoredImage raw =
            StoredImage.ofPixels(same.planar, new ImageShape(size[0], size[1], channels));
        StoredImage opencv =
            InterleavedPixels.toStored(
                same.interleaved, size[0], size[1], channels, Background.BLACK);
        StoredImage file = StoredImage.file(png(same.image));
        assertThat(raw.shape(ImageLimits.DEFAULT).channels()).isEqualTo(channels);
        for (Fit fit : Fit.values()) {
          for (int wanted : new int[] {1, 3}) {
            ImageFitter fitter = new ImageFitter(new ImageShape(4, 5, wanted), fit);
            FittedImage expected = file.fitted(fitter);
            assertThat(raw.fitted(fitter))
                .usingRecursiveComparison()
                .ignoringFields("format")
                .isEqualTo(expected);
            assertThat(opencv.fitted(fitter))
                .usingRecursiveComparison()
                .ignoringFields("format")
                .isEqualTo(expected);
          }
        }
      }
    }
  }

  @Test
  void transparentPixelsAreDrawnOnBlackAsThoseOfFiles() throws BadImageException {
    Same same = Same.random(6, 5, 4, BufferedImage.TYPE_INT_ARGB, 6);
    ImageFitter fitter = new ImageFitter(new ImageShape(6, 5, 3), Fit.PAD);
    assertThat(
            InterleavedPixels.toStored(same.interleaved, 6, 5, 4, Background.BLACK)
                .fitted(fitter)
                .pixels())
        .isEqualTo(StoredImage.file(png(same.image)).fitted(fitter).pixels());
  }

  @Test
  void anotherNumberOfBytesIsRefused() {
    assertThatThrownBy(() -> InterleavedPixels.toStored(new byte[11], 2, 2, 3, Background.BLACK))
        .hasMessageContaining("11 bytes for 2×2×3");
    assertThatThrownBy(() -> InterleavedPixels.toStored(new byte[8], 2, 2, 2, Background.BLACK))
        .hasMessageContaining("channels");
  }
}

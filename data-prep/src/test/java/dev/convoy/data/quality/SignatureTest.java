package dev.convoy.data.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Split;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SignatureTest {
  private static final ImageShape GREY = new ImageShape(32, 32, 1);

  private static Signature of(byte[] pixels, ImageShape shape) {
    return Signature.of("x", 0, Split.TRAIN, pixels, shape);
  }

  /** A picture with a bright square whose corner is in a given place. */
  private static byte[] square(int top, int left, int brightness) {
    byte[] pixels = new byte[GREY.size()];
    for (int y = top; y < top + 12; y++) {
      for (int x = left; x < left + 12; x++) {
        pixels[32 * y + x] = (byte) brightness;
      }
    }
    return pixels;
  }

  @Test
  void bitsTellWhereBrightnessRises() {
    // Columns of 4 pixels rise from 0 to 210 in steps of 30: all but the last cell of a row have a
    // brighter neighbour on the right, and none below.
    byte[] pixels = new byte[GREY.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 32 / 4 * 30);
    }
    Signature rising = of(pixels, GREY);
    assertThat(rising.across()).isEqualTo(0xfefefefefefefefeL);
    assertThat(rising.down()).isZero();
    assertThat(rising.isTelling(0)).isTrue();
    assertThat(rising.isTelling(3)).isFalse();
  }

  @Test
  void smallChangesChangeFewBits() {
    byte[] one = square(4, 8, 200);
    byte[] noisy = one.clone();
    Random random = new Random(1);
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] = (byte) Math.min(255, (noisy[i] & 0xff) + random.nextInt(4));
    }
    assertThat(of(one, GREY).distance(of(noisy, GREY))).isLessThan(4);
    assertThat(of(one, GREY).difference(of(noisy, GREY))).isLessThan(4);
    assertThat(of(one, GREY).high()).isNotEqualTo(of(noisy, GREY).high());
    assertThat(of(one, GREY).distance(of(square(16, 16, 200), GREY))).isGreaterThan(10);
  }

  /** Two red squares and a blue one are equally bright. */
  @Test
  void coloursDiffer() {
    ImageShape colour = new ImageShape(32, 32, 3);
    byte[] red = new byte[colour.size()];
    byte[] blue = new byte[colour.size()];
    System.arraycopy(square(4, 8, 200), 0, red, 0, GREY.size());
    System.arraycopy(square(4, 8, 200), 0, blue, 2 * GREY.size(), GREY.size());
    assertThat(of(red, colour).distance(of(blue, colour))).isZero();
    assertThat(of(red, colour).largestDifference(of(blue, colour))).isEqualTo(200);
  }

  /**
   * A square of 6×6 of the 16×16 pixels has four sides of 6 steps; a bar at the edge adds nothing.
   */
  @Test
  void contentIsWhatDiffersInside() {
    byte[] plain = square(8, 12, 100);
    byte[] barred = plain.clone();
    for (int i = 0; i < barred.length; i++) {
      barred[i] = i % 32 < 8 ? (byte) 255 : barred[i];
    }
    assertThat(of(plain, GREY).content()).isEqualTo(4 * 6 * 100 / 256.0);
    assertThat(of(barred, GREY).content()).isEqualTo(4 * 6 * 100 / 256.0);
    assertThat(of(new byte[GREY.size()], GREY).content()).isZero();
  }

  @Test
  void anImageIsConstantIfEachChannelIs() {
    ImageShape colour = new ImageShape(2, 2, 3);
    assertThat(of(new byte[] {1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3}, colour).constant()).isTrue();
    assertThat(of(new byte[] {1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3}, colour).constant()).isFalse();
  }
}

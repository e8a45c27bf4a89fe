package dev.convoy.driver.explain.page;

import java.util.Locale;

/** Maps numbers to colours, which are {@code 0xRRGGBB}. */
final class Colours {
  static final int WHITE = 0xffffff;
  static final int LINE = 0xc9d0d9;
  static final int PADDING = 0xe9edf2;
  static final int FOR = 0xe0142a;
  static final int AGAINST = 0x1f6fe0;
  static final int MARK = 0xff9d00;
  static final int NEIGHBOUR = 0x58c4ff;
  static final int MARK_EDGE = 0x2a1c00;

  /** Blue, nearly white, red: ColorBrewer's RdBu (Brewer and Harrower, 2003), reversed. */
  private static final int[] DIVERGING = {
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d,
    0xb2182b, 0x67001f
  };

  /** White to deep green. */
  private static final int[] SHARE = {0xffffff, 0xd3ece6, 0x8ccdc0, 0x3aa394, 0x0b7a6f, 0x044f4a};

  private Colours() {}

  /**
   * Returns the colour of a signed number.
   *
   * @param value from -1 (blue) through 0 (nearly white) to 1 (red); values beyond are clamped
   */
  static int signed(double value) {
    return between(DIVERGING, (value + 1) / 2);
  }

  /**
   * Returns the colour of a share.
   *
   * @param value from 0 (white) to 1 (deep green); values beyond are clamped
   */
  static int share(double value) {
    return between(SHARE, value);
  }

  /** Interpolates linearly between equally spaced colours; NaN gives the first colour. */
  private static int between(int[] stops, double position) {
    double at = Math.max(0, Math.min(1, position)) * (stops.length - 1);
    int lower = Math.min(stops.length - 2, (int) at);
    return mix(stops[lower], stops[lower + 1], at - lower);
  }

  /** Returns {@code (1 − share)·a + share·b} for each channel, rounded. */
  static int mix(int a, int b, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double channel = (1 - share) * (a >> shift & 0xff) + share * (b >> shift & 0xff);
      mixed |= (int) Math.round(channel) << shift;
    }
    return mixed;
  }

  /** Returns black or white, whichever is readable on a colour. */
  static String inkOn(int colour) {
    double luma =
        0.299 * (colour >> 16 & 0xff) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff);
    return luma < 140 ? "#ffffff" : "#1c2430";
  }

  /** Formats a colour for CSS, such as {@code #67001f}. */
  static String css(int colour) {
    return String.format(Locale.ROOT, "#%06x", colour);
  }

  /** Returns a CSS gradient from the lowest value on the left to the highest on the right. */
  static String signedGradient() {
    return gradient(DIVERGING);
  }

  /** Returns the upper half of {@link #signedGradient}, for values that are never below 0. */
  static String positiveGradient() {
    return gradient(java.util.Arrays.copyOfRange(DIVERGING, 5, DIVERGING.length));
  }

  static String shareGradient() {
    return gradient(SHARE);
  }

  private static String gradient(int[] stops) {
    StringBuilder text = new StringBuilder("linear-gradient(to right");
    for (int stop : stops) {
      text.append(", ").append(css(stop));
    }
    return text.append(")").toString();
  }
}

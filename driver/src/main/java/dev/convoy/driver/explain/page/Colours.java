package dev.convoy.driver.explain.page;

import java.util.Locale;

/** What numbers look like. Colours are {@code 0xRRGGBB}. */
final class Colours {
  static final int WHITE = 0xffffff;
  static final int LINE = 0xc9d0d9;
  static final int PADDING = 0xe9edf2;
  static final int FOR = 0xe0142a;
  static final int AGAINST = 0x1f6fe0;
  static final int MARK = 0xff9d00;
  static final int NEIGHBOUR = 0x58c4ff;
  static final int MARK_EDGE = 0x2a1c00;

  /** Blue, nearly white, red: ColorBrewer's RdBu (Brewer and Harrower, 2003), turned round. */
  private static final int[] DIVERGING = {
    0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d,
    0xb2182b, 0x67001f
  };

  /** White to deep green. */
  private static final int[] SHARE = {0xffffff, 0xd3ece6, 0x8ccdc0, 0x3aa394, 0x0b7a6f, 0x044f4a};

  private Colours() {}

  /**
   * The colour of a number that may have either sign.
   *
   * @param value -1 (blue) over 0 (nearly white) to 1 (red); what lies beyond looks like the end
   */
  static int signed(double value) {
    return between(DIVERGING, (value + 1) / 2);
  }

  /**
   * The colour of a share.
   *
   * @param value 0 (white) to 1 (deep green); what lies beyond looks like the end
   */
  static int share(double value) {
    return between(SHARE, value);
  }

  /** Straight lines between colours at equal distances; not-a-number is the first colour. */
  private static int between(int[] stops, double position) {
    double at = Math.max(0, Math.min(1, position)) * (stops.length - 1);
    int lower = Math.min(stops.length - 2, (int) at);
    return mix(stops[lower], stops[lower + 1], at - lower);
  }

  /** {@code (1 − share)·a + share·b} of each channel, rounded. */
  static int mix(int a, int b, double share) {
    int mixed = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      double channel = (1 - share) * (a >> shift & 0xff) + share * (b >> shift & 0xff);
      mixed |= (int) Math.round(channel) << shift;
    }
    return mixed;
  }

  /** Black or white, whichever can be read on a colour. */
  static String inkOn(int colour) {
    double luma =
        0.299 * (colour >> 16 & 0xff) + 0.587 * (colour >> 8 & 0xff) + 0.114 * (colour & 0xff);
    return luma < 140 ? "#ffffff" : "#1c2430";
  }

  /** As CSS writes it: {@code #67001f}. */
  static String css(int colour) {
    return String.format(Locale.ROOT, "#%06x", colour);
  }

  /** A CSS gradient from the lowest value to the highest, left to right. */
  static String signedGradient() {
    return gradient(DIVERGING);
  }

  /** The upper half of {@link #signedGradient}, for values that are never below 0. */
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

package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.image.ImageHeader.Inks;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.util.Arrays;

/**
 * The decoded samples of an image, converted to grey or RGB.
 *
 * <p>Java's colour conversion is not used: its grey is linear in light, which would change every
 * grey pixel, and embedded colour profiles would make the pixels depend on the colour engine.
 * Samples of 16 bits are scaled to 8 with rounding; palettes are looked up; inks become {@code (255
 * − ink)·(255 − black)/255}.
 */
final class RasterRows implements PixelRows, ArgbRows {
  private static final int OPAQUE = 0xff000000;

  private final Raster raster;
  private final Inks inks;
  private final int bands;
  private final int maximum;
  private final int[] palette;
  private final int[] samples;

  /** Creates rows of a raster that needs no colour model: grey, colours or inks of 8 bits. */
  RasterRows(Raster raster, Inks inks) {
    this(raster, inks, new int[0]);
  }

  /** Creates rows of a decoded image. */
  RasterRows(Raster raster, ColorModel colours) {
    this(raster, Inks.NONE, palette(colours));
  }

  private RasterRows(Raster raster, Inks inks, int[] palette) {
    this.raster = raster;
    this.inks = inks;
    this.palette = palette;
    this.bands = raster.getNumBands();
    Checks.that(inks == Inks.NONE || bands >= 4, "bands", "must be four of inks, not " + bands);
    this.maximum = (1 << raster.getSampleModel().getSampleSize(0)) - 1;
    this.samples = new int[Math.multiplyExact(raster.getWidth(), bands)];
  }

  private static int[] palette(ColorModel colours) {
    if (!(colours instanceof IndexColorModel indexed)) {
      return new int[0];
    }
    int[] palette = new int[indexed.getMapSize()];
    indexed.getRGBs(palette);
    return palette;
  }

  @Override
  public int height() {
    return raster.getHeight();
  }

  @Override
  public int width() {
    return raster.getWidth();
  }

  /** Returns whether pixels may be transparent; if not, alpha is 255. */
  boolean hasAlpha() {
    return palette.length > 0
        ? Arrays.stream(palette).anyMatch(colour -> colour >>> 24 != 255)
        : inks == Inks.NONE && (bands == 2 || bands == 4);
  }

  /** Reads one row of an image without alpha. */
  @Override
  public void read(int row, byte[][] planes) {
    readSamples(row);
    for (int x = 0; x < width(); x++) {
      int rgb = argb(x * bands);
      put(rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff, planes, x);
    }
  }

  @Override
  public void readArgb(int row, int[] argb) {
    readSamples(row);
    for (int x = 0; x < argb.length; x++) {
      argb[x] = argb(x * bands);
    }
  }

  private void readSamples(int row) {
    raster.getPixels(raster.getMinX(), raster.getMinY() + row, width(), 1, samples);
  }

  /** Sets a pixel of a row of planes, of which one is grey and three are colours. */
  static void put(int red, int green, int blue, byte[][] planes, int x) {
    if (planes.length == 1) {
      planes[0][x] = (byte) luma(red, green, blue);
    } else {
      planes[0][x] = (byte) red;
      planes[1][x] = (byte) green;
      planes[2][x] = (byte) blue;
    }
  }

  /** Luma by ITU-R BT.601, rounded; equal components keep their value. */
  static int luma(int red, int green, int blue) {
    return (299 * red + 587 * green + 114 * blue + 500) / 1000;
  }

  private int argb(int at) {
    if (palette.length > 0) {
      return samples[at] < palette.length ? palette[samples[at]] : OPAQUE;
    }
    if (inks != Inks.NONE) {
      return OPAQUE | inksToRgb(samples[at], samples[at + 1], samples[at + 2], samples[at + 3]);
    }
    if (bands < 3) {
      int grey = to8(samples[at]);
      int alpha = bands == 2 ? to8(samples[at + 1]) : 255;
      return alpha << 24 | pack(grey, grey, grey);
    }
    int alpha = bands == 4 ? to8(samples[at + 3]) : 255;
    return alpha << 24 | pack(to8(samples[at]), to8(samples[at + 1]), to8(samples[at + 2]));
  }

  private int to8(int sample) {
    return maximum == 255 ? sample : (int) ((sample * 255L + maximum / 2) / maximum);
  }

  private static int over(int colour, int alpha) {
    return alpha == 255 ? colour : (colour * alpha + 127) / 255;
  }

  private int inksToRgb(int first, int second, int third, int black) {
    return switch (inks) {
      case INVERTED_CMYK -> pack(over(first, black), over(second, black), over(third, black));
      case INVERTED_YCCK -> {
        double blueness = second - 128;
        double redness = third - 128;
        yield pack(
            over(255 - clamp(first + 1.402 * redness), black),
            over(255 - clamp(first - 0.344136 * blueness - 0.714136 * redness), black),
            over(255 - clamp(first + 1.772 * blueness), black));
      }
      default ->
          pack(
              over(255 - first, 255 - black),
              over(255 - second, 255 - black),
              over(255 - third, 255 - black));
    };
  }

  private static int clamp(double value) {
    return (int) Math.max(0, Math.min(255, Math.rint(value)));
  }

  private static int pack(int red, int green, int blue) {
    return red << 16 | green << 8 | blue;
  }
}

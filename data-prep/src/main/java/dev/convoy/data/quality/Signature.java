package dev.convoy.data.quality;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Background;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;
import java.util.Arrays;

/**
 * What tells whether two images are equal or nearly so.
 *
 * <p>Equal images have the same digest. For the others, the image is reduced to 16×16 pixels, and
 * to 8×8 cells of their mean brightness. One bit for each cell says whether its right neighbour is
 * brighter, another whether the cell below is, each by more than {@value #STEP} grey levels; the
 * last column and row are followed by the first. (A difference hash: N. Krawetz, Kind of like that,
 * 2013; here in two directions and with a threshold, so that plain areas give zeros.)
 *
 * @param high first 8 bytes of the SHA-256 of the pixels
 * @param low next 8 bytes of it
 * @param across bits of the cells compared with their right neighbours, row by row
 * @param down bits of the cells compared with those below
 * @param small 16×16 pixels, channel-major
 * @param constant whether all pixels of each channel are equal
 */
record Signature(
    Member member, long high, long low, long across, long down, byte[] small, boolean constant)
    implements Serializable {
  /** Grey levels by which cells must differ. */
  static final int STEP = 2;

  /** Number of parts of the bits, of which one is equal in images that differ in fewer bits. */
  static final int BANDS = 4;

  private static final int SIDE = 16;
  private static final int CELLS = 8;
  private static final int FEWEST_BITS = 4;

  /**
   * Computes the signature of an image.
   *
   * @param pixels C·H·W bytes, channel-major
   */
  static Signature of(String id, int label, Split split, byte[] pixels, ImageShape shape) {
    byte[] digest = new Sha256().add(pixels).bytes();
    ImageShape reduced = new ImageShape(SIDE, SIDE, shape.channels());
    byte[] small = fitter(reduced).fitPixels(pixels, shape).pixels();
    int[] cells = cells(small);
    long across = 0;
    long down = 0;
    for (int cell = 0; cell < CELLS * CELLS; cell++) {
      int row = cell / CELLS;
      int column = cell % CELLS;
      int right = cells[row * CELLS + (column + 1) % CELLS];
      int below = cells[(row + 1) % CELLS * CELLS + column];
      across = across << 1 | (right - cells[cell] > 4 * STEP ? 1 : 0);
      down = down << 1 | (below - cells[cell] > 4 * STEP ? 1 : 0);
    }
    return new Signature(
        new Member(id, label, split),
        number(digest, 0),
        number(digest, 8),
        across,
        down,
        small,
        isConstant(pixels, shape));
  }

  /** Returns a fitter whose pixels are the means of areas. */
  private static ImageFitter fitter(ImageShape shape) {
    Geometry means = new Geometry(Fit.STRETCH, Padding.ZERO, Place.CENTER, Resampling.AREA_BICUBIC);
    return new ImageFitter(shape, means, ImageLimits.DEFAULT, Background.BLACK);
  }

  /** Returns the means over all channels of the sums of 2×2 values. */
  private static int[] cells(byte[] small) {
    int[] cells = new int[CELLS * CELLS];
    int plane = SIDE * SIDE;
    for (int i = 0; i < small.length; i++) {
      int row = i % plane / SIDE;
      cells[row / 2 * CELLS + i % SIDE / 2] += small[i] & 0xff;
    }
    int channels = small.length / plane;
    Arrays.setAll(cells, cell -> cells[cell] / channels);
    return cells;
  }

  private static boolean isConstant(byte[] pixels, ImageShape shape) {
    for (int i = 0; i < pixels.length; i++) {
      if (pixels[i] != pixels[i / shape.plane() * shape.plane()]) {
        return false;
      }
    }
    return true;
  }

  private static long number(byte[] bytes, int from) {
    long number = 0;
    for (int i = 0; i < 8; i++) {
      number = number << 8 | (bytes[from + i] & 0xff);
    }
    return number;
  }

  /** Returns a part of the bits, by which similar images are found. */
  int band(int band) {
    long half = band < 2 ? across : down;
    return (int) (half >>> (32 * (band % 2)));
  }

  /** Returns whether a part of the bits tells images apart: few bits are those of plain areas. */
  boolean isTelling(int band) {
    return Integer.bitCount(band(band)) >= FEWEST_BITS;
  }

  /** Returns the number of different bits, 0 to 128. */
  int distance(Signature other) {
    return Long.bitCount(across ^ other.across) + Long.bitCount(down ^ other.down);
  }

  /**
   * Returns how much the image holds: the sum of the differences of neighbouring values, divided by
   * the number of values, in grey levels. What lies between two plain rows or columns, as at the
   * edge of padding, adds nothing.
   */
  double content() {
    long sum = 0;
    for (int plane = 0; plane < small.length; plane += SIDE * SIDE) {
      sum += steps(plane, SIDE, 1) + steps(plane, 1, SIDE);
    }
    return (double) sum / small.length;
  }

  /**
   * Returns the sum of the differences between neighbouring lines that are not both plain.
   *
   * @param along distance of neighbours in a line
   * @param across distance of lines
   */
  private long steps(int plane, int along, int across) {
    long sum = 0;
    boolean before = isPlain(plane, along);
    for (int line = 1; line < SIDE; line++) {
      int start = plane + line * across;
      boolean plain = isPlain(start, along);
      for (int i = 0; i < SIDE && !(before && plain); i++) {
        int at = start + i * along;
        sum += Math.abs((small[at] & 0xff) - (small[at - across] & 0xff));
      }
      before = plain;
    }
    return sum;
  }

  private boolean isPlain(int start, int along) {
    int least = 255;
    int most = 0;
    for (int i = 0; i < SIDE; i++) {
      least = Math.min(least, small[start + i * along] & 0xff);
      most = Math.max(most, small[start + i * along] & 0xff);
    }
    return most - least <= STEP;
  }

  /** Returns the largest difference of the small images in one place, in grey levels. */
  int largestDifference(Signature other) {
    int largest = 0;
    for (int i = 0; i < small.length; i++) {
      largest = Math.max(largest, Math.abs((small[i] & 0xff) - (other.small[i] & 0xff)));
    }
    return largest;
  }

  /** Returns the mean absolute difference of the small images, in grey levels. */
  double difference(Signature other) {
    int sum = 0;
    for (int i = 0; i < small.length; i++) {
      sum += Math.abs((small[i] & 0xff) - (other.small[i] & 0xff));
    }
    return (double) sum / small.length;
  }
}

package dev.convoy.data.quality;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.Fit;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;

/**
 * What tells whether two images are equal or nearly so.
 *
 * <p>Equal images have the same digest. For the others, the image is reduced to 16×16 grey values,
 * and to 8×8 cells of their means. One bit for each cell says whether its right neighbour is
 * brighter, another whether the cell below is, each by more than {@value #STEP} grey levels; the
 * last column and row are followed by the first. (A difference hash: N. Krawetz, Kind of like that,
 * 2013; here in two directions and with a threshold, so that plain areas give zeros.)
 *
 * @param high first 8 bytes of the SHA-256 of the pixels
 * @param low next 8 bytes of it
 * @param across bits of the cells compared with their right neighbours, row by row
 * @param down bits of the cells compared with those below
 * @param small 16×16 grey values, row by row
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
  private static final ImageFitter REDUCING =
      new ImageFitter(new ImageShape(SIDE, SIDE, 1), Fit.STRETCH);

  /**
   * Computes the signature of an image.
   *
   * @param pixels C·H·W bytes, channel-major
   */
  static Signature of(String id, int label, Split split, byte[] pixels, ImageShape shape) {
    byte[] digest = new Sha256().add(pixels).bytes();
    byte[] small = REDUCING.fitPixels(pixels, shape).pixels();
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

  /** Returns the sums of 2×2 grey values. */
  private static int[] cells(byte[] small) {
    int[] cells = new int[CELLS * CELLS];
    for (int i = 0; i < small.length; i++) {
      cells[i / SIDE / 2 * CELLS + i % SIDE / 2] += small[i] & 0xff;
    }
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

  /** Returns the mean absolute difference of the grey values from their mean, in grey levels. */
  double contrast() {
    double mean = 0;
    for (byte value : small) {
      mean += value & 0xff;
    }
    mean /= small.length;
    double sum = 0;
    for (byte value : small) {
      sum += Math.abs((value & 0xff) - mean);
    }
    return sum / small.length;
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

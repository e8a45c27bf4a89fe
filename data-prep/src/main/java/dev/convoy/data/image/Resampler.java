package dev.convoy.data.image;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Scales images in double precision.
 *
 * <p>A target pixel is the weighted mean of the source pixels around its centre, with the weights
 * of a {@link Resampling}, rounded and limited to 0 to 255. At the same size every pixel keeps its
 * value exactly. Rows are read once and in order, so no second copy of the image is needed.
 */
final class Resampler {
  private Resampler() {}

  /**
   * Weights along one axis: target pixel {@code t} is computed from the source pixels from {@code
   * first[t]} on.
   */
  static final class Axis {
    private final int[] first;
    private final double[][] weights;

    /** Whether the pixels are the means of areas. */
    private final boolean shrinksByArea;

    /** Most pixels along an axis whose weights are kept for other images of the same size. */
    private static final int MOST_KEPT = 1024;

    /** Most axes that are kept, which take a few MiB at most. */
    private static final int AXES_KEPT = 64;

    private static final Map<Key, Axis> KEPT = new ConcurrentHashMap<>();

    private record Key(Resampling way, int source, double from, double length, int target) {}

    /**
     * Returns the weights that scale a part of the source to the whole target. Those of small
     * images are kept: computing them takes as long as a tenth of the scaling.
     *
     * @param way how pixels are weighted
     * @param source pixels of the source along this axis
     * @param from start of the part, in source pixels
     * @param length length of the part, in source pixels
     * @param target pixels of the target along this axis
     */
    static Axis of(Resampling way, int source, double from, double length, int target) {
      if (source > MOST_KEPT || target > MOST_KEPT) {
        return new Axis(way, source, from, length, target);
      }
      Key key = new Key(way, source, from, length, target);
      Axis kept = KEPT.get(key);
      if (kept != null) {
        return kept;
      }
      if (KEPT.size() >= AXES_KEPT) {
        KEPT.clear();
      }
      Axis made = new Axis(way, source, from, length, target);
      KEPT.put(key, made);
      return made;
    }

    /**
     * Computes the weights that scale a part of the source to the whole target.
     *
     * @param way how pixels are weighted
     * @param source pixels of the source along this axis
     * @param from start of the part, in source pixels
     * @param length length of the part, in source pixels
     * @param target pixels of the target along this axis
     */
    Axis(Resampling way, int source, double from, double length, int target) {
      first = new int[target];
      weights = new double[target][];
      double scale = length / target;
      shrinksByArea = way == Resampling.AREA_BICUBIC && scale >= 1;
      double reach = way.reach(scale);
      for (int t = 0; t < target; t++) {
        double centre = from + (t + 0.5) * scale;
        int low = Math.min(source - 1, Math.max(0, (int) Math.floor(centre - reach + 0.5)));
        int high = Math.max(low + 1, Math.min(source, (int) Math.floor(centre + reach + 0.5)));
        first[t] = low;
        weights[t] = normalised(way, low, high, centre, scale);
      }
    }

    private static double[] normalised(
        Resampling way, int low, int high, double centre, double scale) {
      double[] weights = new double[high - low];
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        weights[i] = way.weight(low + i + 0.5 - centre, scale);
        sum += weights[i];
      }
      for (int i = 0; i < weights.length; i++) {
        weights[i] = sum == 0 ? 1.0 / weights.length : weights[i] / sum;
      }
      return weights;
    }

    int target() {
      return first.length;
    }

    /** Returns the largest number of target pixels that have begun and not ended at a time. */
    private int mostAtOnce() {
      int most = 1;
      int begun = 0;
      for (int t = 0; t < first.length; t++) {
        while (begun < first.length && first[begun] < end(t)) {
          begun++;
        }
        most = Math.max(most, begun - t);
      }
      return most;
    }

    private int end(int t) {
      return first[t] + weights[t].length;
    }
  }

  /** Returns {@code channels × rows.target × columns.target} bytes. */
  static byte[] scale(PixelRows image, int channels, Axis rows, Axis columns)
      throws BadImageException {
    if (rows.shrinksByArea) {
      return new AreaSums(image, channels, rows, columns).scale();
    }
    return new WeightedRows(image, channels, rows, columns).scale();
  }

  /**
   * Weighted means. Every source row is added to the target rows that it has a weight in. Only
   * their sums are in memory, and so in the cache of a core.
   */
  private static final class WeightedRows {
    private final PixelRows image;
    private final Axis rows;
    private final Axis columns;
    private final byte[][] row;
    private final double[][] scaled;

    /** The sums of target row {@code t} are at {@code t} modulo the number of rows kept. */
    private final double[][][] sums;

    private final byte[] pixels;

    WeightedRows(PixelRows image, int channels, Axis rows, Axis columns) {
      int width = columns.target();
      this.image = image;
      this.rows = rows;
      this.columns = columns;
      this.row = new byte[channels][image.width()];
      this.scaled = new double[channels][width];
      this.sums = new double[rows.mostAtOnce()][channels][width];
      this.pixels =
          new byte[Math.multiplyExact(channels, Math.multiplyExact(rows.target(), width))];
    }

    byte[] scale() throws BadImageException {
      int start = 0;
      for (int y = rows.first[0]; start < rows.target(); y++) {
        if (y < rows.first[start]) {
          continue;
        }
        image.read(y, row);
        scaleRow(row, columns, scaled);
        for (int t = start; t < rows.target() && rows.first[t] <= y; t++) {
          if (y < rows.end(t)) {
            add(rows.weights[t][y - rows.first[t]], sums[t % sums.length]);
          }
        }
        for (; start < rows.target() && rows.end(start) <= y + 1; start++) {
          finish(start, sums[start % sums.length]);
        }
      }
      return pixels;
    }

    private void add(double weight, double[][] to) {
      for (int c = 0; c < to.length; c++) {
        add(scaled[c], weight, to[c]);
      }
    }

    private static void add(double[] row, double weight, double[] to) {
      for (int x = 0; x < to.length; x++) {
        to[x] += weight * row[x];
      }
    }

    private void finish(int t, double[][] whole) {
      for (int c = 0; c < whole.length; c++) {
        double[] sum = whole[c];
        int at = (c * rows.target() + t) * sum.length;
        for (int x = 0; x < sum.length; x++) {
          pixels[at + x] = rounded(sum[x]);
        }
        Arrays.fill(sum, 0);
      }
    }
  }

  private static byte rounded(double value) {
    return (byte) Math.max(0, Math.min(255, (int) (value + 0.5)));
  }

  /**
   * Means of areas. All rows of an area are added up before its columns are, and in whole numbers,
   * which takes half the time: the weights of rows are multiples of 1/{@value #ONE}, and add up to
   * 1.
   */
  private static final class AreaSums {
    /** The weight 1. A sum of bytes with this weight is less than 2 to the power of 31. */
    private static final int ONE = 1 << 22;

    private final PixelRows image;
    private final Axis rows;
    private final Axis columns;
    private final byte[][] row;
    private final int[][] sums;
    private final byte[] pixels;

    AreaSums(PixelRows image, int channels, Axis rows, Axis columns) {
      this.image = image;
      this.rows = rows;
      this.columns = columns;
      this.row = new byte[channels][image.width()];
      this.sums = new int[channels][image.width()];
      this.pixels =
          new byte
              [Math.multiplyExact(channels, Math.multiplyExact(rows.target(), columns.target()))];
    }

    byte[] scale() throws BadImageException {
      int read = -1;
      for (int t = 0; t < rows.target(); t++) {
        int[] weights = whole(rows.weights[t]);
        for (int i = 0; i < weights.length; i++) {
          // The last row of an area may also be the first of the next.
          if (rows.first[t] + i > read) {
            read = rows.first[t] + i;
            image.read(read, row);
          }
          for (int c = 0; c < row.length && weights[i] > 0; c++) {
            add(row[c], weights[i], sums[c]);
          }
        }
        finish(t);
      }
      return pixels;
    }

    /** Returns weights as multiples of 1/ONE; the largest takes what rounding leaves. */
    private static int[] whole(double[] weights) {
      int[] whole = new int[weights.length];
      int largest = 0;
      int left = ONE;
      for (int i = 0; i < weights.length; i++) {
        whole[i] = (int) Math.rint(weights[i] * ONE);
        left -= whole[i];
        largest = whole[i] > whole[largest] ? i : largest;
      }
      whole[largest] += left;
      return whole;
    }

    private static void add(byte[] row, int weight, int[] sums) {
      for (int x = 0; x < sums.length; x++) {
        sums[x] += weight * (row[x] & 0xff);
      }
    }

    private void finish(int t) {
      int width = columns.target();
      for (int c = 0; c < sums.length; c++) {
        int[] sum = sums[c];
        for (int x = 0; x < width; x++) {
          double[] weights = columns.weights[x];
          int first = columns.first[x];
          double value = 0;
          for (int i = 0; i < weights.length; i++) {
            value += weights[i] * sum[first + i];
          }
          pixels[(c * rows.target() + t) * width + x] = rounded(value / ONE);
        }
        Arrays.fill(sum, 0);
      }
    }
  }

  private static void scaleRow(byte[][] row, Axis columns, double[][] scaled) {
    if (row.length == 3) {
      scaleColours(row[0], row[1], row[2], columns, scaled);
    } else {
      scaleGrey(row[0], columns, scaled[0]);
    }
  }

  private static void scaleGrey(byte[] row, Axis columns, double[] scaled) {
    for (int x = 0; x < scaled.length; x++) {
      double[] weights = columns.weights[x];
      int first = columns.first[x];
      double sum = 0;
      for (int i = 0; i < weights.length; i++) {
        sum += weights[i] * (row[first + i] & 0xff);
      }
      scaled[x] = sum;
    }
  }

  /** Scales three rows at once: a core adds to three sums in the time of one. */
  private static void scaleColours(
      byte[] red, byte[] green, byte[] blue, Axis columns, double[][] scaled) {
    for (int x = 0; x < scaled[0].length; x++) {
      double[] weights = columns.weights[x];
      int first = columns.first[x];
      double reds = 0;
      double greens = 0;
      double blues = 0;
      for (int i = 0; i < weights.length; i++) {
        double weight = weights[i];
        reds += weight * (red[first + i] & 0xff);
        greens += weight * (green[first + i] & 0xff);
        blues += weight * (blue[first + i] & 0xff);
      }
      scaled[0][x] = reds;
      scaled[1][x] = greens;
      scaled[2][x] = blues;
    }
  }
}

package dev.convoy.worker.network.layer;

import java.util.Locale;
import java.util.Optional;

/**
 * A window that slides over feature maps: the arithmetic that convolution and pooling share.
 *
 * @param size extents in weights, or in pixels of a pool
 * @param dilation distance between the pixels under neighbouring weights
 */
public record Window(Size size, Size stride, Size dilation, Padding padding) {

  /**
   * The positions of a window along one axis.
   *
   * @param input number of input pixels
   * @param extent number of pixels from its first to its last
   * @param dilation distance between the pixels under neighbouring weights
   * @param before padding before the first pixel
   * @param positions number of outputs
   */
  public record Axis(
      int input, long extent, int stride, int dilation, long before, long positions) {
    /**
     * Returns the input pixel under the first weight of output {@code position}; negative in the
     * padding.
     */
    public long start(long position) {
      return position * stride - before;
    }

    /** Number of padding pixels after the input that a window reaches. */
    public long after() {
      return Math.max(0, (positions - 1) * stride + extent - input - before);
    }

    /**
     * Number of weights that lie on input pixels, summed over all positions. The weight {@code w}
     * pixels after the first one counts at the positions {@code i} with {@code 0 ≤ i·stride −
     * before + w < input}.
     */
    long taps() {
      long taps = 0;
      for (long weight = 0; weight < extent; weight += dilation) {
        taps += positionsBefore(before - weight + input) - positionsBefore(before - weight);
      }
      return taps;
    }

    /** Number of positions that start before that pixel, padding included. */
    private long positionsBefore(long pixel) {
      return Math.max(0, Math.min(positions, Math.floorDiv(pixel + stride - 1, stride)));
    }
  }

  /** Returns the positions along the rows. */
  public Axis rows(LayerShape input) {
    return axis(
        input.height(),
        size.rows(),
        stride.rows(),
        dilation.rows(),
        padding.top(),
        padding.bottom());
  }

  /** Returns the positions along the columns. */
  public Axis columns(LayerShape input) {
    return axis(
        input.width(),
        size.columns(),
        stride.columns(),
        dilation.columns(),
        padding.left(),
        padding.right());
  }

  private Axis axis(int input, int kernel, int step, int gap, int before, int after) {
    long extent = extent(kernel, gap);
    if (padding.mode() == Padding.Mode.SAME) {
      long positions = ((long) input + step - 1) / step;
      long needed = Math.max(0, (positions - 1) * step + extent - input);
      return new Axis(input, extent, step, gap, needed / 2, positions);
    }
    long positions = ((long) input + before + after - extent) / step + 1;
    return new Axis(input, extent, step, gap, before, positions);
  }

  private static long extent(int kernel, int gap) {
    return (kernel - 1L) * gap + 1;
  }

  /**
   * Number of connections between one output map and one input map if weights were not shared
   * between positions; weights on padding are not counted.
   */
  public long connections(LayerShape input) {
    return Math.multiplyExact(rows(input).taps(), columns(input).taps());
  }

  /**
   * Returns why the window cannot slide over {@code input}, and the remedy; empty if it can.
   *
   * @param maps number of output feature maps
   * @param noun the layer's word for its window
   */
  Optional<String> refusal(LayerShape input, int maps, String noun) {
    if (input.flat()) {
      return Optional.of(
          "takes feature maps, and its input is flat: put it before the first dense layer");
    }
    if (padding.mode() == Padding.Mode.SAME && skipsPixels()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "its %s %s is too small beside its stride %s for padding = same: use padding = valid or [0, 0], a stride of at most %s, or a larger %s",
              noun,
              size,
              stride,
              widestStride(),
              noun));
    }
    long rows = (long) input.height() + padding.top() + padding.bottom();
    long columns = (long) input.width() + padding.left() + padding.right();
    if (padding.mode() != Padding.Mode.SAME
        && (extent(size.rows(), dilation.rows()) > rows
            || extent(size.columns(), dilation.columns()) > columns)) {
      String dilated = dilation.equals(Size.ONE) ? "" : " with dilation " + dilation;
      String padded = padding.mode() == Padding.Mode.VALID ? "" : " with its padding";
      return Optional.of(
          String.format(
                  Locale.ROOT,
                  "its %s %s%s is larger than its input (%s%s): use padding = same, a %s of at most %s,",
                  noun,
                  size,
                  dilated,
                  rows + "×" + columns,
                  padded,
                  noun,
                  atMost(rows, dilation.rows()) + "×" + atMost(columns, dilation.columns()))
              + " fewer strides and pools before it, or larger images");
    }
    if (!LayerShape.fits(maps, rows(input).positions(), columns(input).positions())) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "its output has more than %s values an image: use fewer maps or smaller images",
              Integer.MAX_VALUE));
    }
    return Optional.empty();
  }

  /**
   * Whether neighbouring positions leave out at least two rows or columns, so that the last
   * position of {@code SAME} could begin after the second-last input pixel. A window of one pixel
   * may do so, because it has as many positions without padding.
   */
  private boolean skipsPixels() {
    return !size.equals(Size.ONE)
        && (extent(size.rows(), dilation.rows()) < stride.rows() - 1
            || extent(size.columns(), dilation.columns()) < stride.columns() - 1);
  }

  private String widestStride() {
    return Math.min(stride.rows(), extent(size.rows(), dilation.rows()) + 1)
        + "×"
        + Math.min(stride.columns(), extent(size.columns(), dilation.columns()) + 1);
  }

  private static long atMost(long extent, int gap) {
    return Math.min((extent - 1) / gap + 1, Size.MAXIMUM);
  }

  /**
   * Returns the multiply-adds of a convolution over {@code input}, or {@code Long.MAX_VALUE} on
   * overflow, which only a network with too many parameters reaches.
   *
   * @param weights number of weights of all maps, each used at every position
   */
  long multiplyAdds(LayerShape input, long weights) {
    long plane = rows(input).positions() * columns(input).positions();
    return weights > Long.MAX_VALUE / plane ? Long.MAX_VALUE : plane * weights;
  }

  /** Returns the shape of {@code maps} output feature maps, for an input that is not refused. */
  public LayerShape over(LayerShape input, int maps) {
    return new LayerShape(
        maps,
        Math.toIntExact(rows(input).positions()),
        Math.toIntExact(columns(input).positions()),
        false);
  }

  /** Returns {@code 5×5 stride 1 same}. */
  @Override
  public String toString() {
    String dilated = dilation.equals(Size.ONE) ? "" : " dilation " + dilation.brief();
    return size + " stride " + stride.brief() + dilated + " " + padding;
  }
}

package dev.convoy.worker.network;

import java.util.Optional;

/** A window that slides over feature maps: the arithmetic that convolution and pooling share. */
record Window(Size size, Size stride, Padding padding) {

  /**
   * Why it cannot slide over {@code input}, and what to do.
   *
   * @param maps feature maps put out
   * @param noun what the layer calls its window
   */
  Optional<String> refusal(LayerShape input, int maps, String noun) {
    if (input.flat()) {
      return Optional.of(
          "takes feature maps, and its input is flat: put it before the first dense layer");
    }
    long rows = padded(input.height(), padding.rows());
    long columns = padded(input.width(), padding.columns());
    if (padding.mode() != Padding.Mode.SAME && (size.rows() > rows || size.columns() > columns)) {
      String extent =
          rows
              + "×"
              + columns
              + (padding.rows() + padding.columns() > 0 ? " with its padding" : "");
      return Optional.of(
          "its %s %s is larger than its input (%s): use padding = same, a %s of at most %s,"
                  .formatted(noun, size, extent, noun, atMost(rows, columns))
              + " fewer strides and pools before it, or larger images");
    }
    if (!LayerShape.fits(maps, height(input), width(input))) {
      return Optional.of(
          "its output has more than %s values an image: use fewer maps or smaller images"
              .formatted(Integer.MAX_VALUE));
    }
    return Optional.empty();
  }

  private static String atMost(long rows, long columns) {
    return Math.min(rows, Size.MAXIMUM) + "×" + Math.min(columns, Size.MAXIMUM);
  }

  /** The shape of {@code maps} feature maps put out, for an input that is not refused. */
  LayerShape over(LayerShape input, int maps) {
    return new LayerShape(
        maps, Math.toIntExact(height(input)), Math.toIntExact(width(input)), false);
  }

  /** As people write it: {@code 5×5 stride 1 same}. */
  @Override
  public String toString() {
    boolean square = stride.rows() == stride.columns();
    return size + " stride " + (square ? stride.rows() : stride) + " " + padding;
  }

  private long height(LayerShape input) {
    return positions(input.height(), size.rows(), stride.rows(), padding.rows());
  }

  private long width(LayerShape input) {
    return positions(input.width(), size.columns(), stride.columns(), padding.columns());
  }

  private long positions(int extent, int kernel, int step, int pad) {
    return padding.mode() == Padding.Mode.SAME
        ? ((long) extent + step - 1) / step
        : (padded(extent, pad) - kernel) / step + 1;
  }

  private static long padded(int extent, int pad) {
    return extent + 2L * pad;
  }
}

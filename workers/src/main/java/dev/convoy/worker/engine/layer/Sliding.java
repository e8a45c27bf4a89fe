package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.ConvolutionKernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.engine.onednn.Span;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Window;
import java.io.Serializable;
import org.deeplearning4j.nn.conf.inputs.InputType;

/**
 * The geometry of a window that slides over feature maps.
 *
 * @param rows vertical axis
 * @param columns horizontal axis
 */
public record Sliding(Axis rows, Axis columns) implements Serializable {
  private static final int MAX_STRIDE_IN_LOW_PRECISION = 2;

  /**
   * The geometry along one axis.
   *
   * @param kernel number of pixels, or weights, of the window
   * @param stride pixels from one position to the next
   * @param dilation pixels from one weight to the next
   * @param placing padding and number of positions
   */
  public record Axis(int kernel, int stride, int dilation, Placing placing)
      implements Serializable {
    /** Returns the number of positions over an input of that many pixels. */
    int positions(int input) {
      return placing.positions(input);
    }

    /** Returns the padding before the first pixel. */
    int before(int input) {
      return placing.before(input);
    }

    private boolean isRightInLowPrecision(long input) {
      return dilation == 1 && stride <= MAX_STRIDE_IN_LOW_PRECISION && kernel <= input;
    }

    /** Returns whether there are pixels between the positions of the window. */
    private boolean skipsPixels() {
      return kernel < stride;
    }

    /** Returns the padding after the last pixel that a window reaches. */
    int after(int input) {
      int last = (positions(input) - 1) * stride + (kernel - 1) * dilation + 1;
      return Math.max(0, last - input - before(input));
    }
  }

  /** The padding of one axis, which may depend on the input. */
  public interface Placing extends Serializable {
    /** Returns the padding before the first of {@code input} pixels. */
    int before(int input);

    /** Returns the number of positions over {@code input} pixels. */
    int positions(int input);
  }

  /** Returns the geometry of a window of a network definition. */
  public static Sliding of(Window window) {
    return new Sliding(
        new Axis(
            window.size().rows(),
            window.stride().rows(),
            window.dilation().rows(),
            new WindowPlacing(window, true)),
        new Axis(
            window.size().columns(),
            window.stride().columns(),
            window.dilation().columns(),
            new WindowPlacing(window, false)));
  }

  private record WindowPlacing(Window window, boolean vertical) implements Placing {
    @Override
    public int before(int input) {
      return Math.toIntExact(axis(input).before());
    }

    @Override
    public int positions(int input) {
      return Math.toIntExact(axis(input).positions());
    }

    private Window.Axis axis(int input) {
      return vertical
          ? window.rows(new LayerShape(1, input, 1, false))
          : window.columns(new LayerShape(1, 1, input, false));
    }
  }

  /** Creates a window that covers whole maps of that size. */
  public static Sliding covering(int rows, int columns) {
    return new Sliding(
        new Axis(rows, 1, 1, new Unpadded(rows)), new Axis(columns, 1, 1, new Unpadded(columns)));
  }

  /** A placing without padding, for stride 1. */
  private record Unpadded(int extent) implements Placing {
    @Override
    public int before(int input) {
      return 0;
    }

    @Override
    public int positions(int input) {
      return input - extent + 1;
    }
  }

  /**
   * Returns the convolution with this window, for training and scoring.
   *
   * @param maps number of output maps
   * @param weights layout with the shape of the weights; if grouped, the first axis is the group
   */
  public ConvolutionKernel convolution(
      FeatureMapsShape input, long maps, Layout weights, boolean bias) {
    return new ConvolutionKernel(
        input.layout(),
        Layout.any(weights.shape()).as(input.values()),
        over(input, maps).layout(),
        bias,
        strides(),
        // oneDNN's dilation is the number of pixels between neighbouring weights.
        new Span(rows.dilation - 1L, columns.dilation - 1L),
        before(input),
        after(input));
  }

  /**
   * Returns whether convolutions with this window are right in other types than float32. Kernels of
   * oneDNN 2.5.2 for bfloat16 and integers with AMX are wrong for some others: their gradients with
   * respect to the weights with dilation, and with strides where some weights meet only padding;
   * outputs with a stride of 3; and now and then outputs where rows or columns between two
   * positions are skipped, apart from windows of one pixel (NativeConvolutionTest,
   * LowPrecisionTest).
   */
  public boolean isRightInLowPrecision(FeatureMapsShape input) {
    boolean onePixel = rows.kernel == 1 && columns.kernel == 1;
    return rows.isRightInLowPrecision(input.height())
        && columns.isRightInLowPrecision(input.width())
        && (onePixel || !(rows.skipsPixels() || columns.skipsPixels()));
  }

  /** Returns the max or average pool with this window, for training and scoring. */
  public Pooling pooling(FeatureMapsShape input, PoolRule.Kind kind) {
    return new Pooling(
        switch (kind) {
          case MAX -> true;
          case AVERAGE -> false;
          case LP -> throw new IllegalArgumentException("oneDNN has no pool by norms");
        },
        input.layout(),
        over(input, input.channels()).layout(),
        kernel(),
        strides(),
        before(input),
        after(input));
  }

  Span kernel() {
    return new Span(rows.kernel, columns.kernel);
  }

  private Span strides() {
    return new Span(rows.stride, columns.stride);
  }

  Span before(FeatureMapsShape input) {
    return new Span(rows.before((int) input.height()), columns.before((int) input.width()));
  }

  Span after(FeatureMapsShape input) {
    return new Span(rows.after((int) input.height()), columns.after((int) input.width()));
  }

  /** Returns the shape of an output of {@code maps} feature maps. */
  FeatureMapsShape over(FeatureMapsShape input, long maps) {
    return new FeatureMapsShape(
        input.n(),
        maps,
        rows.positions((int) input.height()),
        columns.positions((int) input.width()),
        input.values());
  }

  /** Returns the output shape as a type of DL4J. */
  InputType over(InputType.InputTypeConvolutional input, long maps) {
    FeatureMapsShape output =
        over(
            new FeatureMapsShape(1, input.getChannels(), input.getHeight(), input.getWidth()),
            maps);
    return InputType.convolutional(output.height(), output.width(), maps);
  }
}

package dev.convoy.worker.network.graph;

import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/** Windows as DL4J writes them. */
final class Windows {
  private Windows() {}

  /** Gives a convolution its window. */
  static <T extends ConvolutionLayer.BaseConvBuilder<T>> T slide(T builder, Window window) {
    builder
        .kernelSize(window.size().rows(), window.size().columns())
        .stride(window.stride().rows(), window.stride().columns())
        .dilation(window.dilation().rows(), window.dilation().columns())
        .convolutionMode(mode(window));
    Padding padding = window.padding();
    // Four-sided padding is a layer of its own.
    return padding.mode() == Padding.Mode.EXPLICIT && padding.isSymmetric()
        ? builder.padding(padding.top(), padding.left())
        : builder;
  }

  /** A window of one pixel needs no padding, and DL4J's would be negative at a large stride. */
  static ConvolutionMode mode(Window window) {
    return window.padding().mode() == Padding.Mode.SAME && !window.size().equals(Size.ONE)
        ? ConvolutionMode.Same
        : ConvolutionMode.Truncate;
  }

  /** A window as the native kernels take it. */
  static Sliding sliding(Window window) {
    return new Sliding(
        new Sliding.Axis(
            window.size().rows(),
            window.stride().rows(),
            window.dilation().rows(),
            new Placing(window, true)),
        new Sliding.Axis(
            window.size().columns(),
            window.stride().columns(),
            window.dilation().columns(),
            new Placing(window, false)));
  }

  private record Placing(Window window, boolean down) implements Sliding.Placing {
    @Override
    public int before(int input) {
      return Math.toIntExact(axis(input).before());
    }

    @Override
    public int positions(int input) {
      return Math.toIntExact(axis(input).positions());
    }

    private Window.Axis axis(int input) {
      return down
          ? window.rows(new LayerShape(1, input, 1, false))
          : window.columns(new LayerShape(1, 1, input, false));
    }
  }
}

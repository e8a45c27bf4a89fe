package dev.convoy.worker.graph;

import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;

/** Translates windows to DL4J's builders. */
public final class Windows {
  private Windows() {}

  /** Sets the window of a convolution. */
  public static <T extends ConvolutionLayer.BaseConvBuilder<T>> T slide(T builder, Window window) {
    builder
        .kernelSize(window.size().rows(), window.size().columns())
        .stride(window.stride().rows(), window.stride().columns())
        .dilation(window.dilation().rows(), window.dilation().columns())
        .convolutionMode(mode(window));
    Padding padding = window.padding();
    // Padding that differs between opposite sides is a separate layer.
    return padding.mode() == Padding.Mode.EXPLICIT && padding.isSymmetric()
        ? builder.padding(padding.top(), padding.left())
        : builder;
  }

  /** Creates the builder of a pool with its window. */
  static SubsamplingLayer.Builder pool(Pool pool) {
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.valueOf(poolingType(pool.type()).name()))
            .kernelSize(pool.size().rows(), pool.size().columns())
            .stride(pool.stride().rows(), pool.stride().columns())
            .convolutionMode(mode(pool.window().orElseThrow()));
    if (pool.type() == PoolType.L2) {
      builder.pnorm(pool.exponent());
    }
    if (pool.padding().mode() == Padding.Mode.EXPLICIT) {
      builder.padding(pool.padding().top(), pool.padding().left());
    }
    return builder;
  }

  static PoolingType poolingType(PoolType type) {
    return switch (type) {
      case MAX -> PoolingType.MAX;
      case AVERAGE -> PoolingType.AVG;
      case L2 -> PoolingType.PNORM;
    };
  }

  /**
   * Returns the padding mode of a window. A window of one pixel needs no padding, and DL4J's {@code
   * Same} would be negative at a large stride.
   */
  static ConvolutionMode mode(Window window) {
    return window.padding().mode() == Padding.Mode.SAME && !window.size().equals(Size.ONE)
        ? ConvolutionMode.Same
        : ConvolutionMode.Truncate;
  }
}

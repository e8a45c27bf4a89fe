package dev.convoy.worker.network;

import dev.convoy.data.Checks;
import java.io.Serializable;
import java.util.Optional;

/**
 * One layer of a network, every default filled in, with its arithmetic.
 *
 * <p>The record components are, by name and order, the keys of the definition language. A new kind
 * is one more record here and one entry in {@link LayerKind}.
 */
public sealed interface LayerDefinition extends Serializable
    permits LayerDefinition.Conv,
        LayerDefinition.Pool,
        LayerDefinition.Dense,
        LayerDefinition.Dropout,
        LayerDefinition.Output {
  /** The most feature maps or units of one layer. */
  int WIDEST = 65_536;

  /** Letters, digits and hyphens, a letter first; unique in a network, and not {@code input}. */
  String name();

  /** What a summary shows beside the kind: {@code 32 maps 5×5 stride 1 same relu}. */
  String details();

  /** Why this layer cannot take {@code input}, and what to do; empty if it can. */
  default Optional<String> refusal(LayerShape input) {
    return Optional.empty();
  }

  /** The output of one image, for an input that is not refused. */
  LayerShape output(LayerShape input, int labels);

  /** Trained values: weights and biases. */
  long parameters(LayerShape input, int labels);

  /** Multiplications with addition in the forward pass of one image; biases are not counted. */
  long multiplyAdds(LayerShape input, int labels);

  /**
   * Convolution: {@code y[m] = activation(b[m] + Σ_c w[m, c] ⋆ x[c])}, weights {@code (maps, input
   * maps, kernel rows, kernel columns)}.
   *
   * @param maps feature maps put out, from 1 to {@value LayerDefinition#WIDEST}
   */
  record Conv(
      String name,
      int maps,
      Size kernel,
      Size stride,
      Padding padding,
      boolean bias,
      Activation activation)
      implements LayerDefinition {
    public Conv {
      LayerName.check(name);
      Checks.between(1, WIDEST, maps, "maps");
    }

    private Window window() {
      return new Window(kernel, stride, padding);
    }

    @Override
    public String details() {
      return maps + " maps " + window() + tail(bias, activation);
    }

    @Override
    public Optional<String> refusal(LayerShape input) {
      return window().refusal(input, maps, "kernel");
    }

    @Override
    public LayerShape output(LayerShape input, int labels) {
      return window().over(input, maps);
    }

    @Override
    public long parameters(LayerShape input, int labels) {
      return weights(input) + (bias ? maps : 0);
    }

    @Override
    public long multiplyAdds(LayerShape input, int labels) {
      LayerShape output = output(input, labels);
      return Math.multiplyExact((long) output.height() * output.width(), weights(input));
    }

    private long weights(LayerShape input) {
      return (long) maps * input.maps() * kernel.rows() * kernel.columns();
    }
  }

  /**
   * Pooling: the largest value or the mean of each window, map by map.
   *
   * @param padding if explicit, smaller than {@code size}: a window wholly in the padding has no
   *     value
   */
  record Pool(String name, PoolType type, Size size, Size stride, Padding padding)
      implements LayerDefinition {
    public Pool {
      LayerName.check(name);
      Checks.that(
          padding.rows() < size.rows() && padding.columns() < size.columns(),
          "padding",
          padding.rows()
              + "×"
              + padding.columns()
              + " (must be smaller than the size "
              + size
              + ")");
    }

    private Window window() {
      return new Window(size, stride, padding);
    }

    @Override
    public String details() {
      return type.key() + " " + window();
    }

    @Override
    public Optional<String> refusal(LayerShape input) {
      return window().refusal(input, input.maps(), "size");
    }

    @Override
    public LayerShape output(LayerShape input, int labels) {
      return window().over(input, input.maps());
    }

    @Override
    public long parameters(LayerShape input, int labels) {
      return 0;
    }

    @Override
    public long multiplyAdds(LayerShape input, int labels) {
      return 0;
    }
  }

  /**
   * Fully connected: {@code y = activation(x·W + b)}, weights {@code (input size, units)}. Feature
   * maps are flattened first, channel-major.
   *
   * @param units from 1 to {@value LayerDefinition#WIDEST}
   */
  record Dense(String name, int units, boolean bias, Activation activation)
      implements LayerDefinition {
    public Dense {
      LayerName.check(name);
      Checks.between(1, WIDEST, units, "units");
    }

    @Override
    public String details() {
      return units + " units" + tail(bias, activation);
    }

    @Override
    public LayerShape output(LayerShape input, int labels) {
      return LayerShape.ofUnits(units);
    }

    @Override
    public long parameters(LayerShape input, int labels) {
      return multiplyAdds(input, labels) + (bias ? units : 0);
    }

    @Override
    public long multiplyAdds(LayerShape input, int labels) {
      return (long) input.size() * units;
    }
  }

  /**
   * In training, each value is dropped with probability {@code rate} and the others are scaled by
   * {@code 1 / (1 − rate)}; in scoring, nothing happens.
   *
   * @param rate the fraction dropped, at least 0 and less than 1 (DL4J takes the share retained)
   */
  record Dropout(String name, double rate) implements LayerDefinition {
    public Dropout {
      LayerName.check(name);
      Checks.that(rate >= 0 && rate < 1, "rate", rate + " (must be at least 0 and less than 1)");
      rate = rate + 0.0; // -0.0 is 0.0
    }

    @Override
    public String details() {
      return "rate " + rate;
    }

    @Override
    public LayerShape output(LayerShape input, int labels) {
      return input;
    }

    @Override
    public long parameters(LayerShape input, int labels) {
      return 0;
    }

    @Override
    public long multiplyAdds(LayerShape input, int labels) {
      return 0;
    }
  }

  /**
   * The end of every network: fully connected with bias, one unit a label, softmax, trained by
   * cross-entropy.
   */
  record Output(String name) implements LayerDefinition {
    public Output {
      LayerName.check(name);
    }

    @Override
    public String details() {
      return "softmax, cross-entropy";
    }

    @Override
    public LayerShape output(LayerShape input, int labels) {
      return LayerShape.ofUnits(labels);
    }

    @Override
    public long parameters(LayerShape input, int labels) {
      return multiplyAdds(input, labels) + labels;
    }

    @Override
    public long multiplyAdds(LayerShape input, int labels) {
      return (long) input.size() * labels;
    }
  }

  private static String tail(boolean bias, Activation activation) {
    return (activation == Activation.IDENTITY ? "" : " " + activation.key())
        + (bias ? "" : " without bias");
  }
}

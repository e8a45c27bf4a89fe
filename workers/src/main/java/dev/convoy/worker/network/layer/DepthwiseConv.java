package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A convolution that filters every feature map separately: output map {@code c·multiplier + m} is
 * {@code activation(b + w[m, c] ⋆ x[c])}. Maps are not mixed; a 1×1 convolution after it does that.
 *
 * @param multiplier output maps for each input map, from 1 to {@value LayerDefinition#WIDEST}
 */
public record DepthwiseConv(
    String name,
    int multiplier,
    Size kernel,
    Size stride,
    Size dilation,
    Padding padding,
    boolean bias,
    Activation activation,
    @JsonUnwrapped Training training)
    implements Convolution {
  /** Layout of its weights. */
  public static final TensorLayout WEIGHTS =
      TensorLayout.weights("W", Axis.ROWS, Axis.COLUMNS, Axis.INPUTS, Axis.MULTIPLIER);

  public DepthwiseConv {
    LayerName.check(name);
    Checks.between(1, WIDEST, multiplier, "multiplier");
  }

  @Override
  public String kind() {
    return "depthwise-conv";
  }

  @Override
  public String details() {
    String times = multiplier == 1 ? "" : "× " + multiplier + " ";
    return times + slidingWindow() + Words.tail(bias, activation, training);
  }

  @Override
  public DepthwiseConv withBias() {
    return new DepthwiseConv(
        name, multiplier, kernel, stride, dilation, padding, true, activation, training);
  }

  @Override
  public DepthwiseConv withActivation(Activation function) {
    return new DepthwiseConv(
        name, multiplier, kernel, stride, dilation, padding, bias, function, training);
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    long maps = (long) input.maps() * multiplier;
    if (maps > WIDEST) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it would have %d output maps, and at most %d are allowed: use a smaller multiplier",
              maps,
              WIDEST));
    }
    return slidingWindow().refusal(input, (int) maps, "kernel");
  }

  @Override
  public long outputMaps(LayerShape input) {
    return (long) input.maps() * multiplier;
  }

  @Override
  public long weights(LayerShape input) {
    return (long) input.maps() * multiplier * kernel.area();
  }

  @Override
  public long connections(LayerShape input) {
    return Math.multiplyExact(slidingWindow().connections(input), outputMaps(input));
  }

  @Override
  public List<TensorLayout> weightLayouts() {
    return List.of(WEIGHTS);
  }

  @Override
  public List<StoredTensor> weightTensors(LayerShape input) {
    return List.of(WEIGHTS.of(kernel.rows(), kernel.columns(), input.maps(), multiplier));
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitDepthwiseConv(this, context);
  }
}

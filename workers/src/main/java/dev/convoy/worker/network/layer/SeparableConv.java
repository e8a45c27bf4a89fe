package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A depthwise convolution ({@link DepthwiseConv}, without bias or activation) followed by a 1×1
 * convolution that mixes its maps: {@code y[m] = activation(b[m] + Σ_k v[m, k]·(w ⋆ x)[k])}.
 *
 * @param maps number of output feature maps, from 1 to {@value LayerDefinition#WIDEST}
 * @param multiplier intermediate maps for each input map, from 1 to {@value LayerDefinition#WIDEST}
 */
public record SeparableConv(
    String name,
    int maps,
    int multiplier,
    Size kernel,
    Size stride,
    Size dilation,
    Padding padding,
    boolean bias,
    Activation activation,
    @JsonUnwrapped Training training)
    implements Convolution {
  /** Layout of the weights that filter every map separately. */
  public static final TensorLayout DEPTHWISE =
      TensorLayout.weights("W", Axis.MULTIPLIER, Axis.INPUTS, Axis.ROWS, Axis.COLUMNS);

  /** Layout of the weights that mix the filtered maps, which are the inputs here. */
  public static final TensorLayout POINTWISE =
      TensorLayout.weights("pW", Axis.OUTPUTS, Axis.INPUTS, Axis.ROWS, Axis.COLUMNS);

  public SeparableConv {
    LayerName.check(name);
    Checks.between(1, WIDEST, maps, "maps");
    Checks.between(1, WIDEST, multiplier, "multiplier");
  }

  @Override
  public String kind() {
    return "separable-conv";
  }

  @Override
  public String details() {
    String times = multiplier == 1 ? "" : "(× " + multiplier + ") ";
    return maps + " maps " + times + slidingWindow() + Words.tail(bias, activation, training);
  }

  @Override
  public SeparableConv withBias() {
    return new SeparableConv(
        name, maps, multiplier, kernel, stride, dilation, padding, true, activation, training);
  }

  @Override
  public SeparableConv withActivation(Activation function) {
    return new SeparableConv(
        name, maps, multiplier, kernel, stride, dilation, padding, bias, function, training);
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    long between = (long) input.maps() * multiplier;
    if (between > WIDEST) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "it would have %d maps between its two convolutions, and at most %d are allowed: use a smaller multiplier",
              between,
              WIDEST));
    }
    return slidingWindow().refusal(input, Math.max(maps, (int) between), "kernel");
  }

  @Override
  public long outputMaps(LayerShape input) {
    return maps;
  }

  @Override
  public long weights(LayerShape input) {
    long between = (long) input.maps() * multiplier;
    return between * kernel.area() + between * maps;
  }

  @Override
  public long connections(LayerShape input) {
    long between = (long) input.maps() * multiplier;
    return Math.addExact(
        Math.multiplyExact(slidingWindow().connections(input), between),
        Math.multiplyExact(output(input, 1).plane(), between * maps));
  }

  @Override
  public List<TensorLayout> weightLayouts() {
    return List.of(DEPTHWISE, POINTWISE);
  }

  @Override
  public List<StoredTensor> weightTensors(LayerShape input) {
    return List.of(
        DEPTHWISE.of(multiplier, input.maps(), kernel.rows(), kernel.columns()),
        POINTWISE.of(maps, (long) input.maps() * multiplier, 1, 1));
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitSeparableConv(this, context);
  }
}

package dev.convoy.worker.network.layer;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Optional;

/**
 * Convolution: {@code y[m] = activation(b[m] + Σ_c w[m, c] ⋆ x[c])}, weights {@code (maps, input
 * maps, kernel rows, kernel columns)}. As everywhere in deep learning {@code ⋆} is
 * cross-correlation: {@code (w ⋆ x)[i, j] = Σ_ab w[a, b]·x[i·s + a·d − p, j·s + b·d − p]} with
 * stride {@code s}, dilation {@code d} and padding {@code p}.
 *
 * @param maps number of output feature maps, from 1 to {@value LayerDefinition#WIDEST}
 * @param dilation distance between the input pixels of neighbouring weights
 */
public record Conv(
    String name,
    int maps,
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
      TensorLayout.weights("W", Axis.OUTPUTS, Axis.INPUTS, Axis.ROWS, Axis.COLUMNS);

  public Conv {
    LayerName.check(name);
    Checks.between(1, WIDEST, maps, "maps");
  }

  @Override
  public String kind() {
    return "conv";
  }

  @Override
  public String details() {
    return maps + " maps " + slidingWindow() + Words.tail(bias, activation, training);
  }

  @Override
  public Conv withBias() {
    return new Conv(name, maps, kernel, stride, dilation, padding, true, activation, training);
  }

  @Override
  public Conv withActivation(Activation function) {
    return new Conv(name, maps, kernel, stride, dilation, padding, bias, function, training);
  }

  @Override
  public Optional<String> refusal(LayerShape input) {
    return slidingWindow().refusal(input, maps, "kernel");
  }

  @Override
  public long outputMaps(LayerShape input) {
    return maps;
  }

  @Override
  public long weights(LayerShape input) {
    return (long) maps * input.maps() * kernel.area();
  }

  @Override
  public long connections(LayerShape input) {
    return Math.multiplyExact(slidingWindow().connections(input), (long) input.maps() * maps);
  }

  @Override
  public List<TensorLayout> weightLayouts() {
    return List.of(WEIGHTS);
  }

  @Override
  public List<StoredTensor> weightTensors(LayerShape input) {
    return List.of(WEIGHTS.of(maps, input.maps(), kernel.rows(), kernel.columns()));
  }

  @Override
  public <R, C> R accept(LeafVisitor<R, C> visitor, C context) {
    return visitor.visitConv(this, context);
  }
}

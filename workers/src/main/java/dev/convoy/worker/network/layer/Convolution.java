package dev.convoy.worker.network.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A sliding window with weights: the common interface of the three kinds of convolution. */
public sealed interface Convolution extends WeightedSum permits Conv, DepthwiseConv, SeparableConv {
  Size kernel();

  Size stride();

  /** Distance between the input pixels of neighbouring weights. */
  Size dilation();

  Padding padding();

  Training training();

  /** Number of output feature maps. */
  long outputMaps(LayerShape input);

  /** Number of trained values without biases. */
  long weights(LayerShape input);

  /**
   * Number of connections from input values to weighted sums, which is the number of weights that
   * the layer would have without sharing. Connections to padding are not counted.
   */
  long connections(LayerShape input);

  /** Layouts of its weights, in the order of {@link #weightTensors}. */
  List<TensorLayout> weightLayouts();

  /** The weight tensors with their shapes. */
  List<StoredTensor> weightTensors(LayerShape input);

  /** The window that slides over the input. */
  default Window slidingWindow() {
    return new Window(kernel(), stride(), dilation(), padding());
  }

  @Override
  default Domain domain() {
    return Domain.MAPS;
  }

  @Override
  default Optional<Window> window() {
    return Optional.of(slidingWindow());
  }

  @Override
  default Optional<Training> trainedBy() {
    return Optional.of(training());
  }

  @Override
  default LayerShape output(LayerShape input, int labels) {
    return slidingWindow().over(input, Math.toIntExact(outputMaps(input)));
  }

  @Override
  default long parameters(LayerShape input, int labels) {
    return weights(input) + (bias() ? outputMaps(input) : 0);
  }

  @Override
  default List<TensorLayout> stored() {
    List<TensorLayout> stored = new ArrayList<>(weightLayouts());
    if (bias()) {
      stored.add(TensorLayout.BIAS);
    }
    return stored;
  }

  @Override
  default List<StoredTensor> tensors(LayerShape input, int labels) {
    List<StoredTensor> tensors = new ArrayList<>(weightTensors(input));
    if (bias()) {
      tensors.add(TensorLayout.BIAS.of(1, outputMaps(input)));
    }
    return tensors;
  }

  @Override
  default long multiplyAdds(LayerShape input, int labels) {
    return slidingWindow().multiplyAdds(input, weights(input));
  }
}

package dev.convoy.worker.network.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the three kinds of convolution have in common: a window with weights. */
public sealed interface Convolution extends Leaf permits Conv, DepthwiseConv, SeparableConv {
  Size kernel();

  Size stride();

  /** Distance between the input pixels of neighbouring weights. */
  Size dilation();

  Padding padding();

  boolean bias();

  Activation activation();

  Training training();

  /** Feature maps put out. */
  long outputMaps(LayerShape input);

  /** Trained values without biases. */
  long weights(LayerShape input);

  /** The weights that it stores, in the order of {@link #weightTensors}. */
  List<TensorLayout> weightLayouts();

  /** The tensors of the weights. */
  List<StoredTensor> weightTensors(LayerShape input);

  /** The same with a bias. */
  Convolution withBias();

  /** The same with another function; how its weights start and are trained stays. */
  Convolution withActivation(Activation function);

  /** The window that slides. */
  default Window slides() {
    return new Window(kernel(), stride(), dilation(), padding());
  }

  @Override
  default Domain domain() {
    return Domain.MAPS;
  }

  @Override
  default Optional<Window> window() {
    return Optional.of(slides());
  }

  @Override
  default Optional<Training> trainedBy() {
    return Optional.of(training());
  }

  @Override
  default LayerShape output(LayerShape input, int labels) {
    return slides().over(input, Math.toIntExact(outputMaps(input)));
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
    return slides().multiplyAdds(input, weights(input));
  }
}

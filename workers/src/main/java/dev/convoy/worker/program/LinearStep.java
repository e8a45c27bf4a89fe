package dev.convoy.worker.program;

import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.ConvolutionKernel;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.InnerProduct;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.StoredTensor;
import dev.convoy.worker.network.layer.TensorLayout;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A step with weights: a convolution or an inner product. It may add its result to another value,
 * whose memory then holds the sum.
 */
final class LinearStep implements Step {
  private final String layer;
  private final Weights weights;
  private final Optional<Sliding> sliding;
  private final Value input;
  private final Value output;
  private final Function function;
  private final Optional<Value> addend;

  /**
   * The stored tensors of a layer.
   *
   * @param tensor the weights
   * @param layout their layout in memory, with the axes in oneDNN's order
   * @param bias whether the layer has a bias
   */
  record Weights(TensorLayout tensor, Layout layout, boolean bias) {
    /** Returns weights that are stored row-major in oneDNN's order of axes. */
    static Weights of(TensorLayout tensor, boolean bias, long... shape) {
      return new Weights(tensor, Layout.rowMajor(shape), bias);
    }

    /** Returns the weights of a convolution with one group for each input map. */
    static Weights grouped(StoredTensor tensor, boolean bias) {
      Axis[] axes = {Axis.INPUTS, Axis.MULTIPLIER, Axis.SINGLE, Axis.ROWS, Axis.COLUMNS};
      long all = tensor.shape().stream().reduce(1L, Math::multiplyExact);
      long[] shape = Arrays.stream(axes).mapToLong(tensor::extent).toArray();
      long[] strides =
          Arrays.stream(axes)
              // The stride of an axis of extent 1 has no effect.
              .mapToLong(axis -> tensor.extent(axis) == 1 ? all : tensor.stride(axis))
              .toArray();
      return new Weights(tensor.layout(), Layout.strided(shape, strides), bias);
    }
  }

  private LinearStep(
      String layer,
      Weights weights,
      Optional<Sliding> sliding,
      Value input,
      Value output,
      Function function,
      Optional<Value> addend) {
    this.layer = layer;
    this.weights = weights;
    this.sliding = sliding;
    this.input = input;
    this.output = output;
    this.function = function;
    this.addend = addend;
  }

  /** Creates a convolution, which is grouped if the first axis of its weights is the group. */
  static LinearStep convolution(
      String layer, Weights weights, Sliding sliding, Value input, LayerShape output, Function f) {
    return new LinearStep(
        layer, weights, Optional.of(sliding), input, new Value(output), f, Optional.empty());
  }

  /** Creates a dense layer; the weights of each unit have the shape of the input. */
  static LinearStep dense(
      String layer, Weights weights, Value input, LayerShape output, Function function) {
    return new LinearStep(
        layer, weights, Optional.empty(), input, new Value(output), function, Optional.empty());
  }

  /** Returns whether the output is linear in the input and nothing is added to it. */
  private boolean isLinear() {
    return function == Function.IDENTITY && addend.isEmpty();
  }

  @Override
  public Optional<Step> applying(Function applied, Value fused) {
    return isLinear()
        ? Optional.of(new LinearStep(layer, weights, sliding, input, fused, applied, addend))
        : Optional.empty();
  }

  @Override
  public Optional<Step> addingTo(Value other, Steps.Add sum) {
    if (sliding.isEmpty() || !isLinear()) {
      return Optional.empty();
    }
    sum.output().shareStorageOf(other);
    return Optional.of(
        new LinearStep(
            layer, weights, sliding, input, sum.output(), sum.function(), Optional.of(other)));
  }

  @Override
  public List<Value> inputs() {
    List<Value> inputs = new ArrayList<>(List.of(input));
    addend.ifPresent(inputs::add);
    return inputs;
  }

  @Override
  public Value output() {
    return output;
  }

  @Override
  public long weightBytes() {
    return weights.layout.bytes();
  }

  @Override
  public void build(ProgramPart part) {
    Kernel kernel = sliding.isPresent() ? convolution(part) : dense(part);
    Memory tensor = part.stored(layer, weights.tensor, weights.layout);
    kernel
        .with(Argument.SRC, part.memory(input))
        .with(Argument.WEIGHTS, part.arranged(tensor, kernel.layout(Argument.WEIGHTS)))
        .with(Argument.DST, part.memory(output, kernel.layout(Argument.DST)));
    if (weights.bias) {
      kernel.with(
          Argument.BIAS,
          part.stored(layer, TensorLayout.BIAS, Layout.rowMajor(output.shape().maps())));
    }
    part.run(kernel);
  }

  private Kernel convolution(ProgramPart part) {
    ConvolutionKernel convolution =
        sliding
            .orElseThrow()
            .convolution(
                part.maps(input.shape()), output.shape().maps(), weights.layout, weights.bias);
    return addend.isPresent()
        ? convolution.scoringAccumulating(part.engine(), part.owner(), function)
        : convolution.scoring(part.engine(), part.owner(), function);
  }

  private Kernel dense(ProgramPart part) {
    InnerProduct product =
        new InnerProduct(
            part.layout(input),
            Layout.any(weights.layout.shape()),
            Layout.rowMajor(part.images(), output.shape().maps()),
            weights.bias);
    return product.forward(part.engine(), part.owner(), function);
  }
}

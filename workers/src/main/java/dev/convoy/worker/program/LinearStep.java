package dev.convoy.worker.program;

import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.layer.FeatureMapsShape;
import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Epilogue;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.InnerProduct;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.ValueType;
import dev.convoy.worker.network.inference.Quantization;
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
      String layer, Weights weights, Sliding sliding, Value input, Value output, Function f) {
    return new LinearStep(layer, weights, Optional.of(sliding), input, output, f, Optional.empty());
  }

  /** Creates a dense layer; the weights of each unit have the shape of the input. */
  static LinearStep dense(
      String layer, Weights weights, Value input, Value output, Function function) {
    return new LinearStep(
        layer, weights, Optional.empty(), input, output, function, Optional.empty());
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
  public Optional<String> weightsOf() {
    return Optional.of(layer);
  }

  @Override
  public long weightBytes(Arithmetic arithmetic) {
    return weights.layout.as(from(arithmetic).type()).bytes();
  }

  @Override
  public boolean computesIn(Arithmetic arithmetic) {
    if (arithmetic.precision() == Precision.FLOAT32) {
      return true;
    }
    LayerShape maps = input.shape();
    boolean isRight =
        sliding.isEmpty()
            || sliding
                .get()
                .isRightInLowPrecision(
                    new FeatureMapsShape(1, maps.maps(), maps.height(), maps.width()));
    return isRight && (arithmetic.precision() != Precision.INT8 || isQuantized(arithmetic));
  }

  private boolean isQuantized(Arithmetic arithmetic) {
    Quantization quantization = arithmetic.quantization();
    long[] shape = weights.layout.shape();
    // Groups of several maps have no kernel of their own for integers, and were wrong in one case.
    boolean grouped = shape.length > 4 && shape[1] > 1;
    return !grouped
        && quantization.ranges().containsKey(input.name())
        && !quantization.single().contains(layer);
  }

  /** Returns the encoding in which it reads its input. */
  private Encoding from(Arithmetic arithmetic) {
    if (arithmetic.precision() == Precision.FLOAT32 || !computesIn(arithmetic)) {
      return Encoding.FLOAT32;
    }
    if (arithmetic.precision() == Precision.BFLOAT16) {
      return Encoding.BFLOAT16;
    }
    return input.encoding().isInteger()
        ? input.encoding()
        : Encoding.of(arithmetic.quantization().ranges().get(input.name()));
  }

  @Override
  public void build(ProgramPart part) {
    Encoding from = from(part.arithmetic());
    Memory source = part.input(input, from);
    Memory tensor = part.stored(layer, weights.tensor, weights.layout);
    Optional<WeightScales> scales =
        from.isInteger()
            ? Optional.of(new WeightScales(part.values(tensor), weights.layout.shape()))
            : Optional.empty();
    Epilogue epilogue = epilogue(from, scales);
    Kernel kernel =
        sliding.isPresent() ? convolution(part, from, epilogue) : dense(part, from, epilogue);
    Layout arranged = kernel.layout(Argument.WEIGHTS);
    kernel
        .with(Argument.SRC, source)
        .with(
            Argument.WEIGHTS,
            scales
                .map(found -> part.arranged(found, tensor, arranged))
                .orElseGet(() -> part.arranged(tensor, arranged)))
        .with(Argument.DST, part.memory(output, kernel.layout(Argument.DST)));
    if (weights.bias) {
      Memory bias = part.stored(layer, TensorLayout.BIAS, Layout.rowMajor(output.shape().maps()));
      kernel.with(
          Argument.BIAS,
          scales
              .map(found -> part.constant(found.divide(part.values(bias), from.scale())))
              .orElse(bias));
    }
    part.run(kernel);
  }

  /**
   * Returns what follows the sums. A sum of products of integers is {@code scale of the input ·
   * scale of the weights} times smaller than the number, and a number is stored divided by the
   * scale of the output. A function that commutes with factors gets sums in that scale already.
   */
  private Epilogue epilogue(Encoding from, Optional<WeightScales> scales) {
    float to = output.encoding().scale();
    float before = function.isHomogeneous() ? to : 1;
    Epilogue epilogue = Epilogue.of(function);
    if (scales.isPresent()) {
      epilogue = epilogue.scaled(scales.get().times(from.scale() / before), before / to);
    }
    if (addend.isPresent()) {
      Encoding added = addend.get().encoding();
      epilogue = epilogue.adding(added.scale() / before, added.type());
    }
    return epilogue;
  }

  private Kernel convolution(ProgramPart part, Encoding from, Epilogue epilogue) {
    return sliding
        .orElseThrow()
        .convolution(
            part.maps(input.shape(), from.type()),
            output.shape().maps(),
            weights.layout,
            weights.bias)
        .as(from.isInteger() ? ValueType.INT8 : from.type(), output.encoding().type())
        .scoring(part.engine(), part.owner(), epilogue);
  }

  private Kernel dense(ProgramPart part, Encoding from, Epilogue epilogue) {
    InnerProduct product =
        new InnerProduct(
            part.layout(input).as(from.type()),
            Layout.any(weights.layout.shape()).as(from.isInteger() ? ValueType.INT8 : from.type()),
            Layout.rowMajor(part.images(), output.shape().maps()).as(output.encoding().type()),
            weights.bias);
    return product.forward(part.engine(), part.owner(), epilogue);
  }
}

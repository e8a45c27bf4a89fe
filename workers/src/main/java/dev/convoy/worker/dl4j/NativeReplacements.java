package dev.convoy.worker.dl4j;

import dev.convoy.worker.engine.layer.NativeActivation;
import dev.convoy.worker.engine.layer.NativeBatchNorm;
import dev.convoy.worker.engine.layer.NativeConvolution;
import dev.convoy.worker.engine.layer.NativeDense;
import dev.convoy.worker.engine.layer.NativeGlobalPool;
import dev.convoy.worker.engine.layer.NativeOutput;
import dev.convoy.worker.engine.layer.NativePool;
import dev.convoy.worker.engine.layer.PoolRule;
import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.graph.Windows;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Window;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.FeedForwardLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;

/**
 * Finds the native layer that replaces a layer of DL4J: it computes the same function, has the same
 * parameter layout and is updated in the same way.
 *
 * <p>A layer is replaced only if all of its settings are known here. Layers with their own dropout
 * or weight noise, and subclasses, are not replaced.
 */
final class NativeReplacements {
  private static final Map<Function, IActivation> FUNCTIONS = functions();

  /**
   * The input of a layer.
   *
   * @param maps whether it is feature maps, channels first, rather than rows
   * @param first whether the gradient with respect to it is not needed
   */
  record Input(boolean maps, boolean first) {}

  private NativeReplacements() {}

  /** Returns the functions whose derivatives can be computed from their values. */
  private static Map<Function, IActivation> functions() {
    Map<Function, IActivation> functions = new EnumMap<>(Function.class);
    functions.put(Function.IDENTITY, Activation.IDENTITY.getActivationFunction());
    functions.put(Function.RELU, Activation.RELU.getActivationFunction());
    functions.put(Function.RELU6, Activation.RELU6.getActivationFunction());
    functions.put(Function.LEAKY_RELU, Activation.LEAKYRELU.getActivationFunction());
    functions.put(Function.ELU, Activation.ELU.getActivationFunction());
    functions.put(Function.SIGMOID, Activation.SIGMOID.getActivationFunction());
    functions.put(Function.TANH, Activation.TANH.getActivationFunction());
    return functions;
  }

  /** Returns the replacement of a layer that takes maps or rows of floats. */
  static Optional<Layer> find(Layer layer, Input input) {
    Class<? extends Layer> kind = layer.getClass();
    if (kind == ConvolutionLayer.class) {
      return convolution((ConvolutionLayer) layer, input);
    }
    if (kind == SubsamplingLayer.class) {
      return pool((SubsamplingLayer) layer, input);
    }
    if (kind == GlobalPoolingLayer.class) {
      return globalPool((GlobalPoolingLayer) layer, input);
    }
    if (kind == BatchNormalization.class) {
      return batchNorm((BatchNormalization) layer);
    }
    if (kind == ActivationLayer.class) {
      return activation((ActivationLayer) layer);
    }
    if (kind == DenseLayer.class) {
      return dense((DenseLayer) layer, input);
    }
    return kind == OutputLayer.class ? output((OutputLayer) layer, input) : Optional.empty();
  }

  private static Optional<Layer> convolution(ConvolutionLayer layer, Input input) {
    Optional<Function> function = function(layer.getActivationFn());
    Optional<Window> window =
        window(
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    boolean known =
        input.maps
            && layer.getCnn2dDataFormat() == CNN2DFormat.NCHW
            && isPlain(layer)
            && function.isPresent()
            && window.isPresent();
    if (!known) {
      return Optional.empty();
    }
    ConvolutionLayer.Builder builder =
        Windows.slide(new ConvolutionLayer.Builder(), window.get()).hasBias(layer.hasBias());
    return Optional.of(
        copySettings(
            layer,
            new NativeConvolution(
                builder, Sliding.of(window.get()), function.get(), !input.first)));
  }

  private static Optional<Layer> pool(SubsamplingLayer layer, Input input) {
    boolean largest = layer.getPoolingType() == PoolingType.MAX;
    boolean mean =
        layer.getPoolingType() == PoolingType.AVG && !layer.isAvgPoolIncludePadInDivisor();
    Optional<Window> window =
        window(
            layer.getConvolutionMode(),
            layer.getKernelSize(),
            layer.getStride(),
            layer.getPadding(),
            layer.getDilation());
    boolean known =
        input.maps
            && (largest || mean)
            && layer.getIDropout() == null
            && layer.getCnn2dDataFormat() == CNN2DFormat.NCHW
            && Arrays.equals(layer.getDilation(), new int[] {1, 1})
            && window.isPresent()
            && layer.getPadding()[0] < layer.getKernelSize()[0]
            && layer.getPadding()[1] < layer.getKernelSize()[1];
    if (!known) {
      return Optional.empty();
    }
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.valueOf(layer.getPoolingType().name()))
            .kernelSize(layer.getKernelSize())
            .stride(layer.getStride())
            .padding(layer.getPadding())
            .convolutionMode(layer.getConvolutionMode());
    PoolRule rule = largest ? PoolRule.max() : PoolRule.average();
    return Optional.of(named(layer, new NativePool(builder, Sliding.of(window.get()), rule)));
  }

  private static Optional<Layer> globalPool(GlobalPoolingLayer layer, Input input) {
    boolean known =
        input.maps
            && layer.getIDropout() == null
            && layer.isCollapseDimensions()
            && (layer.getPoolingDimensions() == null
                || Arrays.equals(layer.getPoolingDimensions(), new int[] {2, 3}));
    if (!known) {
      return Optional.empty();
    }
    return switch (layer.getPoolingType()) {
      case MAX -> Optional.of(named(layer, new NativeGlobalPool(PoolRule.max())));
      case AVG -> Optional.of(named(layer, new NativeGlobalPool(PoolRule.average())));
      default -> Optional.empty();
    };
  }

  private static Optional<Layer> batchNorm(BatchNormalization layer) {
    boolean known =
        isPlain(layer) && !layer.isLockGammaBeta() && layer.getCnn2DFormat() == CNN2DFormat.NCHW;
    return known
        ? Optional.of(
            copySettings(
                layer,
                NativeBatchNorm.trained(layer.getDecay(), layer.getEps(), layer.getIUpdater())))
        : Optional.empty();
  }

  private static Optional<Layer> activation(ActivationLayer layer) {
    return layer.getIDropout() == null
        ? function(layer.getActivationFn())
            .map(function -> named(layer, new NativeActivation(layer.getActivationFn(), function)))
        : Optional.empty();
  }

  private static Optional<Layer> dense(DenseLayer layer, Input input) {
    return isPlain(layer) && !layer.hasLayerNorm()
        ? function(layer.getActivationFn())
            .map(
                function ->
                    copySettings(
                        layer,
                        new NativeDense(
                            new DenseLayer.Builder().hasBias(layer.hasBias()),
                            function,
                            !input.first)))
        : Optional.empty();
  }

  private static Optional<Layer> output(OutputLayer layer, Input input) {
    boolean softmax = layer.getActivationFn().equals(Activation.SOFTMAX.getActivationFunction());
    boolean crossEntropy =
        (layer.getLossFn().getClass() == LossMCXENT.class
                || layer.getLossFn().getClass() == LossNegativeLogLikelihood.class)
            && layer.getLossFn().equals(new LossMCXENT());
    return isPlain(layer) && softmax && crossEntropy
        ? Optional.of(
            copySettings(
                layer,
                new NativeOutput(
                    new OutputLayer.Builder(layer.getLossFn()).hasBias(layer.hasBias()),
                    !input.first)))
        : Optional.empty();
  }

  private static boolean isPlain(BaseLayer layer) {
    return layer.getIDropout() == null && layer.getWeightNoise() == null;
  }

  private static Optional<Function> function(IActivation named) {
    return FUNCTIONS.entrySet().stream()
        .filter(known -> known.getValue().equals(named))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  /**
   * Returns the window of a layer; empty if DL4J places it differently: Strict refuses inputs,
   * Causal is for sequences, and Same skips pixels if the stride exceeds the kernel by two or more.
   */
  private static Optional<Window> window(
      ConvolutionMode mode, int[] kernel, int[] stride, int[] padding, int[] dilation) {
    boolean fits =
        IntStream.of(kernel[0], kernel[1], stride[0], stride[1], padding[0], padding[1])
            .allMatch(extent -> extent <= Size.MAXIMUM);
    boolean same = mode == ConvolutionMode.Same;
    boolean covers =
        stride[0] - (kernel[0] - 1) * dilation[0] <= 2
            && stride[1] - (kernel[1] - 1) * dilation[1] <= 2;
    if (!fits || !((same && covers) || mode == ConvolutionMode.Truncate)) {
      return Optional.empty();
    }
    return Optional.of(
        new Window(
            size(kernel),
            size(stride),
            size(dilation),
            same ? Padding.same() : Padding.of(padding[0], padding[1])));
  }

  private static Size size(int[] extents) {
    return new Size(extents[0], extents[1]);
  }

  /** Copies all settings of initialisation and training to the replacement. */
  private static Layer copySettings(FeedForwardLayer layer, FeedForwardLayer replacement) {
    replacement.setNIn(layer.getNIn());
    replacement.setNOut(layer.getNOut());
    replacement.setTimeDistributedFormat(layer.getTimeDistributedFormat());
    replacement.setActivationFn(layer.getActivationFn());
    replacement.setWeightInitFn(layer.getWeightInitFn());
    replacement.setBiasInit(layer.getBiasInit());
    replacement.setGainInit(layer.getGainInit());
    replacement.setRegularization(layer.getRegularization());
    replacement.setRegularizationBias(layer.getRegularizationBias());
    replacement.setIUpdater(layer.getIUpdater());
    replacement.setBiasUpdater(layer.getBiasUpdater());
    replacement.setGradientNormalization(layer.getGradientNormalization());
    replacement.setGradientNormalizationThreshold(layer.getGradientNormalizationThreshold());
    return named(layer, replacement);
  }

  private static Layer named(Layer layer, Layer replacement) {
    replacement.setLayerName(layer.getLayerName());
    replacement.setConstraints(layer.getConstraints());
    return replacement;
  }
}

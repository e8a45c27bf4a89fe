package dev.convoy.worker.network.graph;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Initialisation;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Training;
import dev.convoy.worker.network.layer.Window;
import java.util.HashSet;
import java.util.Set;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Maps a leaf to the configuration of a DL4J layer. */
final class Dl4jLayers {
  private final Set<String> frozen;
  private final int labels;
  private final Updaters updaters;

  Dl4jLayers(Network network, Updaters updaters) {
    this.frozen = new HashSet<>(network.frozen());
    this.labels = network.labels();
    this.updaters = updaters;
  }

  /** What layers have that say nothing else. */
  void applyDefaults(NeuralNetConfiguration.Builder defaults) {
    defaults.updater(updaters.times(1));
    if (updaters.l2() > 0) {
      defaults.l2(updaters.l2());
    }
  }

  Layer of(Node node, Leaf leaf) {
    Layer layer = layer(node, leaf);
    return node.parameters() > 0 && frozen.contains(node.name()) ? new FrozenLayer(layer) : layer;
  }

  private Layer layer(Node node, Leaf leaf) {
    if (leaf instanceof Conv conv) {
      return activated(
          slide(new ConvolutionLayer.Builder(), conv.window().orElseThrow())
              .nOut(conv.maps())
              .hasBias(conv.bias()),
          conv.activation(),
          conv.training());
    }
    if (leaf instanceof DepthwiseConv conv) {
      return activated(
          slide(new DepthwiseConvolution2D.Builder(), conv.window().orElseThrow())
              .depthMultiplier(conv.multiplier())
              .nOut(node.output().maps())
              .hasBias(conv.bias()),
          conv.activation(),
          conv.training());
    }
    if (leaf instanceof SeparableConv conv) {
      return activated(
          slide(new SeparableConvolution2D.Builder(), conv.window().orElseThrow())
              .depthMultiplier(conv.multiplier())
              .nOut(conv.maps())
              .hasBias(conv.bias()),
          conv.activation(),
          conv.training());
    }
    if (leaf instanceof Pool pool) {
      return pool(pool);
    }
    if (leaf instanceof GlobalPool pool) {
      return new GlobalPoolingLayer.Builder(poolingType(pool.type()))
          .pnorm(pool.exponent())
          .build();
    }
    if (leaf instanceof BatchNorm norm) {
      return new BatchNormalization.Builder()
          .decay(norm.decay())
          .eps(norm.epsilon())
          .useLogStd(false)
          .updater(updaters.times(norm.learningRateFactor()))
          .activation(org.nd4j.linalg.activations.Activation.IDENTITY)
          .build();
    }
    if (leaf instanceof LocalResponseNorm norm) {
      return new LocalResponseNormalization.Builder(
              norm.k(), norm.size(), norm.alpha(), norm.beta())
          .build();
    }
    if (leaf instanceof dev.convoy.worker.network.layer.ActivationLayer activation) {
      return new ActivationLayer.Builder().activation(toDl4j(activation.function())).build();
    }
    if (leaf instanceof Dropout dropout) {
      // DL4J takes the share that is retained.
      return new DropoutLayer.Builder(1 - dropout.rate()).build();
    }
    if (leaf instanceof Dense dense) {
      return activated(
          new DenseLayer.Builder().nOut(dense.units()).hasBias(dense.bias()),
          dense.activation(),
          dense.training());
    }
    if (leaf instanceof dev.convoy.worker.network.layer.Output output) {
      return trained(
              new OutputLayer.Builder(LossFunction.MCXENT)
                  .nOut(labels)
                  .activation(org.nd4j.linalg.activations.Activation.SOFTMAX),
              output.training())
          .build();
    }
    throw new IllegalStateException("No DL4J layer for " + leaf.kind());
  }

  private static <T extends ConvolutionLayer.BaseConvBuilder<T>> T slide(T builder, Window window) {
    builder
        .kernelSize(window.size().rows(), window.size().columns())
        .stride(window.stride().rows(), window.stride().columns())
        .dilation(window.dilation().rows(), window.dilation().columns());
    Padding padding = window.padding();
    switch (padding.mode()) {
      case SAME -> builder.convolutionMode(ConvolutionMode.Same);
      case VALID -> builder.convolutionMode(ConvolutionMode.Truncate);
      case EXPLICIT -> {
        builder.convolutionMode(ConvolutionMode.Truncate);
        if (padding.isSymmetric()) {
          builder.padding(padding.top(), padding.left());
        }
      }
    }
    return builder;
  }

  private static Layer pool(Pool pool) {
    SubsamplingLayer.Builder builder =
        new SubsamplingLayer.Builder(
                SubsamplingLayer.PoolingType.valueOf(poolingType(pool.type()).name()))
            .kernelSize(pool.size().rows(), pool.size().columns())
            .stride(pool.stride().rows(), pool.stride().columns());
    if (pool.type() == PoolType.L2) {
      builder.pnorm(pool.exponent());
    }
    switch (pool.padding().mode()) {
      case SAME -> builder.convolutionMode(ConvolutionMode.Same);
      case VALID -> builder.convolutionMode(ConvolutionMode.Truncate);
      case EXPLICIT ->
          builder
              .convolutionMode(ConvolutionMode.Truncate)
              .padding(pool.padding().top(), pool.padding().left());
    }
    return builder.build();
  }

  private static PoolingType poolingType(PoolType type) {
    return switch (type) {
      case MAX -> PoolingType.MAX;
      case AVERAGE -> PoolingType.AVG;
      case L2 -> PoolingType.PNORM;
    };
  }

  private <T extends BaseLayer.Builder<T>> Layer activated(
      T builder, Activation activation, Training training) {
    return trained(builder.activation(toDl4j(activation)), training).build();
  }

  private <T extends BaseLayer.Builder<T>> T trained(T builder, Training training) {
    training.ownL2().ifPresent(builder::l2);
    return builder
        .weightInit(weightInit(training.initialisation()))
        .updater(updaters.times(training.learningRateFactor()));
  }

  private static WeightInit weightInit(Initialisation initialisation) {
    return switch (initialisation) {
      case HE_NORMAL -> WeightInit.RELU;
      case HE_UNIFORM -> WeightInit.RELU_UNIFORM;
      case GLOROT_NORMAL -> WeightInit.XAVIER;
      case GLOROT_UNIFORM -> WeightInit.XAVIER_UNIFORM;
      case LECUN_NORMAL -> WeightInit.LECUN_NORMAL;
      case ZERO -> WeightInit.ZERO;
    };
  }

  static org.nd4j.linalg.activations.Activation toDl4j(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case RELU6 -> org.nd4j.linalg.activations.Activation.RELU6;
      case LEAKY_RELU -> org.nd4j.linalg.activations.Activation.LEAKYRELU;
      case ELU -> org.nd4j.linalg.activations.Activation.ELU;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
      case SOFTPLUS -> org.nd4j.linalg.activations.Activation.SOFTPLUS;
      case SWISH -> org.nd4j.linalg.activations.Activation.SWISH;
    };
  }
}

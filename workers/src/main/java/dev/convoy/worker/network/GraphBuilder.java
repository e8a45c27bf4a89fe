package dev.convoy.worker.network;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Maps a network to DL4J's {@link ComputationGraph}, the one network type inside Convoy.
 *
 * <p>Weights start from a normal distribution of variance {@code 2 / fan-in} before ReLU (He et
 * al., Delving deep into rectifiers, 2015) and {@code 2 / (fan-in + fan-out)} elsewhere (Glorot and
 * Bengio, 2010); biases start at 0. The same network and seed give the same initial bits.
 */
public final class GraphBuilder {
  private static final String INPUT = "input";

  private GraphBuilder() {}

  /** Builds a network with its initial parameters, on the calling thread. */
  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed) {
    StepLearningRate learningRate = new StepLearningRate();
    ComputationGraph graph =
        new ComputationGraph(configuration(network, optimizer, learningRate, seed));
    graph.init();
    if (graph.numParams() != network.parameters()) {
      throw new IllegalStateException(
          "DL4J built "
              + graph.numParams()
              + " parameters where "
              + network.name()
              + " has "
              + network.parameters());
    }
    return new TrainableNetwork(network, graph, learningRate);
  }

  private static ComputationGraphConfiguration configuration(
      Network network, Optimizer optimizer, StepLearningRate learningRate, long seed) {
    NeuralNetConfiguration.Builder defaults =
        new NeuralNetConfiguration.Builder().seed(seed).updater(updater(optimizer, learningRate));
    if (optimizer.l2() > 0) {
      defaults.l2(optimizer.l2());
    }
    ComputationGraphConfiguration.GraphBuilder builder =
        defaults
            .graphBuilder()
            .addInputs(INPUT)
            .setInputTypes(
                InputType.convolutional(
                    network.input().height(), network.input().width(), network.input().channels()));
    String previous = INPUT;
    for (LayerDefinition definition : network.layers()) {
      builder.addLayer(definition.name(), layer(definition, network.labels()), previous);
      previous = definition.name();
    }
    return builder.setOutputs(previous).build();
  }

  private static IUpdater updater(Optimizer optimizer, StepLearningRate learningRate) {
    return switch (optimizer.kind()) {
      case SGD -> new Sgd(learningRate);
      case MOMENTUM -> new Nesterovs(learningRate, optimizer.momentum());
      case ADAM ->
          Adam.builder()
              .learningRateSchedule(learningRate)
              .beta1(optimizer.beta1())
              .beta2(optimizer.beta2())
              .epsilon(optimizer.epsilon())
              .build();
    };
  }

  private static Layer layer(LayerDefinition definition, int labels) {
    if (definition instanceof LayerDefinition.Conv conv) {
      ConvolutionLayer.Builder builder =
          new ConvolutionLayer.Builder(conv.kernel().rows(), conv.kernel().columns())
              .stride(conv.stride().rows(), conv.stride().columns())
              .nOut(conv.maps())
              .hasBias(conv.bias());
      pad(builder, conv.padding());
      return activated(builder, conv.activation()).build();
    }
    if (definition instanceof LayerDefinition.Pool pool) {
      SubsamplingLayer.Builder builder =
          new SubsamplingLayer.Builder(poolingType(pool.type()))
              .kernelSize(pool.size().rows(), pool.size().columns())
              .stride(pool.stride().rows(), pool.stride().columns());
      switch (pool.padding().mode()) {
        case SAME -> builder.convolutionMode(ConvolutionMode.Same);
        case VALID -> builder.convolutionMode(ConvolutionMode.Truncate);
        case EXPLICIT ->
            builder
                .convolutionMode(ConvolutionMode.Truncate)
                .padding(pool.padding().rows(), pool.padding().columns());
      }
      return builder.build();
    }
    if (definition instanceof LayerDefinition.Dense dense) {
      DenseLayer.Builder builder =
          new DenseLayer.Builder().nOut(dense.units()).hasBias(dense.bias());
      return activated(builder, dense.activation()).build();
    }
    if (definition instanceof LayerDefinition.Dropout dropout) {
      // DL4J takes the share that is retained.
      return new DropoutLayer.Builder(1 - dropout.rate()).build();
    }
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(labels)
        .activation(org.nd4j.linalg.activations.Activation.SOFTMAX)
        .weightInit(WeightInit.XAVIER)
        .build();
  }

  private static void pad(ConvolutionLayer.Builder builder, Padding padding) {
    switch (padding.mode()) {
      case SAME -> builder.convolutionMode(ConvolutionMode.Same);
      case VALID -> builder.convolutionMode(ConvolutionMode.Truncate);
      case EXPLICIT ->
          builder
              .convolutionMode(ConvolutionMode.Truncate)
              .padding(padding.rows(), padding.columns());
    }
  }

  private static SubsamplingLayer.PoolingType poolingType(PoolType type) {
    return switch (type) {
      case MAX -> SubsamplingLayer.PoolingType.MAX;
      case AVERAGE -> SubsamplingLayer.PoolingType.AVG;
    };
  }

  private static <T extends BaseLayer.Builder<T>> T activated(T builder, Activation activation) {
    WeightInit init = activation == Activation.RELU ? WeightInit.RELU : WeightInit.XAVIER;
    return builder.activation(toDl4j(activation)).weightInit(init);
  }

  private static org.nd4j.linalg.activations.Activation toDl4j(Activation activation) {
    return switch (activation) {
      case IDENTITY -> org.nd4j.linalg.activations.Activation.IDENTITY;
      case RELU -> org.nd4j.linalg.activations.Activation.RELU;
      case SIGMOID -> org.nd4j.linalg.activations.Activation.SIGMOID;
      case TANH -> org.nd4j.linalg.activations.Activation.TANH;
    };
  }
}

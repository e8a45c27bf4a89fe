package dev.convoy.worker.dl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.graph.TrainableGraph;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/** A given graph trains as DL4J trains it, layer for layer. */
class Dl4jGraphBuilderTest {
  private static final int STEPS = 4;
  private static final int BATCH = 5;
  private static final List<Long> IMAGE = List.of(2L, 9L, 10L);
  private static final int LABELS = 3;

  @ParameterizedTest(name = "{0}")
  @MethodSource("configurations")
  void trainsAsDl4jDoes(
      String name, ComputationGraphConfiguration configuration, List<String> builtIn) {
    compare(configuration, IMAGE, new long[] {BATCH, LABELS}, builtIn);
  }

  static Stream<Arguments> configurations() {
    return Stream.of(
        Arguments.of("lenet", lenet(new Nesterovs(0.05, 0.9)), List.of()),
        Arguments.of("lenet with adam", lenet(new Adam(0.01)), List.of()),
        Arguments.of("lenet with rmsprop", lenet(new RmsProp(0.001)), List.of()),
        Arguments.of("lenet with adagrad", lenet(new AdaGrad(0.01)), List.of()),
        Arguments.of("schedule", lenet(new Nesterovs(schedule(ScheduleType.ITERATION))), List.of()),
        Arguments.of("residual", residual(), List.of()),
        Arguments.of("windows", windows(), List.of()),
        Arguments.of("functions", functions(), List.of("softplus")),
        Arguments.of("settings", settings(), List.of("dropped", "loss")),
        Arguments.of("frozen", frozen(), List.of("frozen", "norm")));
  }

  private static MapSchedule schedule(ScheduleType type) {
    return new MapSchedule.Builder(type).add(0, 0.05).add(2, 0.01).build();
  }

  private static ComputationGraphConfiguration.GraphBuilder graph(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(7)
        .updater(updater)
        .weightInit(WeightInit.XAVIER)
        .activation(Activation.RELU)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(IMAGE.get(1), IMAGE.get(2), IMAGE.get(0)));
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(LABELS)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ComputationGraphConfiguration lenet(IUpdater updater) {
    return graph(updater)
        .addLayer(
            "conv", new ConvolutionLayer.Builder(3, 3).nOut(4).l2(0.01).biasInit(0.1).build(), "in")
        .addLayer(
            "pool", new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(), "conv")
        .addLayer("dense", new DenseLayer.Builder().nOut(6).l1(0.001).build(), "pool")
        .addLayer("out", output(), "dense")
        .setOutputs("out")
        .build();
  }

  private static ConvolutionLayer same(int maps, int kernel, int stride) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(maps)
        .stride(stride, stride)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .convolutionMode(ConvolutionMode.Same)
        .build();
  }

  private static BatchNormalization norm(boolean logarithm) {
    return new BatchNormalization.Builder().useLogStd(logarithm).build();
  }

  private static ComputationGraphConfiguration residual() {
    return graph(new Sgd(0.1))
        .addLayer("conv", same(4, 3, 1), "in")
        .addLayer("norm", norm(false), "conv")
        .addLayer("relu", new ActivationLayer(Activation.RELU), "norm")
        .addLayer("conv2", same(4, 3, 2), "relu")
        .addLayer("norm2", norm(true), "conv2")
        .addLayer("shortcut", same(4, 1, 2), "relu")
        .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm2", "shortcut")
        .addLayer("branch", same(2, 3, 1), "sum")
        .addVertex("join", new MergeVertex(), "sum", "branch")
        .addLayer("whole", new GlobalPoolingLayer(PoolingType.AVG), "join")
        .addLayer("norm3", norm(true), "whole")
        .addLayer("out", output(), "norm3")
        .setOutputs("out")
        .build();
  }

  private static ComputationGraphConfiguration windows() {
    return graph(new Sgd(0.1))
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(3, 2).nOut(4).padding(2, 1).dilation(2, 1).build(),
            "in")
        .addLayer(
            "mean",
            new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.AVG)
                .kernelSize(3, 2)
                .stride(2, 1)
                .convolutionMode(ConvolutionMode.Same)
                .build(),
            "conv")
        .addLayer(
            "most",
            new SubsamplingLayer.Builder().kernelSize(3, 3).stride(1, 2).padding(1, 1).build(),
            "mean")
        .addLayer("whole", new GlobalPoolingLayer(PoolingType.MAX), "most")
        .addLayer("out", output(), "whole")
        .setOutputs("out")
        .build();
  }

  private static DenseLayer dense(Activation function) {
    return new DenseLayer.Builder().nOut(5).activation(function).build();
  }

  private static ComputationGraphConfiguration functions() {
    return graph(new Sgd(0.1))
        .addLayer("elu", dense(Activation.ELU), "in")
        .addLayer("tanh", dense(Activation.TANH), "elu")
        .addLayer("sigmoid", dense(Activation.SIGMOID), "tanh")
        .addLayer("leaky", dense(Activation.LEAKYRELU), "sigmoid")
        .addLayer("relu6", dense(Activation.RELU6), "leaky")
        .addLayer("softplus", dense(Activation.SOFTPLUS), "relu6")
        .addLayer("out", output(), "softplus")
        .setOutputs("out")
        .build();
  }

  private static ComputationGraphConfiguration frozen() {
    return graph(new Nesterovs(0.1, 0.9))
        .addLayer(
            "frozen",
            new FrozenLayer(new ConvolutionLayer.Builder(3, 3).nIn(2).nOut(4).build()),
            "in")
        .addLayer("norm", new FrozenLayer(norm(true)), "frozen")
        .addLayer("dense", new DenseLayer.Builder().nOut(6).build(), "norm")
        .addLayer("out", output(), "dense")
        .setOutputs("out")
        .build();
  }

  /** What lies between the gradient and the step, by layer, and another loss. */
  private static ComputationGraphConfiguration settings() {
    return graph(new Adam(0.01))
        .addLayer(
            "conv",
            new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .updater(new Nesterovs(0.1, 0.5))
                .biasUpdater(new Sgd(0.2))
                .gradientNormalization(GradientNormalization.ClipL2PerLayer)
                .gradientNormalizationThreshold(0.01)
                .build(),
            "in")
        .addLayer(
            "dense",
            new DenseLayer.Builder()
                .nOut(6)
                .constrainWeights(new MaxNormConstraint(0.5, 1))
                .build(),
            "conv")
        .addLayer("dropped", new DenseLayer.Builder().nOut(6).dropOut(1e-9).build(), "dense")
        .addLayer(
            "loss",
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(LABELS)
                .activation(Activation.TANH)
                .build(),
            "dropped")
        .setOutputs("loss")
        .build();
  }

  @Test
  void sequencesTrainByDl4jsLayers() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .updater(new Adam(0.01))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.recurrent(3, 6))
            .addLayer("lstm", new LSTM.Builder().nIn(3).nOut(4).build(), "in")
            .addLayer(
                "out",
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(4)
                    .nOut(LABELS)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "lstm")
            .setOutputs("out")
            .build();
    compare(configuration, List.of(3L, 6L), new long[] {BATCH, LABELS, 6}, List.of("lstm", "out"));
  }

  private static void compare(
      ComputationGraphConfiguration configuration,
      List<Long> features,
      long[] labels,
      List<String> builtIn) {
    ComputationGraph expected = new ComputationGraph(configuration);
    expected.init();
    Dl4jModel given = Dl4jModel.of(expected);
    float[] start = given.parameters();
    try (TrainableGraph graph = Dl4jGraphBuilder.build(given.json(), features)) {
      assertThat(graph.tensors()).isEqualTo(given.tensors());
      assertThat(graph.updaterState()).hasSameSizeAs(given.updaterState());
      graph.parameters(start);
      graph.updaterState(given.updaterState());
      Random random = new Random(3);
      long[] shape = new long[features.size() + 1];
      shape[0] = BATCH;
      for (int axis = 1; axis < shape.length; axis++) {
        shape[axis] = features.get(axis - 1);
      }
      for (int step = 0; step < STEPS; step++) {
        INDArray x = floats(random, shape);
        INDArray y = oneHot(random, labels);
        expected.fit(new INDArray[] {x.dup()}, new INDArray[] {y.dup()});
        assertThat(graph.training().fit(x, y)).isCloseTo(expected.score(), within(1e-4));
      }
      float[] trained = graph.parameters();
      float[] wanted = given.parameters();
      for (int i = 0; i < wanted.length; i++) {
        assertThat(trained[i]).as("parameter " + i).isCloseTo(wanted[i], within(2e-4f));
      }
      assertThat(wanted).isNotEqualTo(start);
      if (Engine.whyUnavailable().isEmpty()) {
        assertThat(Dl4jGraphBuilder.kernels(graph))
            .filteredOn(kernel -> kernel.kernel().equals(LayerKernel.BUILT_IN))
            .extracting(LayerKernel::layer)
            .containsExactlyElementsOf(builtIn);
      }
    }
  }

  private static INDArray floats(Random random, long[] shape) {
    INDArray values = Nd4j.create(shape);
    for (long i = 0; i < values.length(); i++) {
      values.putScalar(i, random.nextGaussian());
    }
    return values;
  }

  private static INDArray oneHot(Random random, long[] shape) {
    INDArray labels = Nd4j.zeros(shape);
    for (int n = 0; n < shape[0]; n++) {
      if (shape.length == 2) {
        labels.putScalar(n, random.nextInt(LABELS), 1);
      } else {
        for (int t = 0; t < shape[2]; t++) {
          labels.putScalar(n, random.nextInt(LABELS), t, 1);
        }
      }
    }
    return labels;
  }
}

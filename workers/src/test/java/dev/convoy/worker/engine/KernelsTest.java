package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.GraphBuilder;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.network.graph.TrainableNetwork;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Pool;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.convolution.ConvolutionHelper;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingHelper;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNSubsamplingHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whatever code computes a layer, it computes the layer of the definition. */
class KernelsTest {
  /** Of the largest value of a tensor; sums of a few hundred products in float. */
  private static final double TOLERANCE = 1e-5;

  @BeforeAll
  static void oneDnnIsInThisBuild() {
    assumeTrue(Kernels.oneDnnAvailable(), Kernels.whyNoOneDnn());
  }

  /** A layer between an image and the output. */
  record Case(int height, int width, int channels, int batch, String layer) {
    Network network() {
      return TestNetworks.of(new ImageShape(height, width, channels), 2, layer);
    }
  }

  static Stream<Case> convolutions() {
    return Stream.of(
        new Case(6, 6, 1, 1, "{ conv { maps = 1, kernel = 1 } }"),
        new Case(7, 9, 1, 3, "{ conv { maps = 4, kernel = 3 } }"),
        new Case(7, 9, 3, 5, "{ conv { maps = 5, kernel = 3, padding = same } }"),
        new Case(12, 12, 1, 7, "{ conv { maps = 16, kernel = 5, padding = same } }"),
        new Case(11, 8, 3, 1, "{ conv { maps = 8, kernel = [5, 3], padding = [2, 1] } }"),
        new Case(9, 10, 3, 3, "{ conv { maps = 3, kernel = [1, 4], padding = [0, 2] } }"),
        new Case(10, 10, 1, 2, "{ conv { maps = 8, kernel = 3, stride = 2 } }"),
        new Case(10, 7, 3, 3, "{ conv { maps = 8, kernel = 3, stride = 2, padding = same } }"),
        new Case(9, 9, 3, 1, "{ conv { maps = 8, kernel = 4, stride = [3, 2], padding = same } }"),
        new Case(8, 8, 1, 5, "{ conv { maps = 2, kernel = 2, padding = same } }"),
        new Case(8, 8, 3, 3, "{ conv { maps = 4, kernel = 3, stride = [1, 2], padding = 1 } }"),
        new Case(8, 8, 3, 3, "{ conv { maps = 9, kernel = 3, padding = same, bias = false } }"),
        new Case(5, 6, 3, 9, "{ conv { maps = 17, kernel = [5, 6] } }"));
  }

  static Stream<Case> pools() {
    List<Case> cases = new ArrayList<>();
    for (String type : List.of("max", "average")) {
      for (String window :
          List.of(
              "size = 2",
              "size = 3, stride = 2",
              "size = 3, stride = 2, padding = same",
              "size = 2, stride = 1, padding = same",
              "size = [3, 2], stride = [2, 1], padding = [1, 0]",
              "size = 3, stride = 1, padding = 1",
              "size = [4, 5], stride = 3, padding = [2, 1]")) {
        String layer = "{ pool { type = " + type + ", " + window + " } }";
        cases.add(new Case(8, 8, 1, 1, layer));
        cases.add(new Case(7, 9, 3, 3, layer));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void oneDnnAndBuiltInConvolutionsAreTheSumOfTheDefinition(Case one) {
    Network network = one.network();
    Conv conv = (Conv) network.layers().get(0);
    LayerShape in = network.nodes().get(0).input();
    int inputs = in.maps() * conv.kernel().rows() * conv.kernel().columns();
    float[] x = TestNetworks.values(one.batch() * in.size(), 1, 1);
    float[] w = TestNetworks.values(conv.maps() * inputs, 0.5, 2);
    float[] b = conv.bias() ? TestNetworks.values(conv.maps(), 0.5, 3) : new float[0];
    float[] e = TestNetworks.values(one.batch() * conv.output(in, 2).size(), 1, 4);
    WindowReference.Results expected =
        WindowReference.convolution(conv, in, one.batch(), x, w, b, e);
    for (String kernel : List.of(Kernels.ONEDNN, Kernels.BUILT_IN)) {
      Layer layer = layer(network, kernel);
      layer.getParam("W").assign(tensor(w, layer.getParam("W").shape()));
      if (conv.bias()) {
        layer.getParam("b").assign(tensor(b, layer.getParam("b").shape()));
      }
      check(layer, in, conv.output(in, 2), one.batch(), x, e, expected, kernel);
    }
  }

  @ParameterizedTest
  @MethodSource("pools")
  void oneDnnAndBuiltInPoolsAreTheMaximumOrMeanOfTheDefinition(Case one) {
    Network network = one.network();
    Pool pool = (Pool) network.layers().get(0);
    LayerShape in = network.nodes().get(0).input();
    float[] x = TestNetworks.values(one.batch() * in.size(), 1, 1);
    float[] e = TestNetworks.values(one.batch() * pool.output(in, 2).size(), 1, 4);
    WindowReference.Results expected = WindowReference.pooling(pool, in, one.batch(), x, e);
    for (String kernel : List.of(Kernels.ONEDNN, Kernels.BUILT_IN)) {
      Layer layer = layer(network, kernel);
      check(layer, in, pool.output(in, 2), one.batch(), x, e, expected, kernel);
    }
  }

  private static Layer layer(Network network, String kernel) {
    ComputationGraph graph = GraphBuilder.build(network, Optimizer.sgd(), 1).graph();
    if (kernel.equals(Kernels.ONEDNN)) {
      assertThat(Kernels.install(graph).get(0).kernel()).isEqualTo(Kernels.ONEDNN);
    }
    graph.setBackpropGradientsViewArray(Nd4j.zeros(1, graph.numParams()));
    return graph.getLayer(0);
  }

  private static void check(
      Layer layer,
      LayerShape in,
      LayerShape out,
      int n,
      float[] x,
      float[] e,
      WindowReference.Results expected,
      String kernel) {
    LayerWorkspaceMgr heap = LayerWorkspaceMgr.noWorkspaces();
    INDArray input = tensor(x, n, in.maps(), in.height(), in.width());
    layer.setInput(input, heap);
    assertClose(layer.activate(true, heap), expected.output(), kernel + " output");
    layer.setInput(input, heap);
    Pair<Gradient, INDArray> gradients =
        layer.backpropGradient(tensor(e, n, out.maps(), out.height(), out.width()), heap);
    assertClose(gradients.getSecond(), expected.input(), kernel + " input gradient");
    if (expected.weights().length > 0) {
      INDArray weights = gradients.getFirst().getGradientFor("W");
      assertClose(weights, expected.weights(), kernel + " weight gradient");
    }
    if (expected.biases().length > 0) {
      INDArray biases = gradients.getFirst().getGradientFor("b");
      assertClose(biases, expected.biases(), kernel + " bias gradient");
    }
    assertThat(failures(layer)).as("times that DL4J fell back on its own code").isZero();
  }

  @Test
  void oneDnnAndBuiltInLayersAgreeInOutputsAndGradients() {
    ImageShape images = new ImageShape(14, 11, 3);
    Network network =
        TestNetworks.of(
            images,
            4,
            "{ conv { maps = 8, kernel = 5, padding = same, activation = relu } }",
            "{ pool { type = max, size = 2 } }",
            "{ conv { maps = 6, kernel = 3, stride = 2, padding = 1, activation = tanh } }",
            "{ pool { type = average, size = 3, stride = 1, padding = same } }",
            "{ dense { units = 9, activation = sigmoid } }");
    TrainableNetwork oneDnn = GraphBuilder.build(network, Optimizer.sgd(), 3);
    TrainableNetwork builtIn = GraphBuilder.build(network, Optimizer.sgd(), 3);
    assertThat(oneDnn.parameters()).isEqualTo(builtIn.parameters());
    Kernels.install(oneDnn.graph());
    for (int n : new int[] {1, 3, 8, 3}) {
      INDArray features =
          tensor(TestNetworks.values(n * images.size(), 2, n), n, 3, images.height(), 11);
      INDArray labels = Nd4j.zeros(n, 4);
      for (int i = 0; i < n; i++) {
        labels.putScalar(i, i % 4, 1);
      }
      assertClose(
          oneDnn.graph().outputSingle(features),
          doubles(builtIn.graph().outputSingle(features)),
          "outputs");
      for (ComputationGraph graph : List.of(oneDnn.graph(), builtIn.graph())) {
        graph.setInputs(features);
        graph.setLabels(labels);
        graph.computeGradientAndScore();
      }
      assertClose(
          oneDnn.graph().getFlattenedGradients(),
          doubles(builtIn.graph().getFlattenedGradients()),
          "gradients");
      assertThat(oneDnn.graph().score()).isCloseTo(builtIn.graph().score(), within(1e-5));
    }
  }

  @Test
  void installTellsWhatRunsEachLayer() {
    Network network =
        TestNetworks.of(
            TestNetworks.GREY,
            3,
            "{ conv { maps = 2, kernel = 3 } }",
            "{ pool { type = max, size = 2 } }",
            "{ dropout { rate = 0.5 } }",
            "{ dense { units = 5 } }");
    String none = "DL4J has no oneDNN helper for this layer";
    assertThat(Kernels.install(GraphBuilder.build(network, Optimizer.sgd(), 1).graph()))
        .containsExactly(
            new Kernels.LayerKernel("conv1", "oneDNN", ""),
            new Kernels.LayerKernel("pool1", "oneDNN", ""),
            new Kernels.LayerKernel("dropout1", "built-in", none),
            new Kernels.LayerKernel("dense1", "built-in", none),
            new Kernels.LayerKernel("output", "built-in", none));
  }

  @Test
  void installTellsTheTruthOfEveryKindAndNothingOfWhatOnlyDl4jNeeds() {
    Network network =
        TestNetworks.of(
            TestNetworks.GREY,
            3,
            "{ conv { maps = 2, kernel = 2, padding = { top = 1, bottom = 0, left = 0, right = 1 } } }",
            "{ conv { maps = 2, kernel = 3, dilation = 2, padding = same } }",
            "{ depthwise-conv { multiplier = 2, kernel = 3, padding = same } }",
            "{ separable-conv { maps = 4, kernel = 3, padding = same } }",
            "{ norm { type = batch } }",
            "{ norm { type = batch, name = still } }",
            "{ norm { type = local-response } }",
            "{ residual { body = [ { activation { function = relu } } ], activation = relu } }",
            "{ pool { type = l2, size = 2 } }",
            "{ pool { type = average, size = 2 } }",
            "{ global-pool { type = average } }");
    network = NetworkReader.canonical(frozen(network, "still"), "test");
    String none = "DL4J has no oneDNN helper for this layer";
    TrainableNetwork built = GraphBuilder.build(network, Optimizer.sgd(), 1);
    assertThat(Kernels.install(built.graph()))
        .containsExactly(
            new Kernels.LayerKernel("conv1", "oneDNN", ""),
            new Kernels.LayerKernel(
                "conv2", "built-in", "DL4J's oneDNN helper fails on a convolution with dilation"),
            new Kernels.LayerKernel("depthwise-conv1", "built-in", none),
            new Kernels.LayerKernel("separable-conv1", "built-in", none),
            new Kernels.LayerKernel("norm1", "oneDNN", ""),
            new Kernels.LayerKernel("still", "oneDNN", ""),
            new Kernels.LayerKernel("norm3", "built-in", none),
            new Kernels.LayerKernel("activation1", "built-in", none),
            new Kernels.LayerKernel("residual1", "built-in", none),
            new Kernels.LayerKernel("pool1", "built-in", "DL4J's oneDNN helper has no such pool"),
            new Kernels.LayerKernel("pool2", "oneDNN", ""),
            new Kernels.LayerKernel("global-pool1", "built-in", none),
            new Kernels.LayerKernel("output", "built-in", none));
    built.learningRate(0.01);
    built
        .graph()
        .fit(
            new INDArray[] {tensor(TestNetworks.values(2 * 64, 1, 1), 2, 1, 8, 8)},
            new INDArray[] {tensor(new float[] {1, 0, 0, 0, 1, 0}, 2, 3)});
    for (String layer : List.of("conv1", "norm1", "still", "pool2")) {
      assertThat(failures(built.graph().getLayer(layer))).as(layer).isZero();
    }
  }

  private static ObjectNode frozen(Network network, String layer) {
    ObjectNode json = (ObjectNode) Json.readTree(network.toJson(), "test");
    json.putArray("frozen").add(layer);
    return json;
  }

  @Test
  void dl4jAloneUsesNoHelperAndInstallSetsThem() {
    ComputationGraph graph = GraphBuilder.build(TestNetworks.lenet(), Optimizer.sgd(), 1).graph();
    assertThat(graph.getLayer("conv1").getHelper()).isNull();
    assertThat(graph.getLayer("pool1").getHelper()).isNull();
    Kernels.install(graph);
    assertThat(graph.getLayer("conv1").getHelper()).isInstanceOf(MKLDNNConvHelper.class);
    assertThat(graph.getLayer("conv2").getHelper()).isInstanceOf(MKLDNNConvHelper.class);
    assertThat(graph.getLayer("pool1").getHelper()).isInstanceOf(MKLDNNSubsamplingHelper.class);
    assertThat(graph.getLayer("conv1").getHelper())
        .as("a helper belongs to one layer")
        .isNotSameAs(graph.getLayer("conv2").getHelper());
  }

  @Test
  void theHelpersAreUsedInTraining() throws Exception {
    ComputationGraph graph = GraphBuilder.build(TestNetworks.lenet(), Optimizer.sgd(), 1).graph();
    Kernels.install(graph);
    List<String> answered = new ArrayList<>();
    watch(graph.getLayer("conv2"), ConvolutionLayer.class, ConvolutionHelper.class, answered);
    watch(graph.getLayer("pool2"), SubsamplingLayer.class, SubsamplingHelper.class, answered);
    graph.fit(
        new INDArray[] {tensor(TestNetworks.values(2 * 64, 1, 1), 2, 1, 8, 8)},
        new INDArray[] {tensor(new float[] {1, 0, 0, 0, 1, 0}, 2, 3)});
    assertThat(answered)
        .contains(
            "ConvolutionHelper.preOutput",
            "ConvolutionHelper.backpropGradient",
            "SubsamplingHelper.backpropGradient");
    for (Layer layer : graph.getLayers()) {
      if (layer instanceof ConvolutionLayer || layer instanceof SubsamplingLayer) {
        assertThat(failures(layer)).isZero();
      }
    }
  }

  /** Notes each call that a layer's helper answers with a result. */
  private static void watch(Layer layer, Class<?> owner, Class<?> type, List<String> answered)
      throws ReflectiveOperationException {
    Field field = owner.getDeclaredField("helper");
    field.setAccessible(true);
    Object helper = field.get(layer);
    Object watched =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(helper, arguments);
                if (answer != null) {
                  answered.add(type.getSimpleName() + "." + method.getName());
                }
                return answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    field.set(layer, watched);
  }

  private static int failures(Layer layer) {
    try {
      Class<?> owner = layer.getClass();
      while (!owner.getPackageName().startsWith("org.deeplearning4j")) {
        owner = owner.getSuperclass();
      }
      Field field = owner.getDeclaredField("helperCountFail");
      field.setAccessible(true);
      return field.getInt(layer);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static INDArray tensor(float[] values, long... shape) {
    return Nd4j.create(values, shape, 'c');
  }

  private static double[] doubles(INDArray array) {
    return array.dup('c').data().asDouble();
  }

  private static void assertClose(INDArray actual, double[] expected, String what) {
    double largest = 0;
    for (double value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    assertThat(doubles(actual)).as(what).containsExactly(expected, within(TOLERANCE * largest));
  }
}

package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.PreprocessorVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What DL4J's own builders and writer make of a graph, in Convoy's language. */
class Dl4jGraphTest {
  @Test
  void residualNetworkIsTranslated() {
    GraphBuilder graph =
        graph(InputType.convolutional(32, 32, 3))
            .addLayer("stem", conv(3, 8, 1), "in")
            .addLayer("res2a_branch2a", conv(3, 16, 2), "stem")
            .addLayer("bn2a_branch2a", new BatchNormalization.Builder().build(), "res2a_branch2a")
            .addLayer("act2a", new ActivationLayer(Activation.RELU), "bn2a_branch2a")
            .addLayer("res2a_branch2b", conv(3, 16, 1), "act2a")
            .addLayer("res2a_branch1", conv(1, 16, 2), "stem")
            .addVertex("add2a", add(), "res2a_branch1", "res2a_branch2b")
            .addLayer("relu2a", new ActivationLayer(Activation.RELU), "add2a")
            .addLayer("res2b", new FrozenLayer(conv(3, 16, 1)), "relu2a")
            .addVertex("add2b", add(), "res2b", "relu2a");
    assertThat(Trees.plain(translated(closed(graph, "add2b")).definition()))
        .isEqualTo(
            Trees.of(
                """
                input { channels = 3 }
                layers = [
                  { conv { name = stem, padding = same, maps = 8, kernel = 3
                           initialisation = glorot-normal } }
                  { residual {
                      name = add2a
                      body = [
                        { conv { name = res2a-branch2a, padding = same, maps = 16, kernel = 3
                                 stride = 2, initialisation = glorot-normal } }
                        { norm { name = bn2a-branch2a, type = batch, decay = 0.9
                                 epsilon = 1e-5 } }
                        { activation { name = act2a, function = relu } }
                        { conv { name = res2a-branch2b, padding = same, maps = 16, kernel = 3
                                 initialisation = glorot-normal } }
                      ]
                      projection = [
                        { conv { name = res2a-branch1, padding = same, maps = 16, kernel = 1
                                 stride = 2, initialisation = glorot-normal } }
                      ] } }
                  { activation { name = relu2a, function = relu } }
                  { residual {
                      name = add2b
                      body = [
                        { conv { name = res2b, padding = same, maps = 16, kernel = 3
                                 initialisation = glorot-normal } }
                      ] } }
                  { global-pool { name = gap, type = average } }
                  { output { name = out, initialisation = glorot-normal } }
                ]
                frozen = [ res2b ]
                """));
  }

  @Test
  void inceptionIsTranslated() {
    GraphBuilder graph =
        graph(InputType.convolutionalFlat(28, 28, 1))
            .addLayer("b1", conv(1, 4, 1), "in")
            .addLayer("b3_reduce", conv(1, 2, 1), "in")
            .addLayer("b3", conv(3, 4, 1), "b3_reduce")
            .addLayer(
                "pool",
                new SubsamplingLayer.Builder(PoolingType.AVG).kernelSize(3, 3).stride(1, 1).build(),
                "in")
            .addLayer("pool_proj", conv(1, 4, 1), "pool")
            .addVertex("depthcat", new MergeVertex(), "b1", "b3", "pool_proj");
    assertThat(Trees.plain(translated(closed(graph, "depthcat")).definition()))
        .isEqualTo(
            Trees.of(
                """
                input { height = 28, width = 28, channels = 1 }
                conv { padding = same, kernel = 1, initialisation = glorot-normal }
                layers = [
                  { inception {
                      name = depthcat
                      branches = [
                        [ { conv = ${conv} { name = b1, maps = 4 } } ]
                        [ { conv = ${conv} { name = b3-reduce, maps = 2 } }
                          { conv = ${conv} { name = b3, maps = 4, kernel = 3 } } ]
                        [ { pool { name = pool, type = average, padding = same, size = 3
                                   stride = 1 } }
                          { conv = ${conv} { name = pool-proj, maps = 4 } } ]
                      ] } }
                  { global-pool { name = gap, type = average } }
                  { output { name = out, initialisation = glorot-normal } }
                ]
                """));
  }

  @Test
  void sumOfThreeIsAResidualWithinAResidual() {
    GraphBuilder graph =
        graph(InputType.convolutional(8, 8, 1))
            .addLayer("stem", conv(3, 4, 1), "in")
            .addLayer("a", conv(3, 4, 1), "stem")
            .addLayer("b", conv(3, 4, 1), "stem")
            .addVertex("sum", add(), "stem", "a", "b");
    assertThat(Trees.plain(translated(closed(graph, "sum")).definition()).get("layers").get(1))
        .isEqualTo(
            Trees.of(
                """
                residual {
                  name = sum
                  body = [ { conv { name = a, padding = same, maps = 4, kernel = 3
                                    initialisation = glorot-normal } } ]
                  projection = [ { residual { name = sum-2, body = [
                    { conv { name = b, padding = same, maps = 4, kernel = 3
                             initialisation = glorot-normal } } ] } } ]
                }
                """));
  }

  @Test
  void preprocessorOnItsOwnFlattens() {
    GraphBuilder graph =
        graph(InputType.convolutional(8, 8, 3))
            .addLayer("conv", conv(3, 4, 1), "in")
            .addVertex(
                "flat", new PreprocessorVertex(new CnnToFeedForwardPreProcessor(8, 8, 4)), "conv")
            .addLayer("dense", new DenseLayer.Builder().nIn(256).nOut(5).build(), "flat")
            .addLayer("out", output(), "dense")
            .setOutputs("out");
    assertThat(translated(graph.build().toJson()).definition().get("layers").findParents("name"))
        .extracting(Json::line)
        .contains("{\"name\":\"flat\"}");
  }

  @Test
  void verticesThatConvoyLacksAreAllNamed() {
    GraphBuilder graph =
        graph(InputType.convolutional(8, 8, 3))
            .addLayer("conv", conv(3, 4, 1), "in")
            .addVertex("half", new ScaleVertex(0.5), "conv")
            .addVertex("max", new ElementWiseVertex(ElementWiseVertex.Op.Max), "half", "conv")
            .addLayer("bad", conv(3, 4, 1, Activation.MISH), "max");
    assertThat(refusal(closed(graph, "bad")).lines())
        .hasSize(4)
        .contains(
            "  vertex half: @class = \"org.deeplearning4j.nn.conf.graph.ScaleVertex\": Convoy reads"
                + " LayerVertex, PreprocessorVertex, MergeVertex and ElementWiseVertex: build the"
                + " network without this vertex",
            "  vertex max: op = \"Max\": Convoy has Add only, as residual")
        .anyMatch(line -> line.startsWith("  layer bad (ConvolutionLayer): activationFn = "));
  }

  @Test
  void graphThatIsNotNestedIsRefused() {
    GraphBuilder graph =
        graph(InputType.convolutional(8, 8, 3))
            .addLayer("a", conv(3, 4, 1), "in")
            .addLayer("b", conv(3, 4, 1), "in")
            .addLayer("c", conv(3, 4, 1), "a")
            .addVertex("cross", new MergeVertex(), "b", "c")
            .addLayer("d", conv(3, 4, 1), "a")
            .addVertex("end", new MergeVertex(), "cross", "d");
    assertThat(refusal(closed(graph, "end")))
        .isEqualTo(
            "Cannot translate graph.json: vertex cross: its branches begin at different"
                + " layers (in, a): in Convoy, all branches of a block lead from one layer to"
                + " one join, and blocks are nested");
  }

  @Test
  void layerThatIsFrozenAsVertexIsNotTakenForOneThatTrains() {
    LayerVertex vertex =
        new LayerVertex(new NeuralNetConfiguration.Builder().layer(conv(3, 4, 1)).build(), null);
    GraphBuilder graph =
        graph(InputType.convolutional(8, 8, 3)).addVertex("still", new FrozenVertex(vertex), "in");
    assertThat(refusal(closed(graph, "still")))
        .contains("vertex still: Convoy reads layers frozen as FrozenLayer");
  }

  @Test
  void networkHasOneInputAndOneOutput() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("left", "right")
            .setInputTypes(InputType.feedForward(3), InputType.feedForward(3))
            .addVertex("m", new MergeVertex(), "left", "right")
            .addLayer("out", output(), "m")
            .setOutputs("out");
    assertThat(refusal(graph.build().toJson()))
        .isEqualTo(
            "Cannot translate graph.json: networkInputs = [\"left\",\"right\"]: Convoy's networks"
                + " have one input and one output");
  }

  private static GraphBuilder graph(InputType images) {
    return new NeuralNetConfiguration.Builder()
        .activation(Activation.IDENTITY)
        .convolutionMode(ConvolutionMode.Same)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(images);
  }

  private static String closed(GraphBuilder graph, String last) {
    return graph
        .addLayer("gap", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), last)
        .addLayer("out", output(), "gap")
        .setOutputs("out")
        .build()
        .toJson();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.NEGATIVELOGLIKELIHOOD)
        .nOut(10)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static ElementWiseVertex add() {
    return new ElementWiseVertex(ElementWiseVertex.Op.Add);
  }

  private static ConvolutionLayer conv(int kernel, int maps, int stride) {
    return conv(kernel, maps, stride, Activation.IDENTITY);
  }

  private static ConvolutionLayer conv(int kernel, int maps, int stride, Activation activation) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .nOut(maps)
        .stride(stride, stride)
        .activation(activation)
        .build();
  }

  private static Translation translated(String json) {
    return Dl4jConfiguration.definition(Json.readTree(json, "test"), "graph.json");
  }

  private static String refusal(String json) {
    InvalidRequestException[] caught = new InvalidRequestException[1];
    assertThatThrownBy(() -> translated(json))
        .isInstanceOfSatisfying(InvalidRequestException.class, e -> caught[0] = e);
    return caught[0].getMessage();
  }
}

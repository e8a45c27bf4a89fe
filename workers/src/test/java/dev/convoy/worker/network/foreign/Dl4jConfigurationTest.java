package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.util.regex.Matcher;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
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
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What DL4J's own builders and writer make of a list of layers, in Convoy's language. */
class Dl4jConfigurationTest {
  private static final InputType COLOUR = InputType.convolutional(32, 32, 3);

  @Test
  void everyKindOfLayerIsTranslated() {
    Translation network =
        translated(
            new NeuralNetConfiguration.Builder()
                .updater(new Adam(1e-3))
                .l2(1e-4)
                .activation(Activation.RELU)
                .convolutionMode(ConvolutionMode.Truncate)
                .list()
                .layer(new ZeroPaddingLayer(1, 2, 3, 4))
                .layer(
                    new ConvolutionLayer.Builder(5, 3)
                        .name("conv1_1")
                        .nOut(8)
                        .stride(2, 1)
                        .padding(1, 0)
                        .weightInit(WeightInit.RELU)
                        .build())
                .layer(new LocalResponseNormalization.Builder().n(3).alpha(1e-3).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(3, 3)
                        .stride(2, 2)
                        .padding(1, 1)
                        .build())
                .layer(
                    new DepthwiseConvolution2D.Builder(3, 3)
                        .depthMultiplier(2)
                        .convolutionMode(ConvolutionMode.Same)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization.Builder().decay(0.95).eps(1e-3).build())
                .layer(new ActivationLayer(Activation.RELU6))
                .layer(
                    new SeparableConvolution2D.Builder(3, 3)
                        .nOut(12)
                        .dilation(2, 2)
                        .activation(Activation.SWISH)
                        .build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.PNORM)
                        .pnorm(3)
                        .kernelSize(3, 3)
                        .stride(2, 2)
                        .convolutionMode(ConvolutionMode.Strict)
                        .build())
                .layer(new DropoutLayer(0.7))
                .layer(
                    new DenseLayer.Builder()
                        .nOut(20)
                        .dropOut(0.9)
                        .activation(new ActivationLReLU(0.01))
                        .weightInit(WeightInit.ZERO)
                        .build())
                .layer(output().build())
                .setInputType(COLOUR)
                .build()
                .toJson());
    assertThat(network.labels()).isEqualTo(10);
    assertThat(Trees.plain(network.definition()))
        .isEqualTo(
            Trees.of(
                """
                input { channels = 3 }
                layers = [
                  { conv { name = conv1-1, padding { top = 2, bottom = 3, left = 3, right = 4 }
                           maps = 8, kernel = [5, 3], stride = [2, 1], activation = relu
                           initialisation = he-normal } }
                  { norm { name = layer2, type = local-response, size = 3, alpha = 0.001
                           beta = 0.75, k = 2 } }
                  { pool { name = layer3, type = max, padding = 1, size = 3, stride = 2 } }
                  { depthwise-conv { name = layer4, padding = same, multiplier = 2, kernel = 3
                                     bias = false, initialisation = glorot-normal } }
                  { norm { name = layer5, type = batch, decay = 0.95, epsilon = 0.001 } }
                  { activation { name = layer6, function = relu6 } }
                  { separable-conv { name = layer7, maps = 12, kernel = 3, dilation = 2
                                     activation = swish, initialisation = glorot-normal } }
                  { pool { name = layer8, type = l2, exponent = 3, size = 3, stride = 2 } }
                  { dropout { name = layer9, rate = 0.3 } }
                  { dropout { name = layer10-dropout, rate = 0.1 } }
                  { dense { name = layer10, units = 20, activation = leaky-relu
                            initialisation = zero } }
                  { output { name = layer11, initialisation = glorot-normal } }
                ]
                """));
  }

  @Test
  void flatImagesGiveTheInput() {
    Translation network =
        translated(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(output().build())
                .setInputType(InputType.convolutionalFlat(28, 20, 1))
                .build()
                .toJson());
    assertThat(network.definition().get("input"))
        .isEqualTo(Trees.of("height = 28, width = 20, channels = 1"));
  }

  @Test
  void frozenLayersAreNamedAndLoseTheirDropout() {
    Translation network =
        translated(
            list(
                new FrozenLayer(new ConvolutionLayer.Builder(3, 3).nOut(4).dropOut(0.5).build()),
                new FrozenLayer(new BatchNormalization.Builder().build()),
                new FrozenLayer(new SubsamplingLayer.Builder().build())));
    assertThat(network.definition().get("frozen"))
        .isEqualTo(Trees.of("a = [layer0, layer1]").get("a"));
    assertThat(Json.line(network.definition())).doesNotContain("dropout");
  }

  @Test
  void dropoutThatDl4jIgnoresIsLeftOut() {
    Translation network =
        translated(
            new NeuralNetConfiguration.Builder()
                .dropOut(0.5)
                .list()
                .layer(new SubsamplingLayer.Builder().build())
                .layer(new BatchNormalization.Builder().build())
                .layer(output().build())
                .setInputType(COLOUR)
                .build()
                .toJson());
    assertThat(Json.line(network.definition())).containsOnlyOnce("\"rate\":0.5");
  }

  @Test
  void regularisationStaysWithTheRunUnlessLayersDiffer() {
    Layer plain = new DenseLayer.Builder().name("plain").nOut(5).l2(0).build();
    Layer other = new DenseLayer.Builder().name("other").nOut(5).l2(0.01).build();
    NeuralNetConfiguration.Builder run = new NeuralNetConfiguration.Builder().l1(0.1).l2(0.001);
    String same = run.list().layer(output().build()).setInputType(COLOUR).build().toJson();
    assertThat(Json.line(translated(same).definition())).doesNotContain("l2");
    JsonNode layers = translated(list(plain, other)).definition().get("layers");
    assertThat(layers.findValuesAsText("l2")).containsExactly("0.0", "0.01", "0.0");
    Layer first = new DenseLayer.Builder().name("first").nOut(5).l1(0.5).build();
    assertThat(refusal(list(first)))
        .startsWith(
            "Cannot translate net.json: layer first (DenseLayer): regularisation [{\"@class\":")
        .endsWith(": layers may differ in their l2 only; give all layers the same, or l2");
  }

  @Test
  void zerosBeforeMaxPoolingCountOnlyWhereNothingIsNegative() {
    Layer pool = new SubsamplingLayer.Builder().kernelSize(3, 3).stride(2, 2).build();
    Layer zeros = new ZeroPaddingLayer.Builder(1, 1).name("zeros").build();
    JsonNode layers =
        translated(list(new ActivationLayer(Activation.RELU), zeros, pool))
            .definition()
            .get("layers");
    assertThat(Trees.plain(layers.get(1)))
        .isEqualTo(
            Trees.of("pool { name = layer2, type = max, padding = 1, size = 3, stride = 2 }"));
    assertThat(refusal(list(new ActivationLayer(Activation.TANH), zeros, pool)))
        .isEqualTo(
            "Cannot translate net.json: layer zeros (ZeroPaddingLayer): zeros are taken over only"
                + " as the padding of the convolution that follows, or of a max pooling after relu"
                + " with as many zeros on opposite sides");
  }

  @Test
  void allFaultsAreToldTogether() {
    Layer same =
        new ConvolutionLayer.Builder(3, 3)
            .name("c1")
            .nOut(4)
            .activation(Activation.RATIONALTANH)
            .weightInit(WeightInit.LECUN_UNIFORM)
            .convolutionMode(ConvolutionMode.Same)
            .biasInit(1)
            .build();
    Layer up = new Upsampling2D.Builder().name("up").size(2).build();
    Layer sum = new GlobalPoolingLayer.Builder(PoolingType.SUM).name("sum").build();
    assertThat(refusal(list(same, up, sum)).lines())
        .containsExactly(
            "Cannot translate net.json: 5 problems",
            "  layer c1 (ConvolutionLayer): activationFn = ActivationRationalTanh: Convoy has elu,"
                + " identity, leaky-relu, relu, relu6, sigmoid, softplus, swish, tanh",
            "  layer c1 (ConvolutionLayer): biasInit = 1.0: Convoy starts with a bias of 0",
            "  layer c1 (ConvolutionLayer): weightInitFn = WeightInitLecunUniform: Convoy has XAVIER,"
                + " XAVIER_UNIFORM, RELU, RELU_UNIFORM, LECUN_NORMAL and ZERO",
            "  layer up (Upsampling2D): @class ="
                + " \"org.deeplearning4j.nn.conf.layers.Upsampling2D\": Convoy does not know this"
                + " layer: build the network from ConvolutionLayer, Convolution2D,"
                + " DepthwiseConvolution2D, SeparableConvolution2D, SubsamplingLayer, Pooling2D,"
                + " GlobalPoolingLayer, BatchNormalization, LocalResponseNormalization,"
                + " ActivationLayer, DropoutLayer, ZeroPaddingLayer, DenseLayer, OutputLayer",
            "  layer sum (GlobalPoolingLayer): poolingType = \"SUM\": Convoy pools by MAX, AVG or"
                + " PNORM");
  }

  @Test
  void classThatAFileNamesIsNotLoaded() {
    String trap = Trap.class.getName();
    String json = list(new DenseLayer.Builder().name("d").nOut(3).build());
    String layer = json.replaceFirst("org.deeplearning4j.nn.conf.layers.DenseLayer", quoted(trap));
    assertThat(refusal(layer))
        .startsWith("Cannot translate net.json: layer d: @class = \"" + trap)
        .contains("Convoy does not know this layer");
    String activation =
        json.replaceFirst("org.nd4j.linalg.activations.impl.ActivationSigmoid", quoted(trap));
    assertThat(refusal(activation))
        .startsWith("Cannot translate net.json: layer d (DenseLayer): activationFn = ")
        .contains("Convoy has elu, identity");
    String foreign =
        json.replaceFirst("org.deeplearning4j.nn.conf.layers.DenseLayer", "evil.DenseLayer");
    assertThat(refusal(foreign)).contains("@class = \"evil.DenseLayer\": Convoy does not know");
    assertThat(System.getProperty(Trap.SPRUNG)).isNull();
  }

  /** Tells when it is initialised. */
  static final class Trap {
    static final String SPRUNG = "dl4j-configuration-test.sprung";

    static {
      System.setProperty(SPRUNG, "true");
    }
  }

  @Test
  void unknownSettingIsRefused() {
    String json =
        list(new DenseLayer.Builder().name("d").nOut(3).build())
            .replaceFirst("\"hasBias\"", "\"spin\" : 0.5, \"hasBias\"");
    assertThat(refusal(json))
        .isEqualTo(
            "Cannot translate net.json: layer d (DenseLayer): spin = 0.5: Convoy does not know this"
                + " setting: remove it if it changes nothing");
  }

  @Test
  void outputMustBeSoftmaxWithCrossEntropyAtTheEnd() {
    Layer squares =
        new OutputLayer.Builder(LossFunction.MSE)
            .name("out")
            .nOut(3)
            .hasBias(false)
            .activation(Activation.SIGMOID)
            .build();
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(squares)
            .setInputType(COLOUR)
            .validateOutputLayerConfig(false)
            .build()
            .toJson();
    assertThat(refusal(json))
        .contains(
            "layer out (OutputLayer): activationFn = ActivationSigmoid: Convoy's output is a soft")
        .contains("hasBias = false: Convoy's output layer has a bias: set it to true")
        .contains(": Convoy's loss is MCXENT, the cross-entropy of many classes");
    String open =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new DenseLayer.Builder().nOut(3).build())
            .setInputType(COLOUR)
            .build()
            .toJson();
    assertThat(refusal(open))
        .isEqualTo(
            "Cannot translate net.json: layer layer0 (DenseLayer): the last layer must be an"
                + " OutputLayer with softmax and MCXENT");
  }

  @Test
  void imagesHaveOneChannelOrThree() {
    String json =
        new NeuralNetConfiguration.Builder()
            .list()
            .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
            .layer(output().build())
            .setInputType(InputType.convolutional(8, 8, 4))
            .build()
            .toJson();
    assertThat(refusal(json))
        .isEqualTo(
            "Cannot translate net.json: input: 4 channels: Convoy's images have 1 (grey) or 3");
  }

  @Test
  void otherJsonIsNoConfiguration() {
    assertThat(refusal("{\"a\": 1}"))
        .isEqualTo(
            "Cannot translate net.json: it is not a DL4J configuration, which has confs, or"
                + " vertices"
                + " and vertexInputs: write one with toJson()");
    assertThat(Dl4jConfiguration.matches(Json.readTree("[]", "test"))).isFalse();
    assertThat(refusal("{\"confs\": []}")).contains("confs: holds no layers");
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  private static OutputLayer.Builder output() {
    return new OutputLayer.Builder(LossFunction.MCXENT).nOut(10).activation(Activation.SOFTMAX);
  }

  private static String list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list = new NeuralNetConfiguration.Builder().list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.layer(output().build()).setInputType(COLOUR).build().toJson();
  }

  private static Translation translated(String json) {
    return Dl4jConfiguration.definition(Json.readTree(json, "test"), "net.json");
  }

  private static String refusal(String json) {
    JsonNode tree = Json.readTree(json, "test");
    InvalidRequestException[] caught = new InvalidRequestException[1];
    assertThatThrownBy(() -> Dl4jConfiguration.definition(tree, "net.json"))
        .isInstanceOfSatisfying(InvalidRequestException.class, e -> caught[0] = e);
    return caught[0].getMessage();
  }
}

package dev.convoy.worker.network.foreign;

import static dev.convoy.worker.network.foreign.KerasModels.batchNormalization;
import static dev.convoy.worker.network.foreign.KerasModels.conv;
import static dev.convoy.worker.network.foreign.KerasModels.dense;
import static dev.convoy.worker.network.foreign.KerasModels.functional;
import static dev.convoy.worker.network.foreign.KerasModels.inbound;
import static dev.convoy.worker.network.foreign.KerasModels.layer;
import static dev.convoy.worker.network.foreign.KerasModels.pool;
import static dev.convoy.worker.network.foreign.KerasModels.sequential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import org.junit.jupiter.api.Test;

/** What Keras has and Convoy does not, and what is said about it. */
class KerasRefusalTest {
  private static final String IMAGES = "[null, 32, 24, 3]";
  private static final String GAP = layer("GlobalAveragePooling2D", "gap", "");
  private static final String OUT = dense("out", 3, "softmax");

  @Test
  void unknownLayerIsRefusedWithARemedy() {
    refused(
        layer("SpatialDropout2D", "sd", "\"rate\": 0.5"),
        "layer sd (SpatialDropout2D): Convoy drops single values: use Dropout");
    refused(
        layer("Rescaling", "r", "\"scale\": 0.004, \"offset\": 0.0"),
        "layer r (Rescaling): leave it out: Convoy normalises images by the mean and deviation of"
            + " the dataset");
    refused(
        layer("Lambda", "l", "\"function\": \"os.system\""),
        "layer l (Lambda): Convoy does not know this layer: build the model from Conv2D,"
            + " Convolution2D, DepthwiseConv2D, SeparableConv2D, SeparableConvolution2D,"
            + " MaxPooling2D, AveragePooling2D, GlobalMaxPooling2D, GlobalAveragePooling2D,"
            + " BatchNormalization, Activation, ReLU, LeakyReLU, ELU, Softmax, Dropout, Flatten,"
            + " Dense, ZeroPadding2D, Add, Concatenate");
  }

  @Test
  void settingsThatConvoyLacksAreRefused() {
    String conv = conv("c", 4, 3, "valid", "relu");
    refused(
        conv.replace("\"groups\": 1", "\"groups\": 2"),
        "layer c (Conv2D): groups = 2: Convoy has conv and depthwise-conv, no groups");
    refused(
        conv.replace("valid", "causal"),
        "layer c (Conv2D): padding = \"causal\": Convoy has valid and same");
    refused(
        conv.replace("relu", "gelu"),
        "layer c (Conv2D): activation = \"gelu\": Convoy has elu, linear, relu, relu6, sigmoid,"
            + " silu, softmax, softplus, swish, tanh");
    refused(
        conv.replace("[3, 3]", "[3]"),
        "layer c (Conv2D): kernel_size = [3]: must be [rows, columns], each at least 1");
    refused(conv.replace("\"filters\": 4, ", ""), "layer c (Conv2D): filters is missing");
    refused(
        conv.replace("\"groups\": 1", "\"groups\": 1, \"spin\": 1"),
        "layer c (Conv2D): spin = 1: Convoy does not know this setting: remove it if it changes"
            + " nothing");
    refused(
        batchNormalization("b").replace("\"scale\": true", "\"scale\": false"),
        "layer b (BatchNormalization): scale = false: Convoy's normalisation has scale and shift:"
            + " set center and scale to true");
    refused(
        batchNormalization("b").replace("[3]", "[1]"),
        "layer b (BatchNormalization): axis = [1]: Convoy normalises each channel: axis 3");
    refused(
        layer("LeakyReLU", "l", "\"alpha\": 0.3"),
        "layer l (LeakyReLU): alpha = 0.3: Convoy's leaky-relu has a slope of 0.01");
    refused(
        layer("ReLU", "r", "\"max_value\": 4.0"),
        "layer r (ReLU): max_value = 4.0: Convoy has relu, and relu6 with a max_value of 6 and no"
            + " slope");
    refused(
        layer("GlobalMaxPooling2D", "g", "\"keepdims\": true"),
        "layer g (GlobalMaxPooling2D): keepdims = true: Convoy puts out a flat vector: set it to"
            + " false");
  }

  @Test
  void softmaxStandsAtTheEnd() {
    refused(
        conv("c", 4, 3, "valid", "softmax").replace("\"c\"", "\"c1\""),
        "layer c1 (Conv2D): Convoy has a softmax after the last Dense only",
        true);
    assertThat(refusal(sequential(IMAGES, GAP, dense("out", 1, "sigmoid"))))
        .isEqualTo(
            "Cannot translate model.h5: the last layer: must be a Dense with the activation"
                + " softmax, one unit for each label");
    assertThat(
            refusal(
                sequential(IMAGES, GAP, OUT.replace("\"use_bias\": true", "\"use_bias\": false"))))
        .isEqualTo(
            "Cannot translate model.h5: layer out: use_bias = false: Convoy's output layer has a"
                + " bias");
  }

  @Test
  void denseOverPixelsIsRefused() {
    assertThat(refusal(sequential(IMAGES, dense("d", 4, "relu"), GAP, OUT)))
        .isEqualTo(
            "Cannot translate model.h5: layer d (Dense): Keras applies it to every pixel: put a"
                + " Flatten or a global pooling before it, or write it as a Conv2D with kernel_size"
                + " 1");
  }

  @Test
  void zerosWithoutAConvolutionAreRefused() {
    String zeros = layer("ZeroPadding2D", "z", "\"padding\": [[1, 1], [1, 1]]");
    assertThat(refusal(sequential(IMAGES, zeros, pool("MaxPooling2D", "p", 2, "valid"), GAP, OUT)))
        .isEqualTo(
            "Cannot translate model.h5: layer z (ZeroPadding2D): zeros are taken over only as the"
                + " padding of the convolution that follows, or of a max pooling after relu with as"
                + " many zeros on opposite sides");
    assertThat(refusal(sequential(IMAGES, zeros, conv("c", 4, 3, "same", "relu"), GAP, OUT)))
        .isEqualTo(
            "Cannot translate model.h5: layer c (Conv2D): padding same after zero padding: write"
                + " both as one padding of the layer");
  }

  @Test
  void sharedLayerIsRefusedTogetherWithTheFaultsOfOthers() {
    String twice =
        inbound(conv("shared", 3, 3, "same", "gelu"), "input_1")
            .replace("]]]", "]], [[\"shared\", 0, 0, {}]]]");
    assertThat(
            refusal(functional("out", twice, inbound(GAP, "shared"), inbound(OUT, "gap"))).lines())
        .containsExactly(
            "Cannot translate model.h5: 2 problems",
            "  layer shared: is used 2 times: Convoy's layers share no weights",
            "  layer shared (Conv2D): activation = \"gelu\": Convoy has elu, linear, relu, relu6,"
                + " sigmoid, silu, softmax, softplus, swish, tanh");
  }

  @Test
  void otherJoinsAreRefused() {
    String left = inbound(conv("left", 3, 3, "same", "relu"), "input_1");
    String multiply = inbound(layer("Multiply", "m", ""), "left", "input_1");
    assertThat(refusal(functional("out", left, multiply, inbound(GAP, "m"), inbound(OUT, "gap"))))
        .startsWith(
            "Cannot translate model.h5: layer m (Multiply): Convoy does not know this layer: build"
                + " the model from Conv2D")
        .endsWith("Add, Concatenate");
  }

  @Test
  void joinAlongAnotherAxisIsRefused() {
    String left = inbound(conv("left", 3, 3, "same", "relu"), "input_1");
    String cat = inbound(layer("Concatenate", "cat", "\"axis\": 1"), "left", "input_1");
    assertThat(refusal(functional("out", left, cat, inbound(GAP, "cat"), inbound(OUT, "gap"))))
        .isEqualTo(
            "Cannot translate model.h5: layer cat (Concatenate): axis = 1: Convoy joins maps along"
                + " the channels: axis 3");
  }

  @Test
  void modelsOfOtherThanImagesAreRefused() {
    assertThat(refusal(sequential("[null, 784]", GAP, OUT)))
        .isEqualTo(
            "Cannot translate model.h5: input shape [null,784]: Convoy's networks take images:"
                + " [batch, height, width, channels]");
    assertThat(refusal(sequential("[null, 8, 8, 4]", GAP, OUT)))
        .isEqualTo(
            "Cannot translate model.h5: input shape [null,8,8,4]: images have 1 channel (grey) or"
                + " 3");
    assertThat(refusal("{\"class_name\": \"MyModel\", \"config\": {}}"))
        .isEqualTo(
            "Cannot translate model.h5: it is not a Keras model, whose class_name is Sequential,"
                + " Functional or Model: build the model with layers or with inputs and outputs");
    assertThat(refusal("{\"class_name\": \"Sequential\", \"config\": {\"layers\": []}}"))
        .contains("layers: the model has none");
  }

  private static void refused(String layer, String fault) {
    refused(layer, fault, false);
  }

  private static void refused(String layer, String fault, boolean amongOthers) {
    String flat = layer("Flatten", "flatten", "");
    boolean pools = layer.contains("GlobalMaxPooling2D");
    String message =
        refusal(pools ? sequential(IMAGES, layer, OUT) : sequential(IMAGES, layer, flat, OUT));
    if (amongOthers) {
      assertThat(message).contains(fault);
    } else {
      assertThat(message).isEqualTo("Cannot translate model.h5: " + fault);
    }
  }

  private static String refusal(String json) {
    InvalidRequestException[] caught = new InvalidRequestException[1];
    assertThatThrownBy(() -> KerasConfiguration.definition(Json.readTree(json, "test"), "model.h5"))
        .isInstanceOfSatisfying(InvalidRequestException.class, e -> caught[0] = e);
    return caught[0].getMessage();
  }
}

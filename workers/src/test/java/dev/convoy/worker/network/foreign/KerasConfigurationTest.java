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

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keras' configurations in Convoy's language. */
class KerasConfigurationTest {
  private static final String IMAGES = "[null, 32, 24, 3]";
  private static final String GAP =
      layer("GlobalAveragePooling2D", "gap", "\"data_format\": \"channels_last\"");

  @Test
  void sequentialModelIsTranslated() {
    Translation network =
        translated(
            sequential(
                IMAGES,
                layer("ZeroPadding2D", "pad", "\"padding\": [[0, 1], [2, 1]]"),
                conv("conv_1", 8, 3, "valid", "relu"),
                pool("MaxPooling2D", "pool_1", 2, "valid"),
                batchNormalization("bn"),
                layer("LeakyReLU", "leaky", "\"alpha\": 0.009999999776482582"),
                layer("ELU", "elu", "\"alpha\": 1.0"),
                pool("AveragePooling2D", "pool_2", 3, "same"),
                layer("Dropout", "drop", "\"rate\": 0.25, \"noise_shape\": null, \"seed\": null"),
                layer("Flatten", "flatten", "\"data_format\": \"channels_last\""),
                dense("fc", 64, "tanh"),
                dense("predictions", 7, "softmax")));
    assertThat(network.labels()).isEqualTo(7);
    assertThat(Trees.plain(network.definition()))
        .isEqualTo(
            Trees.of(
                """
                input { height = 32, width = 24, channels = 3 }
                layers = [
                  { conv { name = conv-1, padding { top = 0, bottom = 1, left = 2, right = 1 }
                           maps = 8, kernel = 3, activation = relu
                           initialisation = glorot-uniform } }
                  { pool { name = pool-1, type = max, size = 2 } }
                  { norm { name = bn, type = batch, decay = 0.99, epsilon = 0.001 } }
                  { activation { name = leaky, function = leaky-relu } }
                  { activation { name = elu, function = elu } }
                  { pool { name = pool-2, type = average, padding = same, size = 3, stride = 2 } }
                  { dropout { name = drop, rate = 0.25 } }
                  { flatten { name = flatten } }
                  { dense { name = fc, units = 64, activation = tanh
                            initialisation = glorot-uniform } }
                  { output { name = predictions, initialisation = glorot-uniform } }
                ]
                """));
  }

  @Test
  void functionalModelIsFolded() {
    Translation network =
        translated(
            functional(
                "probabilities",
                inbound(conv("stem", 8, 3, "same", "linear"), "input_1"),
                inbound(conv("a", 8, 3, "same", "linear"), "stem"),
                inbound(layer("Add", "add", ""), "a", "stem"),
                inbound(
                    layer(
                        "ReLU",
                        "relu",
                        "\"max_value\": 6.0, \"negative_slope\": 0.0, \"threshold\": 0.0"),
                    "add"),
                inbound(conv("left", 4, 1, "same", "linear"), "relu"),
                inbound(conv("right", 4, 3, "same", "swish"), "relu"),
                inbound(layer("Concatenate", "cat", "\"axis\": -1"), "left", "right"),
                inbound(GAP, "cat"),
                inbound(dense("logits", 5, "linear"), "gap"),
                inbound(
                    layer("Activation", "probabilities", "\"activation\": \"softmax\""),
                    "logits")));
    assertThat(network.labels()).isEqualTo(5);
    assertThat(Trees.plain(network.definition()))
        .isEqualTo(
            Trees.of(
                """
                input { height = any, width = any, channels = 3 }
                conv { padding = same, kernel = 3, initialisation = glorot-uniform }
                layers = [
                  { conv = ${conv} { name = stem, maps = 8 } }
                  { residual { name = add, body = [ { conv = ${conv} { name = a, maps = 8 } } ] } }
                  { activation { name = relu, function = relu6 } }
                  { inception { name = cat, branches = [
                      [ { conv = ${conv} { name = left, maps = 4, kernel = 1 } } ]
                      [ { conv = ${conv} { name = right, maps = 4, activation = swish } } ]
                  ] } }
                  { global-pool { name = gap, type = average } }
                  { output { name = logits, initialisation = glorot-uniform } }
                ]
                """));
  }

  @Test
  void depthwiseAndSeparableConvolutionsAreTranslated() {
    String initializer = "{\"class_name\": \"HeNormal\", \"config\": {\"seed\": null}}";
    String depthwise =
        layer(
            "DepthwiseConv2D",
            "dw",
            """
            "kernel_size": [3, 3], "strides": [2, 2], "padding": "same", "depth_multiplier": 2,
            "data_format": "channels_last", "dilation_rate": [1, 1], "activation": "linear",
            "use_bias": false, "depthwise_initializer": %s, "depthwise_regularizer": null,
            "depthwise_constraint": null, "bias_initializer": {"class_name": "Zeros"}
            """
                .formatted(initializer));
    String separable =
        layer(
            "SeparableConv2D",
            "sep",
            """
            "filters": 16, "kernel_size": [3, 5], "strides": [1, 1], "padding": "valid",
            "groups": 1, "depth_multiplier": 1, "dilation_rate": [1, 1], "activation": "relu",
            "use_bias": true, "depthwise_initializer": %s, "pointwise_initializer": %s,
            "kernel_initializer": {"class_name": "GlorotUniform"}, "kernel_regularizer": null
            """
                .formatted(initializer, initializer));
    JsonNode layers =
        translated(sequential(IMAGES, depthwise, separable, GAP, dense("out", 3, "softmax")))
            .definition()
            .get("layers");
    assertThat(Trees.plain(layers.get(0)))
        .isEqualTo(
            Trees.of(
                "depthwise-conv { name = dw, padding = same, multiplier = 2, kernel = 3,"
                    + " stride = 2, bias = false, initialisation = he-normal }"));
    assertThat(Trees.plain(layers.get(1)))
        .isEqualTo(
            Trees.of(
                "separable-conv { name = sep, maps = 16, kernel = [3, 5], activation = relu,"
                    + " initialisation = he-normal }"));
  }

  @Test
  void modelWithinAModelIsWrittenAsItsLayers() {
    String base =
        functional(
                "relu",
                inbound(conv("conv", 8, 3, "same", "linear"), "input_1"),
                inbound(batchNormalization("bn"), "conv"),
                inbound(layer("ReLU", "relu", "\"max_value\": null"), "bn"))
            .replace("\"trainable\": true", "\"trainable\": false");
    JsonNode definition =
        translated(sequential(IMAGES, base, GAP, dense("conv", 3, "softmax"))).definition();
    assertThat(definition.get("layers").findValuesAsText("name"))
        .containsExactly("conv", "bn", "relu", "gap", "conv-2");
    assertThat(definition.get("frozen")).isEqualTo(Trees.of("f = [conv, bn]").get("f"));
  }

  @Test
  void keras3FilesAreReadToo() {
    String history =
        """
        {"class_name": "__keras_tensor__", "config": {"shape": [null, 8, 8, 3],
         "dtype": "float32", "keras_history": ["%s", 0, 0]}}
        """;
    String conv =
        conv("conv", 3, 3, "same", "relu")
            .replace(
                "\"dtype\": \"float32\"",
                "\"dtype\": {\"module\": \"keras\", \"class_name\": \"DTypePolicy\"}");
    String model =
        """
        {"class_name": "Functional", "config": {"name": "model", "trainable": true, "layers": [
          {"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape":
           [null, 8, 8, 3], "name": "in"}, "name": "in", "inbound_nodes": []},
          %s, "name": "conv", "inbound_nodes": [{"args": [%s], "kwargs": {}}]},
          %s, "name": "add", "inbound_nodes": [{"args": [[%s, %s]], "kwargs": {}}]},
          %s, "name": "gap", "inbound_nodes": [{"args": [%s], "kwargs": {}}]},
          %s, "name": "out", "inbound_nodes": [{"args": [%s], "kwargs": {}}]}],
         "input_layers": ["in", 0, 0], "output_layers": ["out", 0, 0]}}
        """
            .formatted(
                open(conv),
                history.formatted("in"),
                open(layer("Add", "add", "")),
                history.formatted("conv"),
                history.formatted("in"),
                open(layer("GlobalMaxPooling2D", "gap", "\"keepdims\": false")),
                history.formatted("add"),
                open(dense("out", 4, "softmax")),
                history.formatted("gap"));
    JsonNode definition = translated(model).definition();
    assertThat(definition.get("input")).isEqualTo(Trees.of("height = 8, width = 8, channels = 3"));
    assertThat(definition.get("layers")).hasSize(3);
    assertThat(definition.get("layers").get(0).get("residual").get("body")).hasSize(1);
  }

  @Test
  void channelsFirstCountsAxesAndSizesTheOtherWay() {
    String model =
        sequential(
                "[null, 1, 28, null]",
                conv("conv", 4, 3, "valid", "relu"),
                batchNormalization("bn").replace("\"axis\": [3]", "\"axis\": 1"),
                GAP,
                dense("out", 3, "softmax"))
            .replace("channels_last", "channels_first");
    assertThat(translated(model).definition().get("input"))
        .isEqualTo(Trees.plain(Json.tree(Trees.of("channels = 1, height = 28, width = any"))));
  }

  @Test
  void l2IsTwiceThatOfKerasWhereLayersDiffer() {
    String l2 =
        "\"kernel_regularizer\": {\"class_name\": \"L2\", \"config\": {\"l2\": 9.999999747378752e-05}}";
    String conv = conv("conv", 4, 3, "valid", "relu");
    String out = dense("out", 3, "softmax");
    String none = "\"kernel_regularizer\": null";
    assertThat(
            translated(sequential(IMAGES, conv.replace(none, l2), GAP, out))
                .definition()
                .findValuesAsText("l2"))
        .containsExactly("2.0E-4", "0.0");
    assertThat(
            translated(sequential(IMAGES, conv.replace(none, l2), GAP, out.replace(none, l2)))
                .definition()
                .findValuesAsText("l2"))
        .isEmpty();
    assertThat(refusal(sequential(IMAGES, conv.replace(none, l2.replace("l2", "l1")), GAP, out)))
        .isEqualTo(
            "Cannot translate model.h5: layer conv (Conv2D): regularisation kernel_regularizer"
                + " {\"class_name\":\"L2\",\"config\":{\"l1\":9.999999747378752E-5}}: layers may"
                + " differ in their l2 only; give all layers the same, or l2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          GlorotNormal | glorot-normal
          HeUniform | he-uniform
          LecunNormal | lecun-normal
          Zeros | zero
          """)
  void initializersAreTranslated(String keras, String convoy) {
    String conv = conv("conv", 4, 3, "valid", "relu").replace("GlorotUniform", keras);
    assertThat(initialisation(conv)).isEqualTo(convoy);
  }

  @Test
  void varianceScalingIsTranslatedWhereItHasAName() {
    String scaling =
        """
        {"class_name": "VarianceScaling", "config": {"scale": 2.0, "mode": "fan_in",
         "distribution": "truncated_normal", "seed": null}}
        """;
    String glorot = "{\"class_name\": \"GlorotUniform\", \"config\": {\"seed\": null}}";
    String conv = conv("conv", 4, 3, "valid", "relu").replace(glorot, scaling);
    assertThat(initialisation(conv)).isEqualTo("he-normal");
    assertThat(
            refusal(
                sequential(IMAGES, conv.replace("2.0", "3.0"), GAP, dense("out", 3, "softmax"))))
        .startsWith("Cannot translate model.h5: layer conv (Conv2D): kernel_initializer = ")
        .endsWith(
            ": Convoy has GlorotNormal, GlorotUniform, HeNormal, HeUniform, LecunNormal, Zeros");
  }

  @Test
  void zerosBeforeMaxPoolingAfterReluBecomeItsPadding() {
    JsonNode layers =
        translated(
                sequential(
                    IMAGES,
                    conv("conv", 4, 3, "valid", "relu"),
                    layer("ZeroPadding2D", "pad", "\"padding\": [[1, 1], [1, 1]]"),
                    pool("MaxPooling2D", "pool", 3, "valid"),
                    GAP,
                    dense("out", 3, "softmax")))
            .definition()
            .get("layers");
    assertThat(Trees.plain(layers.get(1)))
        .isEqualTo(Trees.of("pool { name = pool, type = max, padding = 1, size = 3, stride = 2 }"));
  }

  private static String initialisation(String layer) {
    return translated(sequential(IMAGES, layer, GAP, dense("out", 3, "softmax")))
        .definition()
        .at("/layers/0/conv/initialisation")
        .asText();
  }

  /** A layer without its closing brace. */
  private static String open(String layer) {
    return layer.substring(0, layer.lastIndexOf('}'));
  }

  private static Translation translated(String json) {
    return KerasConfiguration.definition(Json.readTree(json, "test"), "model.h5");
  }

  private static String refusal(String json) {
    InvalidRequestException[] caught = new InvalidRequestException[1];
    assertThatThrownBy(() -> translated(json))
        .isInstanceOfSatisfying(InvalidRequestException.class, e -> caught[0] = e);
    return caught[0].getMessage();
  }
}

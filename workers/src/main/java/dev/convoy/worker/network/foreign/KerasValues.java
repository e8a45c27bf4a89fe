package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.convoy.data.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** Translates the settings that Keras' layers share into Convoy's definition language. */
final class KerasValues {
  private static final double FLOAT_ERROR = 1e-6;
  private static final Map<String, String> ACTIVATIONS =
      Map.ofEntries(
          Map.entry("linear", "identity"),
          Map.entry("relu", "relu"),
          Map.entry("relu6", "relu6"),
          Map.entry("elu", "elu"),
          Map.entry("sigmoid", "sigmoid"),
          Map.entry("tanh", "tanh"),
          Map.entry("softplus", "softplus"),
          Map.entry("swish", "swish"),
          Map.entry("silu", "swish"),
          Map.entry("softmax", KerasOutput.SOFTMAX));
  private static final Map<String, String> INITIALISATIONS =
      Map.of(
          "GlorotUniform", "glorot-uniform",
          "GlorotNormal", "glorot-normal",
          "HeUniform", "he-uniform",
          "HeNormal", "he-normal",
          "LecunNormal", "lecun-normal",
          "Zeros", "zero");

  /** VarianceScaling by scale, mode and the prefix of its distribution. */
  private static final Map<String, String> SCALINGS =
      Map.of(
          "1.0 fan_avg uniform", "glorot-uniform",
          "1.0 fan_avg normal", "glorot-normal",
          "2.0 fan_in uniform", "he-uniform",
          "2.0 fan_in normal", "he-normal",
          "1.0 fan_in normal", "lecun-normal");

  private static final Map<String, Margin> PADDINGS =
      Map.of("valid", Margin.NONE, "same", Margin.SAME);
  private static final Set<String> L2 = Set.of("L2", "L1L2");

  private final ForeignSettings settings;

  KerasValues(ForeignSettings settings) {
    this.settings = settings;
  }

  ForeignSettings settings() {
    return settings;
  }

  Margin padding() {
    return settings.oneOf("padding", "valid", PADDINGS, "Convoy has valid and same");
  }

  /** Reads {@code [[top, bottom], [left, right]]}. */
  Margin zeros() {
    JsonNode sides = settings.value("padding");
    int[] zeros = new int[4];
    for (int i = 0; i < 4; i++) {
      JsonNode side = sides.path(i / 2).path(i % 2);
      if (!side.isInt() || side.asInt() < 0) {
        settings.fault("padding", "must be [[top, bottom], [left, right]]");
        return Margin.NONE;
      }
      zeros[i] = side.asInt();
    }
    return Margin.of(zeros[0], zeros[1], zeros[2], zeros[3]);
  }

  /** Reads the name of an activation, which may be {@link KerasOutput#SOFTMAX}. */
  String activation(String key) {
    JsonNode value = settings.value(key);
    String known = ACTIVATIONS.get(value.isMissingNode() ? "linear" : value.asText());
    if (known == null) {
      settings.fault(key, "Convoy has " + String.join(", ", new TreeSet<>(ACTIVATIONS.keySet())));
      return "identity";
    }
    return known;
  }

  /** Reads the layer ReLU: with a maximum of 6, with a slope of 0.01 below zero, or plain. */
  String relu() {
    double slope = settings.number("negative_slope", 0);
    boolean capped = settings.has("max_value");
    settings.require("threshold", threshold -> threshold.asDouble() == 0, "Convoy's relu has none");
    settings.require(
        "max_value",
        top -> top.asDouble() == 6 && slope == 0,
        "Convoy has relu, and relu6 with a max_value of 6 and no slope");
    if (slope != 0 && Math.abs(slope - 0.01) > FLOAT_ERROR) {
      settings.fault("negative_slope", "Convoy's leaky-relu has 0.01");
    }
    if (capped) {
      return "relu6";
    }
    return slope == 0 ? "relu" : "leaky-relu";
  }

  String leakyRelu() {
    String key = settings.has("negative_slope") ? "negative_slope" : "alpha";
    double alpha = settings.number(key, 0.3);
    if (Math.abs(alpha - 0.01) > FLOAT_ERROR) {
      settings.fault(key, "Convoy's leaky-relu has a slope of 0.01");
    }
    return "leaky-relu";
  }

  String elu() {
    settings.require("alpha", alpha -> alpha.asDouble() == 1, "Convoy's elu has alpha 1");
    return "elu";
  }

  /** Reads the common initialisation of these kernels: the language has one per layer. */
  String initialisation(List<String> kernels) {
    settings.require(
        "bias_initializer", bias -> isClass(bias, "Zeros"), "Convoy starts with a bias of 0");
    List<String> all =
        kernels.stream().map(kernel -> initialisation(kernel + "_initializer")).toList();
    if (all.stream().distinct().count() > 1) {
      settings.fault("its weights must have one initializer, and have " + String.join(", ", all));
    }
    return all.get(0);
  }

  private String initialisation(String key) {
    JsonNode given = settings.value(key);
    String name = given.path("class_name").asText(given.asText("GlorotUniform"));
    Optional<String> known = Optional.ofNullable(INITIALISATIONS.get(name));
    if (name.equals("VarianceScaling")) {
      JsonNode config = given.path("config");
      String distribution = config.path("distribution").asText().replaceAll("^.*_", "");
      String scaling = config.path("scale").asDouble() + " " + config.path("mode").asText();
      known = Optional.ofNullable(SCALINGS.get(scaling + " " + distribution));
    }
    if (known.isEmpty()) {
      settings.fault(
          key, "Convoy has " + String.join(", ", new TreeSet<>(INITIALISATIONS.keySet())));
    }
    return known.orElse("zero");
  }

  /** Reads the penalty of these kernels; any other penalty of the layer makes it inexpressible. */
  Penalty penalty(List<String> kernels) {
    Map<String, JsonNode> penalties = new LinkedHashMap<>();
    for (String kernel : kernels) {
      String key = kernel + "_regularizer";
      penalties.put(key, settings.value(key));
      settings.requireNone("Convoy has no constraints on weights", kernel + "_constraint");
    }
    settings.requireNone("Convoy has no constraints on weights", "bias_constraint");
    settings.requireNone("Convoy does not regularise activations", "activity_regularizer");
    JsonNode first = penalties.values().iterator().next();
    JsonNode ofBias = settings.value("bias_regularizer");
    boolean one = penalties.values().stream().allMatch(first::equals) && ofBias.isMissingNode();
    OptionalDouble l2 = one ? l2(first) : OptionalDouble.empty();
    if (l2.isPresent()) {
      return new Penalty("l2 " + l2.getAsDouble(), l2);
    }
    penalties.put("bias_regularizer", ofBias);
    StringBuilder text = new StringBuilder();
    penalties.values().removeIf(MissingNode.class::isInstance);
    penalties.forEach((key, value) -> text.append(key).append(' ').append(Json.line(value)));
    return new Penalty(text.toString(), OptionalDouble.empty());
  }

  /** Returns twice Keras' factor; empty if it is not a plain L2. */
  private static OptionalDouble l2(JsonNode regularizer) {
    JsonNode config = regularizer.path("config");
    if (regularizer.isMissingNode()) {
      return OptionalDouble.of(0);
    }
    boolean plain =
        L2.contains(regularizer.path("class_name").asText())
            && config.path("l1").asDouble() == 0
            && config.path("l2").isNumber();
    return plain
        ? OptionalDouble.of(2 * written(config.get("l2").asDouble()))
        : OptionalDouble.empty();
  }

  /** Undoes Keras' rounding to a float: 1e-4, not 9.9999997e-5. */
  private static double written(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }

  /** Ignores the unused kernel that DepthwiseConv2D and SeparableConv2D inherit. */
  void withoutKernel() {
    settings.ignore("kernel_initializer", "kernel_regularizer", "kernel_constraint");
  }

  /** Checks that a normalisation has scale and shift and the initial values of Convoy's. */
  void plainNormalisation() {
    String both = "Convoy's normalisation has scale and shift: set center and scale to true";
    settings.require("center", JsonNode::asBoolean, both);
    settings.require("scale", JsonNode::asBoolean, both);
    settings.require("renorm", renorm -> !renorm.asBoolean(), "Convoy has no renormalisation");
    settings.ignore("fused", "renorm_clipping", "renorm_momentum", "synchronized");
    for (String key : List.of("beta", "moving_mean")) {
      settings.require(
          key + "_initializer", start -> isClass(start, "Zeros"), "Convoy starts with 0");
    }
    for (String key : List.of("gamma", "moving_variance")) {
      settings.require(
          key + "_initializer", start -> isClass(start, "Ones"), "Convoy starts with 1");
    }
    for (String key : List.of("beta", "gamma")) {
      settings.requireNone("Convoy's l2 is on convolutions and dense layers", key + "_regularizer");
      settings.requireNone("Convoy has no constraints on weights", key + "_constraint");
    }
  }

  private static boolean isClass(JsonNode object, String name) {
    return object.path("class_name").asText(object.asText()).equals(name);
  }
}

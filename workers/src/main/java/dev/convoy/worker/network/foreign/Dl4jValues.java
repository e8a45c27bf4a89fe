package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;

/** Translates the settings that DL4J's layers share into Convoy's definition language. */
final class Dl4jValues {
  private static final String ACTIVATIONS = "org.nd4j.linalg.activations.impl.Activation";
  private static final Map<String, String> ACTIVATION_NAMES =
      Map.of(
          "Identity", "identity",
          "ReLU", "relu",
          "ReLU6", "relu6",
          "LReLU", "leaky-relu",
          "ELU", "elu",
          "Sigmoid", "sigmoid",
          "TanH", "tanh",
          "SoftPlus", "softplus",
          "Swish", "swish");
  private static final String WEIGHTS = "org.deeplearning4j.nn.weights.WeightInit";
  private static final Map<String, String> INITIALISATIONS =
      Map.of(
          "Xavier", "glorot-normal",
          "XavierUniform", "glorot-uniform",
          "Relu", "he-normal",
          "ReluUniform", "he-uniform",
          "Normal", "lecun-normal");
  private static final String LOSSES = "org.nd4j.linalg.lossfunctions.impl.Loss";
  private static final Set<String> CROSS_ENTROPIES =
      Set.of("MCXENT", "NegativeLogLikelihood", "SparseMCXENT");
  private static final String DROPOUT = "org.deeplearning4j.nn.conf.dropout.Dropout";
  private static final String L2 = "org.nd4j.linalg.learning.regularization.L2Regularization";
  private static final String FIXED = "org.nd4j.linalg.schedule.FixedSchedule";
  private static final Map<String, String> POOLS =
      Map.of("MAX", "max", "AVG", "average", "PNORM", "l2");

  private final ForeignSettings settings;

  Dl4jValues(ForeignSettings settings) {
    this.settings = settings;
  }

  ForeignSettings settings() {
    return settings;
  }

  /** Reads {@code convolutionMode} and {@code padding}; Same ignores the latter, as in DL4J. */
  Margin padding() {
    Extent both = settings.extent("padding", 0, new Extent(0, 0));
    String mode = settings.word("convolutionMode", "Truncate");
    if (mode.equals("Same")) {
      return Margin.SAME;
    }
    if (!mode.equals("Truncate") && !mode.equals("Strict")) {
      settings.fault("convolutionMode", "Convoy has Same, Truncate and Strict");
    }
    return Margin.of(both);
  }

  String poolType() {
    String remedy = "Convoy pools by MAX, AVG or PNORM";
    return settings.oneOf("poolingType", "MAX", POOLS, remedy);
  }

  void exponent(String type, ObjectNode fields) {
    int exponent = settings.whole("pnorm", 0, 2);
    if (type.equals("l2") && exponent != 2) {
      fields.put("exponent", exponent);
    }
  }

  void biasAndActivation(ObjectNode fields) {
    if (!settings.flag("hasBias", true)) {
      fields.put("bias", false);
    }
    Chain.writeUnless(fields, "activation", Json.tree(activation()), Json.tree("identity"));
  }

  String activation() {
    JsonNode function = settings.value("activationFn");
    String name = word(function, ACTIVATIONS);
    String known = ACTIVATION_NAMES.get(name);
    if (known == null) {
      String remedy = "Convoy has " + String.join(", ", new TreeSet<>(ACTIVATION_NAMES.values()));
      settings.fault("activationFn", remedy);
      return "identity";
    }
    switch (known) {
      case "relu" -> {
        require(function, "max", 0, "write relu6 as ActivationReLU6");
        require(function, "threshold", 0, "Convoy's relu has no threshold");
        require(function, "negativeSlope", 0, "write a leaky relu as ActivationLReLU");
      }
      case "leaky-relu" -> require(function, "alpha", 0.01, "Convoy's leaky-relu has alpha 0.01");
      case "elu" -> require(function, "alpha", 1, "Convoy's elu has alpha 1");
      default -> {}
    }
    return known;
  }

  private void require(JsonNode function, String key, double value, String remedy) {
    if (function.hasNonNull(key) && function.get(key).asDouble() != value) {
      settings.fault("activationFn", remedy);
    }
  }

  /** Writes initialisation, regularisation and freezing. */
  void weights(ObjectNode fields, boolean frozen, Draft draft) {
    settings.require("biasInit", bias -> bias.asDouble() == 0, "Convoy starts with a bias of 0");
    fields.put("initialisation", initialisation());
    JsonNode own = settings.value("regularization");
    JsonNode ofBias = settings.value("regularizationBias");
    if (frozen) {
      draft.freeze(fields);
      return;
    }
    boolean weightsOnly = ofBias.isEmpty();
    String text = weightsOnly ? penaltyText(own) : penaltyText(own) + ", bias " + ofBias;
    OptionalDouble l2 = weightsOnly ? l2(own) : OptionalDouble.empty();
    draft.addTrained(fields, new Penalty(text, l2), settings.place());
  }

  private static String penaltyText(JsonNode penalties) {
    return penalties.isEmpty() ? "[]" : Json.line(penalties);
  }

  /** Returns the l2 of a list of penalties; empty unless it is one fixed L2. */
  private static OptionalDouble l2(JsonNode penalties) {
    if (penalties.isEmpty()) {
      return OptionalDouble.of(0);
    }
    JsonNode one = penalties.path(0);
    JsonNode factor = one.path("l2");
    boolean fixed =
        penalties.size() == 1
            && one.path("@class").asText().equals(L2)
            && factor.path("@class").asText().equals(FIXED)
            && factor.path("value").isNumber();
    return fixed ? OptionalDouble.of(factor.get("value").asDouble()) : OptionalDouble.empty();
  }

  private String initialisation() {
    JsonNode function = settings.value("weightInitFn");
    String name = word(function, WEIGHTS);
    if (name.equals("Constant") && function.path("value").asDouble(1) == 0) {
      return "zero";
    }
    String known = INITIALISATIONS.get(name);
    if (known == null) {
      settings.fault(
          "weightInitFn",
          "Convoy has XAVIER, XAVIER_UNIFORM, RELU, RELU_UNIFORM, LECUN_NORMAL and ZERO");
      return "zero";
    }
    return known;
  }

  /**
   * Checks that the layer is softmax with multi-class cross-entropy, as Convoy's output layer is.
   */
  void softmaxAndCrossEntropy() {
    for (String key : List.of("activationFn", "lossFn")) {
      if (!settings.has(key)) {
        settings.fault(key + " is missing");
      }
    }
    settings.require(
        "activationFn",
        function -> word(function, ACTIVATIONS).equals("Softmax"),
        "Convoy's output is a softmax");
    settings.require(
        "hasBias", JsonNode::asBoolean, "Convoy's output layer has a bias: set it to true");
    settings.require(
        "lossFn",
        loss -> CROSS_ENTROPIES.contains(word(loss, LOSSES)),
        "Convoy's loss is MCXENT, the cross-entropy of many classes");
    settings.require(
        "lossFn", loss -> !loss.hasNonNull("weights"), "Convoy's loss has no weights for labels");
  }

  /** Returns the fraction that {@code idropout} drops. */
  double dropoutRate() {
    JsonNode dropout = settings.value("idropout");
    if (dropout.isMissingNode()) {
      return 0;
    }
    double kept = dropout.path("p").asDouble();
    boolean plain = dropout.path("@class").asText().equals(DROPOUT);
    boolean scheduled = dropout.hasNonNull("pschedule") || dropout.hasNonNull("pSchedule");
    if (!plain || scheduled || !(kept > 0 && kept <= 1)) {
      settings.fault("idropout", "Convoy has Dropout with one fixed p, above 0 and at most 1");
      return 0;
    }
    return BigDecimal.ONE.subtract(BigDecimal.valueOf(kept)).doubleValue(); // 0.3, not 0.30…04
  }

  /** Removes the common prefix from a class name; empty if it has another prefix. */
  private static String word(JsonNode object, String beginning) {
    String name = object.path("@class").asText();
    return name.startsWith(beginning) ? name.substring(beginning.length()) : "";
  }
}

package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Translates the layers of a DL4J configuration. */
final class Dl4jLayers implements Translator {
  private static final String PACKAGE = "org.deeplearning4j.nn.conf.layers.";
  private static final String PREPROCESSORS = "org.deeplearning4j.nn.conf.preprocessor.";
  private static final Map<String, String> FROZEN =
      Map.of("misc.FrozenLayer", "layer", "misc.FrozenLayerWithBackprop", "underlying");
  private static final Set<String> FLATTENING = Set.of("DenseLayer", "OutputLayer");
  private static final List<String> OF_THE_TRAINING =
      List.of(
          "@class",
          "biasUpdater",
          "cudnnAlgoMode",
          "cudnnAllowFallback",
          "cudnnBwdDataAlgo",
          "cudnnBwdFilterAlgo",
          "cudnnFwdAlgo",
          "gainInit",
          "gradientNormalization",
          "gradientNormalizationThreshold",
          "iupdater",
          "layerName",
          "nin",
          "timeDistributedFormat");
  private static final List<String> WITHOUT_EFFECT =
      List.of("activationFn", "biasInit", "regularization", "regularizationBias", "weightInitFn");

  /**
   * One layer in the file's form.
   *
   * @param layer its settings; empty if the preprocessor is a separate vertex
   * @param preprocessor the reshaping of its input; missing or null if there is none
   * @param first whether it reads the images
   */
  record Source(String name, Optional<JsonNode> layer, JsonNode preprocessor, boolean first) {
    /**
     * Returns the class name within DL4J's package of layers, frozen wrappers removed; else empty.
     */
    String kind() {
      return className(unwrapped());
    }

    boolean frozen() {
      return FROZEN.containsKey(className(given()));
    }

    JsonNode unwrapped() {
      return frozen() ? given().path(FROZEN.get(className(given()))) : given();
    }

    private JsonNode given() {
      return layer.orElse(MissingNode.getInstance());
    }

    private static String className(JsonNode layer) {
      String name = layer.path("@class").asText();
      return name.startsWith(PACKAGE) ? name.substring(PACKAGE.length()) : "";
    }
  }

  /** Reads one kind of layer. */
  @FunctionalInterface
  private interface Reader {
    void read(Source source, Dl4jValues values, Chain chain);
  }

  private static final Map<String, Reader> READERS = readers();

  private final Map<String, Source> layers;

  Dl4jLayers(Map<String, Source> layers) {
    this.layers = layers;
  }

  private static Map<String, Reader> readers() {
    Map<String, Reader> readers = new LinkedHashMap<>();
    Reader conv = (source, values, chain) -> convolution("conv", source, values, chain);
    readers.put("ConvolutionLayer", conv);
    readers.put("Convolution2D", conv);
    readers.put(
        "DepthwiseConvolution2D",
        (source, values, chain) -> convolution("depthwise-conv", source, values, chain));
    readers.put(
        "SeparableConvolution2D",
        (source, values, chain) -> convolution("separable-conv", source, values, chain));
    readers.put("SubsamplingLayer", Dl4jLayers::pool);
    readers.put("Pooling2D", Dl4jLayers::pool);
    readers.put("GlobalPoolingLayer", Dl4jLayers::globalPool);
    readers.put("BatchNormalization", Dl4jLayers::batchNormalization);
    readers.put("LocalResponseNormalization", Dl4jLayers::localResponseNormalization);
    readers.put("ActivationLayer", Dl4jLayers::activation);
    readers.put("DropoutLayer", Dl4jLayers::dropout);
    readers.put("ZeroPaddingLayer", Dl4jLayers::zeroPadding);
    readers.put("DenseLayer", Dl4jLayers::dense);
    readers.put("OutputLayer", Dl4jLayers::output);
    return readers;
  }

  /** Returns the name of a layer in messages. */
  String place(String vertex) {
    Source source = layers.get(vertex);
    if (source == null) {
      return "vertex " + vertex;
    }
    String kind = source.kind();
    return "layer " + source.name() + (kind.isEmpty() ? "" : " (" + kind + ")");
  }

  boolean endsWithOutput(String vertex) {
    return layers.containsKey(vertex) && layers.get(vertex).kind().equals("OutputLayer");
  }

  @Override
  public void translate(String vertex, Chain chain) {
    Source source = layers.get(vertex);
    preprocess(vertex, source, chain);
    if (source.layer().isEmpty()) {
      return; // a vertex that only reshapes
    }
    Reader reader = READERS.get(source.kind());
    ForeignSettings settings =
        new ForeignSettings(source.unwrapped(), place(vertex), chain.draft().problems());
    if (reader == null) {
      settings.fault(
          "@class",
          "Convoy does not know this layer: build the network from "
              + String.join(", ", READERS.keySet()));
      return;
    }
    settings.ignore(OF_THE_TRAINING);
    settings.requireNone("Convoy has no constraints on weights: remove them", "constraints");
    settings.requireNone("Convoy has no noise on weights: remove it", "weightNoise");
    for (String key : List.of("cnn2dDataFormat", "cnn2DFormat", "dataFormat")) {
      settings.require(
          key,
          format -> format.asText().equals("NCHW"),
          "Convoy's maps are channel-major: build the network with NCHW");
    }
    reader.read(source, new Dl4jValues(settings), chain);
    settings.ignore("idropout");
    settings.refuseUnread();
  }

  private void preprocess(String vertex, Source source, Chain chain) {
    String given = source.preprocessor().path("@class").asText("");
    String name = given.startsWith(PREPROCESSORS) ? given.substring(PREPROCESSORS.length()) : given;
    boolean onImages = source.first() && name.equals("FeedForwardToCnnPreProcessor");
    if (name.equals("CnnToFeedForwardPreProcessor")) {
      if (!FLATTENING.contains(source.kind())) {
        boolean alone = source.layer().isEmpty();
        chain.add("flatten", alone ? source.name() : source.name() + "-flatten");
      }
      chain.becomeFlat();
    } else if (!onImages && (!given.isEmpty() || source.layer().isEmpty())) {
      new ForeignSettings(source.preprocessor(), place(vertex), chain.draft().problems())
          .fault(
              "@class",
              "Convoy reads CnnToFeedForwardPreProcessor, and FeedForwardToCnnPreProcessor at the"
                  + " input");
    }
  }

  private static void convolution(String kind, Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ownDropout(source, values, chain);
    ObjectNode fields =
        chain.addConvolution(kind, source.name(), values.padding(), settings.place());
    int multiplier = kind.equals("conv") ? 1 : settings.whole("depthMultiplier", 1, 1);
    int maps = settings.whole("nout", kind.equals("depthwise-conv") ? 0 : 1);
    if (kind.equals("depthwise-conv")) {
      int from = source.unwrapped().path("nin").asInt();
      if (from > 0 && maps > 0 && maps != Math.multiplyFull(from, multiplier)) {
        settings.fault("nout", "must be nin × depthMultiplier, " + from + " × " + multiplier);
      }
    } else {
      fields.put("maps", maps);
    }
    Chain.writeUnless(fields, "multiplier", Json.tree(multiplier), Json.tree(1));
    fields.set("kernel", settings.extent("kernelSize", 1).written());
    Extent stride = settings.extent("stride", 1, Extent.ONE);
    Chain.writeUnless(fields, "stride", stride.written(), Json.tree(1));
    Extent dilation = settings.extent("dilation", 1, Extent.ONE);
    Chain.writeUnless(fields, "dilation", dilation.written(), Json.tree(1));
    values.biasAndActivation(fields);
    values.weights(fields, source.frozen(), chain.draft());
  }

  private static void pool(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    String type = values.poolType();
    Margin padding = values.padding();
    ObjectNode fields = chain.addPool(type, source.name(), padding);
    values.exponent(type, fields);
    Extent size = settings.extent("kernelSize", 1);
    fields.set("size", size.written());
    Extent stride = settings.extent("stride", 1, size);
    Chain.writeUnless(fields, "stride", stride.written(), size.written());
    settings.require(
        "dilation", value -> value.equals(Extent.ONE.asPair()), "Convoy pools without dilation");
    settings.ignore("eps");
    boolean counted = settings.flag("avgPoolIncludePadInDivisor", true);
    if (type.equals("average") && counted && !padding.equals(Margin.NONE)) {
      settings.fault(
          "avgPoolIncludePadInDivisor",
          "Convoy's average counts the pixels of the image only: set it to false");
    }
  }

  private static void globalPool(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    String type = values.poolType();
    values.exponent(type, chain.add("global-pool", source.name()).put("type", type));
    chain.becomeFlat();
    settings.require(
        "poolingDimensions",
        value -> value.isEmpty() || value.equals(Json.tree(List.of(2, 3))),
        "Convoy pools over height and width, [2, 3]");
    settings.require(
        "collapseDimensions", JsonNode::asBoolean, "Convoy puts out a flat vector: set it to true");
  }

  private static void batchNormalization(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ObjectNode fields = chain.add("norm", source.name()).put("type", "batch");
    fields.put("decay", settings.number("decay", 0.9));
    fields.put("epsilon", settings.number("eps", 1e-5));
    settings.require("gamma", one -> one.asDouble() == 1, "Convoy starts with a scale of 1");
    settings.require("beta", one -> one.asDouble() == 0, "Convoy starts with a shift of 0");
    settings.require(
        "lockGammaBeta", lock -> !lock.asBoolean(), "Convoy trains scale and shift: unlock them");
    settings.require(
        "minibatch", JsonNode::asBoolean, "Convoy takes statistics of batches: set it to true");
    settings.ignore(WITHOUT_EFFECT);
    settings.ignore("nout", "useLogStd");
    if (source.frozen()) {
      chain.draft().freeze(fields);
    }
  }

  private static void localResponseNormalization(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ObjectNode fields = chain.add("norm", source.name()).put("type", "local-response");
    int size = settings.whole("n", 1, 5);
    if (size % 2 == 0) {
      settings.fault("n", "must be odd: as many maps on both sides");
    }
    fields.put("size", size);
    fields.put("alpha", settings.number("alpha", 1e-4));
    fields.put("beta", settings.number("beta", 0.75));
    fields.put("k", settings.number("k", 2));
  }

  private static void activation(Source source, Dl4jValues values, Chain chain) {
    chain.add("activation", source.name()).put("function", values.activation());
  }

  private static void dropout(Source source, Dl4jValues values, Chain chain) {
    chain.addDropout(values.dropoutRate(), source.name());
    values.settings().ignore(WITHOUT_EFFECT);
    values.settings().ignore("nout");
  }

  private static void zeroPadding(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    JsonNode sides = settings.value("padding");
    if (sides.size() != 4) {
      settings.fault("padding", "must be [top, bottom, left, right]");
      return;
    }
    int[] zeros = new int[4];
    for (int i = 0; i < 4; i++) {
      zeros[i] = sides.get(i).asInt();
    }
    chain.pad(Margin.of(zeros[0], zeros[1], zeros[2], zeros[3]), settings.place());
  }

  private static void dense(Source source, Dl4jValues values, Chain chain) {
    ownDropout(source, values, chain);
    ObjectNode fields = chain.add("dense", source.name());
    fields.put("units", values.settings().whole("nout", 1));
    values.biasAndActivation(fields);
    noLayerNorm(values);
    values.weights(fields, source.frozen(), chain.draft());
    chain.becomeFlat();
  }

  private static void output(Source source, Dl4jValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ownDropout(source, values, chain);
    ObjectNode fields = chain.add("output", source.name());
    chain.draft().labels(settings.whole("nout", 1));
    values.softmaxAndCrossEntropy();
    noLayerNorm(values);
    values.weights(fields, source.frozen(), chain.draft());
  }

  private static void noLayerNorm(Dl4jValues values) {
    values
        .settings()
        .require("hasLayerNorm", has -> !has.asBoolean(), "Convoy has no layer norm: remove it");
  }

  private static void ownDropout(Source source, Dl4jValues values, Chain chain) {
    if (!source.frozen() && values.settings().has("idropout")) {
      double rate = values.dropoutRate();
      if (rate > 0) {
        chain.addDropout(rate, source.name() + "-dropout");
      }
    }
  }
}

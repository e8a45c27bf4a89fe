package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Translates the layers of one Keras model. */
final class KerasLayers implements Translator {
  private static final List<String> OF_THE_TRAINING =
      List.of(
          "autocast",
          "batch_input_shape",
          "batch_shape",
          "build_config",
          "data_format",
          "dtype",
          "name",
          "quantization_config",
          "seed",
          "trainable");
  private static final String AUGMENTATION =
      "augmentation is no part of Convoy's networks: leave it out";
  private static final String NORMALISATION =
      "leave it out: Convoy normalises images by the mean and deviation of the dataset";
  private static final Map<String, String> REMEDIES =
      Map.of(
          "Rescaling", NORMALISATION,
          "Normalization", NORMALISATION,
          "RandomFlip", AUGMENTATION,
          "RandomRotation", AUGMENTATION,
          "RandomZoom", AUGMENTATION,
          "SpatialDropout2D", "Convoy drops single values: use Dropout");

  /** Reads one kind of layer. */
  @FunctionalInterface
  private interface Reader {
    void read(KerasLayers layers, Layer layer, KerasValues values, Chain chain);
  }

  private record Layer(String name, boolean frozen) {}

  private static final Map<String, Reader> READERS = readers();

  private final KerasModel model;
  private final boolean channelsFirst;
  private final boolean frozen;
  private final KerasOutput output;

  /**
   * @param channelsFirst whether axes are counted with the channels first
   * @param frozen whether all layers are frozen
   */
  KerasLayers(KerasModel model, boolean channelsFirst, boolean frozen, KerasOutput output) {
    this.model = model;
    this.channelsFirst = channelsFirst;
    this.frozen = frozen || !model.trainable();
    this.output = output;
  }

  private static Map<String, Reader> readers() {
    Map<String, Reader> readers = new LinkedHashMap<>();
    readers.put(
        "Conv2D", (all, layer, values, chain) -> all.convolution("conv", layer, values, chain));
    readers.put("Convolution2D", readers.get("Conv2D"));
    readers.put(
        "DepthwiseConv2D",
        (all, layer, values, chain) -> all.convolution("depthwise-conv", layer, values, chain));
    readers.put(
        "SeparableConv2D",
        (all, layer, values, chain) -> all.convolution("separable-conv", layer, values, chain));
    readers.put("SeparableConvolution2D", readers.get("SeparableConv2D"));
    readers.put("MaxPooling2D", (all, layer, values, chain) -> pool("max", layer, values, chain));
    readers.put(
        "AveragePooling2D", (all, layer, values, chain) -> pool("average", layer, values, chain));
    readers.put(
        "GlobalMaxPooling2D",
        (all, layer, values, chain) -> globalPool("max", layer, values, chain));
    readers.put(
        "GlobalAveragePooling2D",
        (all, layer, values, chain) -> globalPool("average", layer, values, chain));
    readers.put("BatchNormalization", KerasLayers::batchNormalization);
    readers.put(
        "Activation",
        (all, layer, values, chain) ->
            all.activation(values.activation("activation"), layer, values, chain));
    readers.put(
        "ReLU", (all, layer, values, chain) -> all.activation(values.relu(), layer, values, chain));
    readers.put(
        "LeakyReLU",
        (all, layer, values, chain) -> all.activation(values.leakyRelu(), layer, values, chain));
    readers.put(
        "ELU", (all, layer, values, chain) -> all.activation(values.elu(), layer, values, chain));
    readers.put("Softmax", KerasLayers::softmax);
    readers.put("Dropout", (all, layer, values, chain) -> dropout(layer, values, chain));
    readers.put("Flatten", (all, layer, values, chain) -> flatten(layer, chain));
    readers.put("Dense", KerasLayers::dense);
    readers.put("ZeroPadding2D", (all, layer, values, chain) -> zeroPadding(values, chain));
    return readers;
  }

  /** Translates every layer only to report its faults, if the graph has faults already. */
  void findFaults(Draft draft) {
    boolean flat = false;
    for (String name : model.layers().keySet()) {
      String kind = kind(model.layers().get(name));
      Chain chain = new Chain(draft, Json.object().putArray("layers"));
      if (flat || kind.equals("Dense")) {
        chain.becomeFlat();
      }
      if (!KerasModel.isJoin(kind)) {
        translate(name, chain);
      }
      flat = chain.isFlat();
    }
  }

  @Override
  public void translate(String vertex, Chain chain) {
    JsonNode given = model.layers().get(vertex);
    String place = "layer " + model.prefix() + vertex + " (" + kind(given) + ")";
    JsonNode config = given.path("config");
    boolean still = frozen || !config.path("trainable").asBoolean(true);
    if (KerasModel.isModel(kind(given))) {
      KerasModel inner =
          KerasModel.read(given, model.prefix() + vertex + "/", chain.draft().problems());
      KerasLayers layers = new KerasLayers(inner, channelsFirst, still, output);
      chain.draft().append(chain, inner.pieces(), layers);
      return;
    }
    ForeignSettings settings = new ForeignSettings(config, place, chain.draft().problems());
    Reader reader = READERS.get(kind(given));
    if (reader == null) {
      settings.fault(unknown(kind(given)));
      return;
    }
    settings.ignore(OF_THE_TRAINING);
    reader.read(this, new Layer(vertex, still), new KerasValues(settings), chain);
    settings.refuseUnread();
  }

  /** Checks the settings of a join; {@link GraphFolding} folds the join itself. */
  @Override
  public void join(String vertex, Chain chain) {
    JsonNode given = model.layers().get(vertex);
    String place = "layer " + model.prefix() + vertex + " (" + kind(given) + ")";
    ForeignSettings settings =
        new ForeignSettings(given.path("config"), place, chain.draft().problems());
    if (!KerasModel.isJoin(kind(given))) {
      boolean known = READERS.containsKey(kind(given)) || KerasModel.isModel(kind(given));
      settings.fault(known ? "must have one input" : unknown(kind(given)));
      return;
    }
    settings.ignore(OF_THE_TRAINING);
    if (kind(given).equals("Concatenate")) {
      settings.require(
          "axis",
          axis -> isChannels(axis, chain.isFlat()),
          "Convoy joins maps along the channels: axis " + channelAxis(chain.isFlat()));
    }
    settings.refuseUnread();
  }

  private static String unknown(String kind) {
    String known = String.join(", ", READERS.keySet()) + ", Add, Concatenate";
    return REMEDIES.getOrDefault(
        kind, "Convoy does not know this layer: build the model from " + known);
  }

  private int channelAxis(boolean flat) {
    return flat || channelsFirst ? 1 : 3;
  }

  /** Whether an axis, a number or a list of one number, is that of the channels. */
  private boolean isChannels(JsonNode axis, boolean flat) {
    JsonNode number = axis.isArray() && axis.size() == 1 ? axis.get(0) : axis;
    int dimensions = flat ? 2 : 4;
    int counted = number.asInt() < 0 ? number.asInt() + dimensions : number.asInt();
    return number.isInt() && counted == channelAxis(flat);
  }

  private void convolution(String kind, Layer layer, KerasValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ObjectNode fields =
        chain.addConvolution(kind, layer.name(), values.padding(), settings.place());
    if (!kind.equals("depthwise-conv")) {
      fields.put("maps", settings.whole("filters", 1));
    } else {
      settings.ignore("filters");
    }
    if (!kind.equals("conv")) {
      int multiplier = settings.whole("depth_multiplier", 1, 1);
      Chain.writeUnless(fields, "multiplier", Json.tree(multiplier), Json.tree(1));
    }
    settings.require(
        "groups", groups -> groups.asInt() == 1, "Convoy has conv and depthwise-conv, no groups");
    fields.set("kernel", settings.extent("kernel_size", 1).written());
    Extent stride = settings.extent("strides", 1, Extent.ONE);
    Chain.writeUnless(fields, "stride", stride.written(), Json.tree(1));
    Extent dilation = settings.extent("dilation_rate", 1, Extent.ONE);
    Chain.writeUnless(fields, "dilation", dilation.written(), Json.tree(1));
    biasAndActivation(fields, values);
    List<String> kernels =
        switch (kind) {
          case "conv" -> List.of("kernel");
          case "depthwise-conv" -> List.of("depthwise");
          default -> List.of("depthwise", "pointwise");
        };
    weights(kernels, layer, values, fields, chain);
    if (!kind.equals("conv")) {
      values.withoutKernel();
    }
  }

  private void dense(Layer layer, KerasValues values, Chain chain) {
    if (!chain.isFlat()) {
      values
          .settings()
          .fault(
              "Keras applies it to every pixel: put a Flatten or a global pooling before it, or"
                  + " write it as a Conv2D with kernel_size 1");
    }
    ObjectNode fields = chain.add("dense", layer.name());
    fields.put("units", values.settings().whole("units", 1));
    biasAndActivation(fields, values);
    weights(List.of("kernel"), layer, values, fields, chain);
    values.settings().requireNone("Convoy has no such adapters: merge them", "lora_rank");
    chain.becomeFlat();
  }

  private void biasAndActivation(ObjectNode fields, KerasValues values) {
    if (!values.settings().flag("use_bias", true)) {
      fields.put("bias", false);
    }
    String activation = values.activation("activation");
    Chain.writeUnless(fields, "activation", Json.tree(activation), Json.tree("identity"));
    if (activation.equals(KerasOutput.SOFTMAX)) {
      output.softmax(fields, values.settings().place());
    }
  }

  private static void weights(
      List<String> kernels, Layer layer, KerasValues values, ObjectNode fields, Chain chain) {
    fields.put("initialisation", values.initialisation(kernels));
    Penalty penalty = values.penalty(kernels);
    if (layer.frozen()) {
      chain.draft().freeze(fields);
    } else {
      chain.draft().addTrained(fields, penalty, values.settings().place());
    }
  }

  private static void pool(String type, Layer layer, KerasValues values, Chain chain) {
    ObjectNode fields = chain.addPool(type, layer.name(), values.padding());
    Extent size = values.settings().extent("pool_size", 1, new Extent(2, 2));
    fields.set("size", size.written());
    Extent stride = values.settings().extent("strides", 1, size);
    Chain.writeUnless(fields, "stride", stride.written(), size.written());
  }

  private static void globalPool(String type, Layer layer, KerasValues values, Chain chain) {
    chain.add("global-pool", layer.name()).put("type", type);
    values
        .settings()
        .require(
            "keepdims",
            keeps -> !keeps.asBoolean(),
            "Convoy puts out a flat vector: set it to false");
    chain.becomeFlat();
  }

  private void batchNormalization(Layer layer, KerasValues values, Chain chain) {
    ForeignSettings settings = values.settings();
    ObjectNode fields = chain.add("norm", layer.name()).put("type", "batch");
    fields.put("decay", settings.number("momentum", 0.99));
    fields.put("epsilon", settings.number("epsilon", 1e-3));
    settings.require(
        "axis",
        axis -> isChannels(axis, chain.isFlat()),
        "Convoy normalises each channel: axis " + channelAxis(chain.isFlat()));
    values.plainNormalisation();
    if (layer.frozen()) {
      chain.draft().freeze(fields);
    }
  }

  private void activation(String function, Layer layer, KerasValues values, Chain chain) {
    ObjectNode fields = chain.add("activation", layer.name()).put("function", function);
    if (function.equals(KerasOutput.SOFTMAX)) {
      output.softmax(fields, values.settings().place());
    }
  }

  private void softmax(Layer layer, KerasValues values, Chain chain) {
    values
        .settings()
        .require(
            "axis",
            axis -> isChannels(axis, chain.isFlat()),
            "Convoy's softmax is over the labels: axis -1");
    activation(KerasOutput.SOFTMAX, layer, values, chain);
  }

  private static void dropout(Layer layer, KerasValues values, Chain chain) {
    chain.addDropout(values.settings().number("rate"), layer.name());
    values.settings().requireNone("Convoy drops single values: use Dropout alone", "noise_shape");
  }

  private static void flatten(Layer layer, Chain chain) {
    if (!chain.isFlat()) {
      chain.add("flatten", layer.name());
      chain.becomeFlat();
    }
  }

  private static void zeroPadding(KerasValues values, Chain chain) {
    chain.pad(values.zeros(), values.settings().place());
  }

  private static String kind(JsonNode layer) {
    return layer.path("class_name").asText();
  }
}

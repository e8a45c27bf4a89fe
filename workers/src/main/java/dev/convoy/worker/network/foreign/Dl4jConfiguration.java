package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.foreign.GraphFolding.Kind;
import dev.convoy.worker.network.foreign.GraphFolding.Vertex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Translates the JSON of a MultiLayerConfiguration or ComputationGraphConfiguration, as written by
 * Deeplearning4j 1.0.0-M2, into Convoy's definition language.
 *
 * <p>The JSON is read as a tree. Its {@code @class} texts are only looked up in tables: no class
 * that a file names is loaded. Configurations that Convoy cannot express are refused with all
 * faults in one message.
 *
 * <p>Training settings are not part of a network and are left out: updaters, learning rates,
 * gradient normalisation, seeds, workspaces, data type. A regularisation that all layers share is
 * left out too, because it belongs to the run. If layers differ, each gets its own {@code l2}. A
 * layer's own dropout becomes a dropout layer before it, except where DL4J ignores it: in frozen
 * layers, and in all but convolution, dense and output layers. DL4J also ignores a configured
 * activation of a BatchNormalization.
 *
 * <p>DL4J does not write input types. The input block is derived from the sizes of a preprocessor
 * at the input, or from the input channels of the first convolution.
 */
public final class Dl4jConfiguration {
  private static final String VERTICES = "org.deeplearning4j.nn.conf.graph.";
  private static final Set<String> KEEP_CHANNELS =
      Set.of(
          "ActivationLayer",
          "BatchNormalization",
          "DropoutLayer",
          "LocalResponseNormalization",
          "Pooling2D",
          "SubsamplingLayer",
          "ZeroPaddingLayer");

  private final JsonNode tree;
  private final Draft draft;
  private final Map<String, Dl4jLayers.Source> layers = new LinkedHashMap<>();
  private final List<Vertex> vertices = new ArrayList<>();
  private String input = "";
  private String output = "";

  private Dl4jConfiguration(JsonNode tree, String where) {
    this.tree = tree;
    this.draft = new Draft(where);
  }

  /** Whether the JSON looks like one of DL4J's two configurations. */
  public static boolean matches(JsonNode tree) {
    return tree.path("confs").isArray()
        || (tree.path("vertices").isObject() && tree.path("vertexInputs").isObject());
  }

  /**
   * Translates a configuration.
   *
   * @param where name of the file in messages
   * @throws InvalidRequestException with all faults, each with its layer, value and remedy
   */
  public static Translation definition(JsonNode tree, String where) {
    if (!matches(tree)) {
      throw new InvalidRequestException(
          "Cannot translate "
              + where
              + ": it is not a DL4J configuration, which has confs, or vertices and vertexInputs:"
              + " write one with toJson()");
    }
    return new Dl4jConfiguration(tree, where).translation();
  }

  private Translation translation() {
    if (tree.path("confs").isArray()) {
      readLayerList();
    } else {
      readGraph();
    }
    List<GraphFolding.Piece> pieces = List.of();
    if (draft.problems().isEmpty()) {
      pieces = GraphFolding.fold(input, vertices, output, draft.problems());
    }
    Dl4jLayers translator = new Dl4jLayers(layers);
    Chain chain = draft.layers();
    if (draft.problems().isEmpty()) {
      draft.append(chain, pieces, translator);
      chain.refuseZeros();
      if (!translator.endsWithOutput(output)) {
        draft
            .problems()
            .add(
                translator.place(output),
                "the last layer must be an OutputLayer with softmax and MCXENT");
      }
    } else {
      for (String layer : layers.keySet()) { // to report the faults of each layer
        translator.translate(layer, new Chain(draft, Json.object().putArray("layers")));
      }
    }
    draft.input(images());
    return draft.finish();
  }

  private void readLayerList() {
    JsonNode confs = tree.get("confs");
    if (confs.isEmpty()) {
      draft.problems().add("confs", "holds no layers");
    }
    input = "input";
    output = input;
    for (int i = 0; i < confs.size(); i++) {
      JsonNode layer = confs.get(i).path("layer");
      String vertex = String.valueOf(i);
      String name = layer.path("layerName").asText("");
      JsonNode preprocessor = tree.path("inputPreProcessors").path(vertex);
      boolean first = i == 0;
      layers.put(
          vertex,
          new Dl4jLayers.Source(
              name.isEmpty() ? "layer" + i : name, Optional.of(layer), preprocessor, first));
      vertices.add(new Vertex(vertex, Kind.LAYER, List.of(output)));
      output = vertex;
    }
  }

  private void readGraph() {
    input = only("networkInputs");
    output = only("networkOutputs");
    tree.path("vertices")
        .fields()
        .forEachRemaining(one -> readVertex(one.getKey(), one.getValue()));
  }

  private String only(String key) {
    JsonNode list = tree.path(key);
    if (list.size() != 1) {
      draft
          .problems()
          .add(
              key + " = " + ForeignSettings.shown(list),
              "Convoy's networks have one input and one output");
    }
    return list.path(0).asText();
  }

  private void readVertex(String name, JsonNode vertex) {
    List<String> inputs = new ArrayList<>();
    tree.path("vertexInputs").path(name).forEach(one -> inputs.add(one.asText()));
    String given = vertex.path("@class").asText();
    ForeignSettings settings = new ForeignSettings(vertex, "vertex " + name, draft.problems());
    String kind = given.startsWith(VERTICES) ? given.substring(VERTICES.length()) : "";
    boolean first = inputs.contains(input);
    switch (kind) {
      case "LayerVertex" -> {
        Optional<JsonNode> layer = Optional.of(vertex.path("layerConf").path("layer"));
        layers.put(name, new Dl4jLayers.Source(name, layer, vertex.path("preProcessor"), first));
        vertices.add(new Vertex(name, Kind.LAYER, inputs));
      }
      case "PreprocessorVertex" -> {
        JsonNode preprocessor = vertex.path("preProcessor");
        layers.put(name, new Dl4jLayers.Source(name, Optional.empty(), preprocessor, first));
        vertices.add(new Vertex(name, Kind.LAYER, inputs));
      }
      case "MergeVertex" -> {
        settings.require(
            "mergeAxis",
            axis -> axis.asInt() == 1,
            "maps are joined along the channels, which are axis 1");
        vertices.add(new Vertex(name, Kind.CONCATENATE, inputs));
      }
      case "ElementWiseVertex" -> {
        settings.require("op", op -> op.asText().equals("Add"), "Convoy has Add only, as residual");
        vertices.add(new Vertex(name, Kind.ADD, inputs));
      }
      case "FrozenVertex" -> {
        readVertex(name, vertex.path("underlying"));
        Dl4jLayers.Source layer = layers.get(name);
        if (layer != null && layer.layer().isPresent() && !layer.frozen()) {
          settings.fault("Convoy reads layers frozen as FrozenLayer: write this one so");
        }
      }
      default ->
          settings.fault(
              "@class",
              "Convoy reads LayerVertex, PreprocessorVertex, MergeVertex and ElementWiseVertex:"
                  + " build the network without this vertex");
    }
  }

  /** Returns the known extents of the images. */
  private ObjectNode images() {
    ObjectNode images = Json.object();
    for (Dl4jLayers.Source layer : layers.values()) {
      JsonNode preprocessor = layer.preprocessor();
      if (layer.first() && preprocessor.path("inputHeight").asInt() > 0) {
        images.put("height", preprocessor.get("inputHeight").asInt());
        images.put("width", preprocessor.path("inputWidth").asInt());
        images.put("channels", preprocessor.path("numChannels").asInt());
      }
    }
    if (images.isEmpty()) {
      channels().ifPresent(channels -> images.put("channels", channels));
    }
    int channels = images.path("channels").asInt(1);
    if (channels != 1 && channels != 3) {
      draft.problems().add("input", channels + " channels: Convoy's images have 1 (grey) or 3");
    }
    return images;
  }

  /** Returns the input channels of a convolution that reads the images directly. */
  private Optional<Integer> channels() {
    for (Vertex vertex : vertices) {
      Dl4jLayers.Source layer = layers.get(vertex.name());
      if (layer != null && layer.kind().contains("Convolution") && readsImages(vertex)) {
        int channels = layer.unwrapped().path("nin").asInt();
        return Optional.of(channels).filter(known -> known > 0);
      }
    }
    return Optional.empty();
  }

  private boolean readsImages(Vertex vertex) {
    Map<String, Vertex> byName = new LinkedHashMap<>();
    vertices.forEach(one -> byName.put(one.name(), one));
    Vertex at = vertex;
    for (int i = 0; i < vertices.size() && at != null && !at.inputs().isEmpty(); i++) {
      String from = at.inputs().get(0);
      if (from.equals(input)) {
        return true;
      }
      Dl4jLayers.Source before = layers.get(from);
      at = before != null && KEEP_CHANNELS.contains(before.kind()) ? byName.get(from) : null;
    }
    return false;
  }
}

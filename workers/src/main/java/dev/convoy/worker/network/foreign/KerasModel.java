package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.Problems;
import dev.convoy.worker.network.foreign.GraphFolding.Kind;
import dev.convoy.worker.network.foreign.GraphFolding.Piece;
import dev.convoy.worker.network.foreign.GraphFolding.Single;
import dev.convoy.worker.network.foreign.GraphFolding.Vertex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The layers of one Keras model and their connections.
 *
 * @param layers layers by name, in the file's order: {@code class_name} and {@code config}
 * @param prefix prefix of the names in messages, from the enclosing model
 * @param inputShape shape of a batch; empty if the file does not give it
 * @param trainable whether the model as a whole is trained
 */
record KerasModel(
    Map<String, JsonNode> layers,
    List<Piece> pieces,
    String prefix,
    Optional<JsonNode> inputShape,
    boolean trainable) {
  private static final Set<String> MODELS = Set.of("Sequential", "Functional", "Model");
  private static final Map<String, Kind> JOINS =
      Map.of("Add", Kind.ADD, "Concatenate", Kind.CONCATENATE);

  /** Whether this class is a model that contains layers. */
  static boolean isModel(String kind) {
    return MODELS.contains(kind);
  }

  /** Whether layers of this class join branches. */
  static boolean isJoin(String kind) {
    return JOINS.containsKey(kind);
  }

  /**
   * Reads a Sequential or functional model.
   *
   * @param prefix prefix of the names in messages
   */
  static KerasModel read(JsonNode model, String prefix, Problems problems) {
    JsonNode config = model.path("config");
    JsonNode list = config.isArray() ? config : config.path("layers");
    boolean trainable = config.path("trainable").asBoolean(true);
    if (list.isEmpty()) {
      problems.add(prefix + "layers", "the model has none");
    }
    return model.path("class_name").asText().equals("Sequential")
        ? sequential(list, prefix, trainable, problems)
        : functional(config, list, prefix, trainable, problems);
  }

  private static KerasModel sequential(
      JsonNode list, String prefix, boolean trainable, Problems problems) {
    Map<String, JsonNode> layers = new LinkedHashMap<>();
    List<Piece> pieces = new ArrayList<>();
    Optional<JsonNode> shape = Optional.empty();
    for (JsonNode layer : list) {
      String name = name(layer);
      shape = shape.or(() -> shape(layer));
      if (isInput(layer)) {
        continue;
      }
      if (layers.putIfAbsent(name, layer) != null) {
        problems.add("layer " + prefix + name, "there are two of this name: rename one");
      }
      pieces.add(new Single(name));
    }
    return new KerasModel(layers, pieces, prefix, shape, trainable);
  }

  private static KerasModel functional(
      JsonNode config, JsonNode list, String prefix, boolean trainable, Problems problems) {
    Map<String, JsonNode> layers = new LinkedHashMap<>();
    List<Vertex> vertices = new ArrayList<>();
    Optional<JsonNode> shape = Optional.empty();
    List<String> inputs = histories(config.path("input_layers"));
    List<String> outputs = histories(config.path("output_layers"));
    if (inputs.size() != 1 || outputs.size() != 1) {
      problems.add(
          "input_layers " + inputs + ", output_layers " + outputs,
          "Convoy's networks have one input and one output");
    }
    for (JsonNode layer : list) {
      String name = name(layer);
      if (isInput(layer)) {
        shape = shape.or(() -> shape(layer));
        continue;
      }
      JsonNode nodes = layer.path("inbound_nodes");
      if (nodes.size() > 1) {
        problems.add(
            "layer " + prefix + name,
            "is used " + nodes.size() + " times: Convoy's layers share no weights");
      }
      List<String> from = histories(nodes.path(0));
      Kind unknown = from.size() > 1 ? Kind.CONCATENATE : Kind.LAYER; // refused when translated
      Kind kind = JOINS.getOrDefault(layer.path("class_name").asText(), unknown);
      vertices.add(new Vertex(name, kind, from));
      layers.put(name, layer);
    }
    List<Piece> pieces = List.of();
    if (inputs.size() == 1 && outputs.size() == 1 && !list.isEmpty()) {
      pieces = GraphFolding.fold(inputs.get(0), vertices, outputs.get(0), problems);
    }
    return new KerasModel(layers, pieces, prefix, shape, trainable);
  }

  /**
   * Returns the layers that a list refers to. Keras 2 writes {@code ["conv", 0, 0, {}]} for each,
   * Keras 3 an object with a {@code keras_history} among the arguments of the call.
   */
  private static List<String> histories(JsonNode node) {
    List<String> names = new ArrayList<>();
    if (node.isArray() && node.path(0).isTextual() && node.path(1).isInt()) {
      names.add(node.get(0).asText());
    } else if (node.isArray()) {
      node.forEach(inner -> names.addAll(histories(inner)));
    } else if (node.isObject()) {
      JsonNode history = node.path("config").path("keras_history");
      names.addAll(histories(history.isArray() ? history : node.path("args")));
    }
    return names;
  }

  private static boolean isInput(JsonNode layer) {
    return layer.path("class_name").asText().equals("InputLayer");
  }

  private static String name(JsonNode layer) {
    return layer.path("config").path("name").asText(layer.path("name").asText());
  }

  private static Optional<JsonNode> shape(JsonNode layer) {
    JsonNode config = layer.path("config");
    JsonNode keras2 = config.path("batch_input_shape");
    JsonNode shape = keras2.isArray() ? keras2 : config.path("batch_shape");
    return Optional.of(shape).filter(JsonNode::isArray);
  }
}

package dev.convoy.worker.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A network on images of one shape and a number of labels: nothing of it is left open. Made by
 * {@link NetworkDefinition#on} or {@link #fromJson}.
 *
 * @param input shape of the images
 * @param labels at least 2
 * @param layers in the order in which an image passes them
 * @param shapes the output of each layer
 */
public record Network(
    String name,
    ImageShape input,
    int labels,
    List<LayerDefinition> layers,
    List<LayerShape> shapes)
    implements Serializable {
  public Network {
    Checks.notBlank(name, "name");
    Checks.atLeast(2, labels, "labels");
    layers = List.copyOf(layers);
    shapes = List.copyOf(shapes);
    Checks.that(shapes.size() == layers.size(), "shapes", "there must be one for each layer");
  }

  /** What layer {@code layer}, counted from 0, takes. */
  public LayerShape inputOf(int layer) {
    return layer == 0 ? LayerShape.of(input) : shapes.get(layer - 1);
  }

  /** Trained values of the network: weights and biases. */
  public long parameters() {
    return IntStream.range(0, layers.size()).mapToLong(this::parameters).sum();
  }

  /** Trained values of layer {@code layer}, counted from 0. */
  public long parameters(int layer) {
    return layers.get(layer).parameters(inputOf(layer), labels);
  }

  /** Multiplications with addition in the forward pass of one image through layer {@code layer}. */
  public long multiplyAdds(int layer) {
    return layers.get(layer).multiplyAdds(inputOf(layer), labels);
  }

  /**
   * The canonical definition: one line of plain JSON with every default, name, input and label
   * count written out. Equal networks give equal text, however they were written.
   */
  public String toJson() {
    ObjectNode json = Json.object();
    json.put("name", name);
    json.set("input", Json.tree(input));
    json.put("labels", labels);
    ArrayNode items = json.putArray("layers");
    for (LayerDefinition layer : layers) {
      items.addObject().set(LayerKind.of(layer).key(), Json.tree(layer));
    }
    return Json.line(json);
  }

  /**
   * Reads what {@link #toJson()} wrote, as strictly as a definition.
   *
   * @param where the file, for messages
   * @throws InvalidRequestException with all faults
   */
  public static Network fromJson(JsonNode json, String where) {
    return NetworkReader.network(json, where);
  }
}

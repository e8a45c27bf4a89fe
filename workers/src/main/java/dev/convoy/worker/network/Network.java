package dev.convoy.worker.network;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.layer.BlockVisitor;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Residual;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network bound to an image shape and a number of labels, so that every shape and count is known.
 * It is made by {@link NetworkDefinition#on} or read from the output of {@link #toJson()}.
 *
 * @param accepts the images that it accepts: those of the shape {@code input}, or of any size
 * @param input shape of the training images
 * @param labels at least 2
 * @param layers in the order in which an image passes them
 * @param frozen names of the leaves whose stored values do not change
 * @param nodes the steps in topological order; the output of the last one is the network's
 */
public record Network(
    String name,
    NetworkInput accepts,
    ImageShape input,
    int labels,
    List<LayerDefinition> layers,
    List<String> frozen,
    List<Node> nodes)
    implements Serializable {
  public Network {
    Checks.notBlank(name, "name");
    Checks.atLeast(2, labels, "labels");
    layers = List.copyOf(layers);
    frozen = List.copyOf(frozen);
    nodes = List.copyOf(nodes);
  }

  /** Returns the step of that name. */
  public Optional<Node> node(String layer) {
    return nodes.stream().filter(node -> node.name().equals(layer)).findFirst();
  }

  /**
   * Returns the output layer; empty if there is none, so that the network can only be inspected.
   */
  public Optional<Output> output() {
    return layers.get(layers.size() - 1) instanceof Output output
        ? Optional.of(output)
        : Optional.empty();
  }

  /** Number of stored values: trained parameters and the statistics of batch normalisation. */
  public long parameters() {
    return nodes.stream().mapToLong(Node::parameters).sum();
  }

  /** Multiply-adds in the forward pass of one image. */
  public long multiplyAdds() {
    return nodes.stream().mapToLong(Node::multiplyAdds).sum();
  }

  /**
   * Returns this network, with its stored values, bound to images of another shape.
   *
   * @throws InvalidRequestException if it does not accept them, or a layer cannot take them
   */
  public Network at(ImageShape images) {
    return images.equals(input)
        ? this
        : new NetworkDefinition(name, accepts, layers, new HashSet<>(frozen), Map.of())
            .inspectedOn(images, labels);
  }

  /**
   * Returns the canonical definition: one line of plain JSON with every default, name, input and
   * label count written out. Equal networks give equal text, however their definitions were
   * written.
   */
  public String toJson() {
    ObjectNode json = Json.object();
    json.put("name", name);
    json.set("input", Json.tree(input));
    if (accepts.isAnySize()) {
      ObjectNode sizes = json.putObject("accepts");
      sizes.set("height", Json.tree(accepts.height()));
      sizes.set("width", Json.tree(accepts.width()));
    }
    json.put("labels", labels);
    write(layers, json.putArray("layers"));
    if (!frozen.isEmpty()) {
      json.set("frozen", Json.tree(frozen));
    }
    return Json.line(json);
  }

  private static void write(List<LayerDefinition> layers, ArrayNode items) {
    for (LayerDefinition layer : layers) {
      ObjectNode keys = (ObjectNode) Json.tree(layer);
      items.addObject().set(layer.kind(), keys);
      layer.match(leaf -> keys, block -> block.accept(new PathWriter(), keys));
    }
  }

  /** Writes the layers of each path under its key in the definition language. */
  private static final class PathWriter implements BlockVisitor<ObjectNode, ObjectNode> {
    @Override
    public ObjectNode visitInception(Inception inception, ObjectNode keys) {
      ArrayNode branches = keys.putArray("branches");
      inception.branches().forEach(branch -> write(branch, branches.addArray()));
      return keys;
    }

    @Override
    public ObjectNode visitResidual(Residual residual, ObjectNode keys) {
      write(residual.body(), keys.putArray("body"));
      write(residual.projection(), keys.putArray("projection"));
      return keys;
    }
  }
}

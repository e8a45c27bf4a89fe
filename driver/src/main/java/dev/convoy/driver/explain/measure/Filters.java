package dev.convoy.driver.explain.measure;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.SeparableConv;
import java.util.Optional;

/**
 * The learned weights of the first layer that has any, as small images: of a convolution one for
 * each feature map, {@code (channels, kernel rows, kernel columns)}; of a dense layer one for each
 * unit, {@code (channels, image rows, image columns)}.
 */
public final class Filters {
  private final Node node;
  private final int count;
  private final LayerShape shape;
  private final Reader reader;
  private final Optional<Weights> biases;

  private interface Reader {
    float at(int filter, int channel, int row, int column);
  }

  private Filters(Node node, int count, LayerShape shape, Reader reader, Optional<Weights> biases) {
    this.node = node;
    this.count = count;
    this.shape = shape;
    this.reader = reader;
    this.biases = biases;
  }

  /**
   * The first weights of a model.
   *
   * @param network the model's, at the shape of the image
   * @return empty where they do not see the channels of the image as they are
   */
  public static Optional<Filters> of(Model model, Network network) {
    return network.nodes().stream()
        .filter(node -> isWeighted(node))
        .findFirst()
        .filter(node -> source(network, node).maps() == network.input().channels())
        .map(node -> read(model, network, node));
  }

  private static boolean isWeighted(Node node) {
    return node.leaf()
        .filter(
            leaf -> leaf instanceof Convolution || leaf instanceof Dense || leaf instanceof Output)
        .isPresent();
  }

  /** What a layer sees, before it was made flat. */
  private static LayerShape source(Network network, Node node) {
    Node at = node;
    while (at.input().flat() && at.inputs().get(0) != Node.IMAGE) {
      at = network.nodes().get(at.inputs().get(0));
    }
    // What a global pool leaves has lost its rows and columns.
    return at.input().size() == node.input().size() ? at.input() : node.input();
  }

  private static Filters read(Model model, Network network, Node node) {
    Weights weights = Weights.find(model, node.name(), "W").orElseThrow();
    Optional<Weights> biases = Weights.find(model, node.name(), "b");
    LayerShape source = source(network, node);
    if (node.layer() instanceof Conv conv) {
      return new Filters(
          node,
          conv.maps(),
          new LayerShape(source.maps(), conv.kernel().rows(), conv.kernel().columns(), false),
          weights::at,
          biases);
    }
    if (node.layer() instanceof DepthwiseConv conv) {
      int each = conv.multiplier();
      return new Filters(
          node,
          node.output().maps(),
          new LayerShape(1, conv.kernel().rows(), conv.kernel().columns(), false),
          (filter, channel, row, column) -> weights.at(row, column, filter / each, filter % each),
          biases);
    }
    if (node.layer() instanceof SeparableConv conv) {
      int each = conv.multiplier();
      return new Filters(
          node,
          source.maps() * each,
          new LayerShape(1, conv.kernel().rows(), conv.kernel().columns(), false),
          (filter, channel, row, column) -> weights.at(filter % each, filter / each, row, column),
          Optional.empty());
    }
    return new Filters(
        node,
        weights.extent(1),
        source,
        (filter, channel, row, column) ->
            weights.at((channel * source.height() + row) * source.width() + column, filter),
        biases);
  }

  /** The layer. */
  public Node node() {
    return node;
  }

  /** Whether they slide over the image; the weights of a dense layer lie on all of it. */
  public boolean slide() {
    return !(node.layer() instanceof Dense || node.layer() instanceof Output);
  }

  public int count() {
    return count;
  }

  /** Of one filter. */
  public LayerShape shape() {
    return shape;
  }

  public float at(int filter, int channel, int row, int column) {
    return reader.at(filter, channel, row, column);
  }

  /** What is added to every sum of one filter; 0 where the layer has no biases. */
  public float bias(int filter) {
    return biases.map(weights -> weights.at(0, filter)).orElse(0f);
  }

  /** The values of one filter, channel-major. */
  public float[] values(int filter) {
    float[] values = new float[shape.size()];
    int next = 0;
    for (int channel = 0; channel < shape.maps(); channel++) {
      for (int row = 0; row < shape.height(); row++) {
        for (int column = 0; column < shape.width(); column++) {
          values[next++] = at(filter, channel, row, column);
        }
      }
    }
    return values;
  }
}

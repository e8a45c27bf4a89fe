package dev.convoy.driver.explain.measure;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.TensorLayout;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Optional;

/**
 * The learned weights of the first layer with weights, as small images. A convolution has one for
 * each feature map, {@code (channels, kernel rows, kernel columns)}; a dense layer has one for each
 * unit, {@code (channels, image rows, image columns)}.
 */
public final class Filters {
  private final Node node;
  private final int count;
  private final LayerShape shape;
  private final boolean slide;
  private final Reader reader;
  private final Optional<Weights> biases;

  private interface Reader {
    float at(int filter, int channel, int row, int column);
  }

  private Filters(
      Node node,
      int count,
      LayerShape shape,
      boolean slide,
      Reader reader,
      Optional<Weights> biases) {
    this.node = node;
    this.count = count;
    this.shape = shape;
    this.slide = slide;
    this.reader = reader;
    this.biases = biases;
  }

  /**
   * Returns the first weights of a model.
   *
   * @param network the model's network, at the shape of the image
   * @return empty if these weights are not applied to the channels of the image itself
   */
  public static Optional<Filters> of(Model model, Network network) {
    return of(model.tensors(), model.parameters(), network);
  }

  /**
   * Returns the first weights of a network.
   *
   * @param tensors layout of the parameters; some may be left out
   * @param parameters all parameters of the network, flat
   * @param network at the shape of the image
   * @return empty if these weights are not applied to the channels of the image itself, or are not
   *     among the tensors
   */
  public static Optional<Filters> of(
      List<TensorSpec> tensors, float[] parameters, Network network) {
    return network.nodes().stream()
        .filter(node -> isWeighted(node))
        .findFirst()
        .filter(node -> source(network, node).maps() == network.input().channels())
        .flatMap(node -> read(tensors, parameters, network, node));
  }

  private static boolean isWeighted(Node node) {
    return weights(node).isPresent();
  }

  /** Returns the layout of the weights that multiply the input, if there are any. */
  private static Optional<TensorLayout> weights(Node node) {
    return node.leaf().stream()
        .flatMap(leaf -> leaf.stored().stream())
        .filter(one -> one.role() == TensorLayout.Role.WEIGHTS)
        .findFirst();
  }

  /** Returns the input shape of a layer before flattening. */
  private static LayerShape source(Network network, Node node) {
    Node at = node;
    while (at.input().flat() && at.inputs().get(0) != Node.IMAGE) {
      at = network.nodes().get(at.inputs().get(0));
    }
    // A global pool removes the rows and columns.
    return at.input().size() == node.input().size() ? at.input() : node.input();
  }

  private static Optional<Filters> read(
      List<TensorSpec> tensors, float[] parameters, Network network, Node node) {
    TensorLayout layout = weights(node).orElseThrow();
    return Weights.find(tensors, parameters, node.name(), layout)
        .map(weights -> read(weights, network, node, bias(tensors, parameters, node, layout)));
  }

  /** Returns the layer's bias if it is added to the sums of a filter: no other weights follow. */
  private static Optional<Weights> bias(
      List<TensorSpec> tensors, float[] parameters, Node node, TensorLayout layout) {
    return layout.outputs().isPresent()
        ? Weights.find(tensors, parameters, node.name(), TensorLayout.BIAS)
        : Optional.empty();
  }

  private static Filters read(
      Weights weights, Network network, Node node, Optional<Weights> biases) {
    TensorLayout layout = weights.layout();
    LayerShape source = source(network, node);
    boolean slides = layout.axes().contains(Axis.ROWS);
    boolean ofOneMap = layout.axes().contains(Axis.MULTIPLIER);
    LayerShape shape =
        new LayerShape(
            ofOneMap ? 1 : source.maps(),
            slides ? weights.extent(Axis.ROWS) : source.height(),
            slides ? weights.extent(Axis.COLUMNS) : source.width(),
            false);
    int each = ofOneMap ? weights.extent(Axis.MULTIPLIER) : 1;
    int count = ofOneMap ? source.maps() * each : weights.extent(Axis.OUTPUTS);
    Reader reader =
        (filter, channel, row, column) ->
            weights.at(
                axis ->
                    switch (axis) {
                      case OUTPUTS -> filter;
                      case MULTIPLIER -> filter % each;
                      case INPUTS ->
                          ofOneMap
                              ? filter / each
                              : slides
                                  ? channel
                                  : (channel * shape.height() + row) * shape.width() + column;
                      case ROWS -> row;
                      case COLUMNS -> column;
                      case SINGLE -> 0;
                    });
    return new Filters(node, count, shape, slides, reader, biases);
  }

  /** Returns the layer. */
  public Node node() {
    return node;
  }

  /**
   * Returns whether the filters slide over the image; the weights of a dense layer cover all of it.
   */
  public boolean slide() {
    return slide;
  }

  public int count() {
    return count;
  }

  /** Returns the shape of one filter. */
  public LayerShape shape() {
    return shape;
  }

  public float at(int filter, int channel, int row, int column) {
    return reader.at(filter, channel, row, column);
  }

  /** Returns the bias of one filter; 0 if the layer has no biases. */
  public float bias(int filter) {
    return biases.map(weights -> weights.at(axis -> axis == Axis.OUTPUTS ? filter : 0)).orElse(0f);
  }

  /** Returns the values of one filter, channel-major. */
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

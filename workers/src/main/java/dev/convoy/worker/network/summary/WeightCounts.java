package dev.convoy.worker.network.summary;

import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Window;
import java.util.Optional;

/**
 * Number of weights, without biases, of a convolution and of two layers without its constraints
 * that map between the same shapes.
 *
 * <p>A convolution is the product with a Toeplitz matrix, {@code output values × input values}, in
 * which every weight occurs once for each position of its window. Without sharing, each of these
 * entries has a weight of its own: a locally connected layer, the non-zeros of that matrix. Without
 * locality too, every entry of the matrix is a weight: a dense layer.
 *
 * @param shared weights of the convolution
 * @param local weights without sharing; weights on padding are not counted
 * @param dense weights without sharing and without locality
 */
public record WeightCounts(long shared, long local, long dense) {

  /** Returns the counts of a convolution; empty for all other nodes. */
  static Optional<WeightCounts> of(Node node) {
    LayerShape in = node.input();
    LayerShape out = node.output();
    long dense = (long) in.size() * out.size();
    if (node.layer() instanceof Conv conv) {
      Window window = conv.window().orElseThrow();
      long pairs = (long) in.maps() * conv.maps();
      return Optional.of(
          new WeightCounts(
              pairs * window.size().area(),
              Math.multiplyExact(window.connections(in), pairs),
              dense));
    }
    if (node.layer() instanceof DepthwiseConv conv) {
      Window window = conv.window().orElseThrow();
      return Optional.of(
          new WeightCounts(
              (long) out.maps() * window.size().area(),
              Math.multiplyExact(window.connections(in), out.maps()),
              dense));
    }
    if (node.layer() instanceof SeparableConv conv) {
      Window window = conv.window().orElseThrow();
      long between = (long) in.maps() * conv.multiplier();
      return Optional.of(
          new WeightCounts(
              between * window.size().area() + between * conv.maps(),
              Math.addExact(
                  Math.multiplyExact(window.connections(in), between),
                  Math.multiplyExact(out.plane(), between * conv.maps())),
              dense));
    }
    return Optional.empty();
  }
}

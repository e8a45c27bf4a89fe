package dev.convoy.worker.network.summary;

import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Convolution;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.Optional;

/**
 * Number of weights, without biases, of a convolution and of two layers without its constraints
 * that map between the same shapes.
 *
 * <p>A convolution is the product with a Toeplitz matrix, {@code output values × input values}, in
 * which every weight occurs once for each position of its window. Without sharing, each non-zero
 * entry of that matrix is a separate weight: a locally connected layer. Without locality too, every
 * entry of the matrix is a weight: a dense layer.
 *
 * @param shared weights of the convolution
 * @param local weights without sharing; weights on padding are not counted
 * @param dense weights without sharing and without locality
 */
public record WeightCounts(long shared, long local, long dense) {

  /** Returns the counts of a convolution; empty for all other nodes. */
  static Optional<WeightCounts> of(Node node) {
    if (!(node.layer() instanceof Convolution conv)) {
      return Optional.empty();
    }
    LayerShape in = node.input();
    return Optional.of(
        new WeightCounts(
            conv.weights(in), conv.connections(in), (long) in.size() * node.output().size()));
  }
}

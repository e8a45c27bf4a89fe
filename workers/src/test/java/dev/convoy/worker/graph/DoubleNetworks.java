package dev.convoy.worker.graph;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import org.nd4j.linalg.api.buffer.DataType;

/**
 * Networks in double precision, which production never builds: for numerical gradients, and where a
 * sum of zeros has to be zero.
 */
public final class DoubleNetworks {
  private DoubleNetworks() {}

  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed) {
    return build(network, optimizer, seed, Form.FUSED);
  }

  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed, Form form) {
    return GraphBuilder.build(network, optimizer, seed, form, DataType.DOUBLE);
  }
}

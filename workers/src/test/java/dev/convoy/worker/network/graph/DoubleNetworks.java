package dev.convoy.worker.network.graph;

import dev.convoy.worker.network.Network;
import org.nd4j.linalg.api.buffer.DataType;

/** Networks in double precision, which production never builds: for numerical gradients. */
public final class DoubleNetworks {
  private DoubleNetworks() {}

  public static TrainableNetwork build(Network network, Optimizer optimizer, long seed) {
    return GraphBuilder.build(network, optimizer, seed, Form.FUSED, DataType.DOUBLE);
  }
}

package dev.convoy.worker.network.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import java.util.HashSet;
import java.util.Set;

/**
 * Estimate of the bytes outside the Java heap that one replica needs in training, all values in
 * float32.
 *
 * <p>It excludes the memory that every process needs once (the JVM, the native libraries), the
 * shard, and the copies of parameters and updater state that a round holds on the heap.
 *
 * @param batch number of examples in a minibatch
 * @param optimizer with its coefficients
 * @param parameters bytes of the stored values
 * @param gradients bytes of one gradient per stored value
 * @param optimizerState bytes of the updater state: none (sgd), one (momentum) or two (adam) values
 *     per trained value; frozen values and the statistics of batch normalisation have none
 * @param images bytes of the input batch
 * @param activations bytes of all nodes' outputs for the batch, kept for the backward pass
 * @param workspace bytes for the rest of a forward and backward pass: values before their
 *     activation function, gradients of the activations, layouts of the native kernels. An
 *     estimate, {@value #WORKSPACE_SHARE} times the activations
 */
public record ReplicaMemory(
    int batch,
    Optimizer.Kind optimizer,
    long parameters,
    long gradients,
    long optimizerState,
    long images,
    long activations,
    long workspace) {
  /** The largest batch that memory is estimated for. */
  public static final int LARGEST_BATCH = 1_000_000;

  /**
   * Bytes of workspace per byte of activations with layers on oneDNN, measured over the networks of
   * conf/networks. Max pools need more, because they keep the positions of their maxima; DL4J's own
   * layers, used where oneDNN does not load, need several times as much.
   */
  static final double WORKSPACE_SHARE = 1.8;

  public ReplicaMemory {
    Checks.between(1, LARGEST_BATCH, batch, "batch");
  }

  /** Estimates the memory of a replica of a network. */
  public static ReplicaMemory of(Network network, int batch, Optimizer.Kind optimizer) {
    long parameters = Float.BYTES * network.parameters();
    long activations =
        Math.multiplyExact(
            batch, network.nodes().stream().mapToLong(node -> node.output().bytes()).sum());
    return new ReplicaMemory(
        batch,
        optimizer,
        parameters,
        parameters,
        Float.BYTES * trained(network) * statesOf(optimizer),
        Math.multiplyExact(batch, (long) Float.BYTES * network.input().size()),
        activations,
        (long) (WORKSPACE_SHARE * activations));
  }

  /** Number of stored values that the optimizer changes. */
  static long trained(Network network) {
    Set<String> frozen = new HashSet<>(network.frozen());
    return network.nodes().stream()
        .filter(node -> !frozen.contains(node.name()))
        .mapToLong(ReplicaMemory::trained)
        .sum();
  }

  private static long trained(Node node) {
    return node.parameters() - node.statistics();
  }

  private static int statesOf(Optimizer.Kind optimizer) {
    return switch (optimizer) {
      case SGD -> 0;
      case MOMENTUM -> 1;
      case ADAM -> 2;
    };
  }

  /** Sum of all parts, in bytes. */
  @JsonProperty
  public long total() {
    return parameters + gradients + optimizerState + images + activations + workspace;
  }
}

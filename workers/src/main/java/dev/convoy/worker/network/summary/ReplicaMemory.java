package dev.convoy.worker.network.summary;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import java.util.HashSet;
import java.util.Set;

/**
 * Bytes outside the Java heap that one replica needs while it trains, all values in float32.
 *
 * <p>Not included: what every process has once (the JVM, the native libraries), the shard, and the
 * copies of parameters and updater state that a round sends over the heap.
 *
 * @param batch examples of a minibatch
 * @param optimizer with its coefficients
 * @param parameters the stored values
 * @param gradients one for each stored value
 * @param optimizerState for each trained value none (sgd), one (momentum) or two (adam); frozen
 *     values and the statistics of batch norm have none
 * @param images the batch that enters
 * @param activations what all nodes put out for the batch, kept for the backward pass
 * @param workspace the rest of a forward and backward pass: values before their activation
 *     function, gradients of the activations, layouts of the native kernels. An estimate, {@value
 *     #WORKSPACE_SHARE} times the activations
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
  /** The largest batch that is reckoned with. */
  public static final int LARGEST_BATCH = 1_000_000;

  /**
   * Measured: the resident memory of a process that trained the networks of conf/networks with
   * layers on oneDNN grew by 1.0 to 2.6 bytes for each byte of activations, between batches of 32
   * and 128; most where pools keep the places of their largest values. Where oneDNN does not load,
   * DL4J's own layers take up to 5.8.
   */
  static final double WORKSPACE_SHARE = 1.8;

  public ReplicaMemory {
    Checks.between(1, LARGEST_BATCH, batch, "batch");
  }

  /** What a replica of a network needs. */
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

  /** Stored values that the optimizer changes. */
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

  /** All of it. */
  @JsonProperty
  public long total() {
    return parameters + gradients + optimizerState + images + activations + workspace;
  }
}

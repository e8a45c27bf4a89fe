package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.Network;
import java.util.OptionalInt;

/**
 * The number of images of the training size in one forward pass.
 *
 * <p>If it is not chosen, it is the number of images with {@value #BYTES} bytes of activations,
 * from 1 to {@value #MOST}. Where DL4J runs the layers, throughput then comes close to that of the
 * best batch; programs of oneDNN kernels split the batch further and only need it not to be tiny.
 *
 * @param chosen chosen number, at least 1; empty if the network decides
 */
public record BatchSize(OptionalInt chosen) {
  /** A batch size that the network decides. */
  public static final BatchSize AUTOMATIC = new BatchSize(OptionalInt.empty());

  /** Bytes of activations of one batch over all layers. */
  static final long BYTES = 64L << 20;

  /** The largest automatic number of images. */
  static final int MOST = 1024;

  public BatchSize {
    Checks.atLeast(1, chosen.orElse(1), "batch");
  }

  /** Returns a chosen number of images. */
  public static BatchSize of(int images) {
    return new BatchSize(OptionalInt.of(images));
  }

  /** Returns the number of images in one forward pass of a network, at least 1. */
  public int on(Network network) {
    return chosen.orElseGet(
        () -> (int) Math.max(1, Math.min(MOST, BYTES / AcceptedSizes.activationBytes(network))));
  }
}

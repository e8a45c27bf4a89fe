package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.worker.network.Network;
import java.util.OptionalInt;

/**
 * How many images of the size trained on are gathered for one forward pass.
 *
 * <p>What is not chosen follows from the network: as many images as have {@value #BYTES} bytes of
 * activations, from 1 to {@value #MOST}. Measured in images a second on a core, of what the best
 * batch reaches: lenet (184 KiB an image) 83 % at 64 images, 95 % at 256; resnet-8 (343 KiB) 88 %
 * at 64, all at 256; small-inception (389 KiB) 95 % at 64; a network on 224×224×3 pixels (4 MiB) 86
 * % at 4, 95 % at 16. That is where DL4J runs the layers; programs of oneDNN's kernels divide the
 * batch further, and only need it not to be tiny.
 *
 * @param chosen at least 1; empty: by the network
 */
public record BatchSize(OptionalInt chosen) {
  /** By the network. */
  public static final BatchSize AUTOMATIC = new BatchSize(OptionalInt.empty());

  /** Bytes of activations of one batch, all layers together. */
  static final long BYTES = 64L << 20;

  /** The most images. */
  static final int MOST = 1024;

  public BatchSize {
    Checks.atLeast(1, chosen.orElse(1), "batch");
  }

  /** So many. */
  public static BatchSize of(int images) {
    return new BatchSize(OptionalInt.of(images));
  }

  /** Images of one forward pass, at least 1. */
  public int on(Network network) {
    return chosen.orElseGet(
        () -> (int) Math.max(1, Math.min(MOST, BYTES / AcceptedSizes.activationBytes(network))));
  }
}

package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.LruCache;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Which images a network takes, and how many of one size in one forward pass.
 *
 * <p>With {@code a(s)} the bytes of all activations of one image of size {@code s}, as float32 and
 * with the image itself, a batch of {@code b} images at the size trained on stands for {@code
 * b·a(trained)} bytes: of another size {@code min(b, b·a(trained) / a(s))} images go at once,
 * rounded down, but one at least. An image alone may have {@value #MOST_BYTES} bytes, or those of
 * the size trained on if they are more. All of it follows from the network: it is the same on every
 * machine.
 *
 * <p>What was found out about the sizes asked for last is remembered. For one thread.
 */
public final class AcceptedSizes {
  /** Bytes of activations that one image may need. */
  static final long MOST_BYTES = 1L << 30;

  private static final int REMEMBERED = 1_000;

  private final Network network;
  private final int batch;
  private final long trainedBytes;
  private final LruCache<ImageShape, Verdict> verdicts =
      new LruCache<>(REMEMBERED, forgotten -> {});

  /** Either a batch of at least 1 without a refusal, or 0 with one. */
  private record Verdict(int batch, String refusal) {}

  /**
   * The sizes of one network.
   *
   * @param batch most images of one forward pass, at least 1
   */
  public AcceptedSizes(Network network, int batch) {
    Checks.atLeast(1, batch, "batch");
    this.network = network;
    this.batch = batch;
    this.trainedBytes = activationBytes(network);
  }

  /** Why images of that shape cannot be scored, and what to do, in one line; empty if they can. */
  public Optional<String> refusal(ImageShape images) {
    String refusal = verdict(images).refusal;
    return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
  }

  /**
   * The same for a dataset, whose images can be prepared again.
   *
   * @param images the shape of all of its images
   */
  public Optional<String> refusalOfDataset(ImageShape images) {
    if (network.accepts().accepts(images)) {
      return refusal(images);
    }
    ImageShape accepted = network.accepts().like(images);
    return Optional.of(
        String.format(
            Locale.ROOT,
            "the model takes %s and the dataset has %s (prepare it with --size %dx%d --channels %d)",
            network.accepts().words(),
            images,
            accepted.height(),
            accepted.width(),
            accepted.channels()));
  }

  /**
   * Images of that shape in one forward pass, at least 1.
   *
   * @throws IllegalArgumentException if they are refused
   */
  public int batch(ImageShape images) {
    Verdict verdict = verdict(images);
    Checks.that(verdict.refusal.isEmpty(), "images", verdict.refusal);
    return verdict.batch;
  }

  private Verdict verdict(ImageShape images) {
    return verdicts.get(images, this::judge);
  }

  private Verdict judge(ImageShape images) {
    if (!network.accepts().accepts(images)) {
      return refused(
          String.format(
              Locale.ROOT,
              "the model takes %s and the image is %s: scale it to %s, or leave out --fit none",
              network.accepts().words(),
              images,
              network.accepts().like(images)));
    }
    long bytes;
    try {
      bytes = activationBytes(network.at(images));
    } catch (InvalidRequestException e) {
      return refused(e.getMessage().lines().map(String::strip).collect(Collectors.joining("; ")));
    }
    if (bytes > Math.max(MOST_BYTES, trainedBytes)) {
      return refused(
          String.format(
              Locale.ROOT,
              "an image of %s needs %,d MiB of activations, and at most %,d MiB are allowed:"
                  + " scale it down, or leave out --fit none",
              images,
              bytes >> 20,
              Math.max(MOST_BYTES, trainedBytes) >> 20));
    }
    return new Verdict((int) Math.max(1, Math.min(batch, batch * trainedBytes / bytes)), "");
  }

  private static Verdict refused(String reason) {
    return new Verdict(0, reason);
  }

  /** Bytes of one image and of all that the layers make of it. */
  static long activationBytes(Network network) {
    long bytes = LayerShape.of(network.input()).bytes();
    for (Node node : network.nodes()) {
      bytes += node.output().bytes();
    }
    return bytes;
  }
}

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
 * The image sizes that a network accepts, and the batch size for each.
 *
 * <p>Let {@code a(s)} be the bytes of all activations of one image of size {@code s}, as float32
 * and including the image itself. A batch of {@code b} images of the training size has {@code
 * b·a(trained)} bytes; of another size a batch has {@code min(b, b·a(trained) / a(s))} images,
 * rounded down, at least 1. A single image may have up to {@value #MOST_BYTES} bytes, or {@code
 * a(trained)} if that is more. The result depends only on the network, not on the machine.
 *
 * <p>The results for the sizes requested last are cached. Not thread-safe.
 */
public final class AcceptedSizes {
  /** The largest size of one image's activations, in bytes. */
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
   * Creates the sizes of one network.
   *
   * @param batch largest number of images in one forward pass, at least 1
   */
  public AcceptedSizes(Network network, int batch) {
    Checks.atLeast(1, batch, "batch");
    this.network = network;
    this.batch = batch;
    this.trainedBytes = activationBytes(network);
  }

  /** Returns why images of that shape cannot be scored, with the remedy; empty if they can. */
  public Optional<String> refusal(ImageShape images) {
    String refusal = verdict(images).refusal;
    return refusal.isEmpty() ? Optional.empty() : Optional.of(refusal);
  }

  /**
   * Returns why the images of a dataset cannot be scored; the remedy is to prepare it again.
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
   * Returns the number of images of that shape in one forward pass, at least 1.
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

  /** Returns the bytes of one image and of all layers' outputs for it. */
  static long activationBytes(Network network) {
    long bytes = LayerShape.of(network.input()).bytes();
    for (Node node : network.nodes()) {
      bytes += node.output().bytes();
    }
    return bytes;
  }
}

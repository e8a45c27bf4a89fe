package dev.convoy.worker.scoring;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * Gathers images of several sizes into batches of one size each.
 *
 * <p>What waits is bounded, however many sizes there are: beyond {@code mostBytes} bytes of pixels
 * or {@code mostImages} images, the size with the most bytes (of several, the one that has waited
 * longest) goes before its batch is full. The batches depend on the order of the images alone.
 *
 * @param <T> one image, with all that its caller wants to have back
 */
public final class SizeBatches<T> {
  private final ToIntFunction<ImageShape> batchOf;
  private final long mostBytes;
  private final int mostImages;
  private final Map<ImageShape, List<T>> waiting = new LinkedHashMap<>();
  private long waitingBytes;
  private int waitingImages;

  /** Images of one shape, in the order in which they came. */
  public record Batch<T>(ImageShape shape, List<T> images) {}

  /**
   * No image yet.
   *
   * @param batchOf how many images of a shape are a full batch, at least 1
   * @param mostBytes pixels that may wait, in bytes, beside those of the last image
   * @param mostImages images that may wait, at least 1
   */
  public SizeBatches(ToIntFunction<ImageShape> batchOf, long mostBytes, int mostImages) {
    this.batchOf = batchOf;
    this.mostBytes = mostBytes;
    this.mostImages = (int) Checks.atLeast(1, mostImages, "mostImages");
  }

  /**
   * Adds an image.
   *
   * @return the batch that has to go now, if one has
   */
  public Optional<Batch<T>> add(ImageShape shape, T image) {
    List<T> same = waiting.computeIfAbsent(shape, key -> new ArrayList<>());
    same.add(image);
    waitingBytes += shape.size();
    waitingImages++;
    if (same.size() >= batchOf.applyAsInt(shape)) {
      return Optional.of(take(shape));
    }
    return waitingBytes > mostBytes || waitingImages > mostImages
        ? Optional.of(take(largest()))
        : Optional.empty();
  }

  /** The next of the batches that are not full, the one that has waited longest first. */
  public Optional<Batch<T>> rest() {
    return waiting.isEmpty()
        ? Optional.empty()
        : Optional.of(take(waiting.keySet().iterator().next()));
  }

  private ImageShape largest() {
    ImageShape largest = null;
    long most = -1;
    for (Map.Entry<ImageShape, List<T>> one : waiting.entrySet()) {
      long bytes = (long) one.getKey().size() * one.getValue().size();
      if (bytes > most) {
        most = bytes;
        largest = one.getKey();
      }
    }
    return largest;
  }

  private Batch<T> take(ImageShape shape) {
    List<T> images = waiting.remove(shape);
    waitingBytes -= (long) shape.size() * images.size();
    waitingImages -= images.size();
    return new Batch<>(shape, images);
  }
}

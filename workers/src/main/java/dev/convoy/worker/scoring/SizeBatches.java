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
 * Groups images of several sizes into batches of one size each.
 *
 * <p>The number of waiting images is bounded for any number of sizes: beyond {@code mostBytes}
 * bytes of pixels or {@code mostImages} images, the batch with the most bytes (the oldest among
 * equal ones) is returned before it is full. The batches depend only on the order of the images.
 *
 * @param <T> one image with the caller's data
 */
public final class SizeBatches<T> {
  private final ToIntFunction<ImageShape> batchOf;
  private final long mostBytes;
  private final int mostImages;
  private final Map<ImageShape, List<T>> waiting = new LinkedHashMap<>();
  private long waitingBytes;
  private int waitingImages;

  /** Images of one shape, in order of arrival. */
  public record Batch<T>(ImageShape shape, List<T> images) {}

  /**
   * Creates an empty grouping.
   *
   * @param batchOf number of images of a shape in a full batch, at least 1
   * @param mostBytes limit on the waiting pixels in bytes, not counting the last image
   * @param mostImages limit on the waiting images, at least 1
   */
  public SizeBatches(ToIntFunction<ImageShape> batchOf, long mostBytes, int mostImages) {
    this.batchOf = batchOf;
    this.mostBytes = mostBytes;
    this.mostImages = (int) Checks.atLeast(1, mostImages, "mostImages");
  }

  /**
   * Adds an image.
   *
   * @return the batch that must be scored now, if any
   */
  public Optional<Batch<T>> add(ImageShape shape, T image) {
    List<T> same = waiting.computeIfAbsent(shape, key -> new ArrayList<>());
    same.add(image);
    waitingBytes += shape.size();
    waitingImages++;
    if (same.size() >= batchOf.applyAsInt(shape)) {
      return Optional.of(batch(shape));
    }
    return waitingBytes > mostBytes || waitingImages > mostImages
        ? Optional.of(batch(largest()))
        : Optional.empty();
  }

  /** Removes the oldest batch that is not full; empty if none is left. */
  public Optional<Batch<T>> rest() {
    return waiting.isEmpty()
        ? Optional.empty()
        : Optional.of(batch(waiting.keySet().iterator().next()));
  }

  /** Removes the images of a shape that wait, in order of arrival; empty if there are none. */
  public List<T> take(ImageShape shape) {
    List<T> images = waiting.remove(shape);
    if (images == null) {
      return List.of();
    }
    waitingBytes -= (long) shape.size() * images.size();
    waitingImages -= images.size();
    return images;
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

  private Batch<T> batch(ImageShape shape) {
    return new Batch<>(shape, take(shape));
  }
}

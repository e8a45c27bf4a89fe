package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.BrokenSourceException;
import dev.convoy.data.source.RawImage;
import dev.convoy.data.source.RawImages;
import dev.convoy.data.source.SourceSlice;
import dev.convoy.data.spark.RunningTasks;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.LongAccumulator;
import org.apache.spark.util.SerializableConfiguration;

/**
 * Finds the examples that are left out because others have the same pixels. It decodes every image,
 * before they are decoded again to be written. The driver keeps an id and a digest of each.
 *
 * @param task the task that will write the images
 */
record DuplicateSearch(PrepareTask task, Duplicates duplicates) {
  /** The first to be kept comes first. */
  private static final Comparator<Seen> ORDER =
      Comparator.comparing((Seen seen) -> seen.split).reversed().thenComparing(Seen::id);

  /** Pixels of an example, by the first 16 bytes of their SHA-256. */
  private record Pixels(long high, long low) implements Serializable {}

  private record Seen(Pixels pixels, String id, int label, Split split) implements Serializable {}

  /**
   * Returns the examples that are left out.
   *
   * @param images incremented by the tasks for every image
   */
  LeftOut.Copies find(JavaSparkContext spark, InputParts parts, LongAccumulator images) {
    Broadcast<SerializableConfiguration> hadoop =
        spark.broadcast(new SerializableConfiguration(spark.hadoopConfiguration()));
    PrepareTask reading = task;
    try {
      Function<SourceSlice, ArrayList<Seen>> onSlice =
          slice -> seen(reading, slice, new Storage(hadoop.value().value()), images);
      return left(parts.map(spark, onSlice));
    } finally {
      hadoop.destroy();
    }
  }

  private static ArrayList<Seen> seen(
      PrepareTask task, SourceSlice slice, Storage storage, LongAccumulator done) {
    ArrayList<Seen> seen = new ArrayList<>();
    try (RawImages images = slice.open(storage, task.fitter().limits())) {
      while (images.hasNext()) {
        RunningTasks.requireWanted();
        RawImage image = images.next();
        done.add(1);
        if (image.fault().isEmpty()) {
          seen(task, image).ifPresent(seen::add);
        }
      }
    } catch (BrokenSourceException e) {
      // The task that writes the images reports it.
      return seen;
    }
    return seen;
  }

  /** Returns an example; empty if the task that writes it will reject it. */
  private static Optional<Seen> seen(PrepareTask task, RawImage image) {
    FittedImage fitted;
    try {
      fitted = image.image().fitted(task.fitter());
    } catch (BadImageException e) {
      return Optional.empty();
    }
    if (!fitted.warning().isEmpty() && task.damaged() == OnDamaged.REJECT) {
      return Optional.empty();
    }
    byte[] digest = new Sha256().add(fitted.pixels()).bytes();
    Split split = task.splitOf(image);
    return Optional.of(new Seen(pixels(digest), image.id(), image.label().orElseThrow(), split));
  }

  private static Pixels pixels(byte[] digest) {
    ByteBuffer numbers = ByteBuffer.wrap(digest);
    return new Pixels(numbers.getLong(), numbers.getLong());
  }

  private LeftOut.Copies left(List<ArrayList<Seen>> parts) {
    Map<Pixels, Seen> first = new HashMap<>();
    for (List<Seen> part : parts) {
      part.forEach(
          each ->
              first.merge(
                  each.pixels, each, (one, other) -> ORDER.compare(one, other) <= 0 ? one : other));
    }
    Map<String, String> left = new HashMap<>();
    TreeSet<String> relabelled = new TreeSet<>();
    for (List<Seen> part : parts) {
      for (Seen each : part) {
        Seen kept = first.get(each.pixels);
        boolean leaves =
            duplicates == Duplicates.DROP ? !each.id.equals(kept.id) : each.split != kept.split;
        if (leaves) {
          left.put(each.id, kept.id);
          if (each.label != kept.label) {
            relabelled.add(each.id + " = " + kept.id);
          }
        }
      }
    }
    return new LeftOut.Copies(left, List.copyOf(relabelled));
  }
}

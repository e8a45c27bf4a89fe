package dev.convoy.driver.score;

import dev.convoy.data.image.FittedImage;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;

/**
 * Counts, on executors, the images that did not have the shape that the network takes.
 *
 * @param fitted images of another size
 * @param colourDropped colour images, for a network that takes grey ones
 * @param greySpread grey images, for a network that takes colour ones
 */
record ChangedImages(ImageCount fitted, ImageCount colourDropped, ImageCount greySpread)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Creates counters that Spark collects from tasks. */
  static ChangedImages registered(SparkContext spark) {
    ChangedImages counts = new ChangedImages(new ImageCount(), new ImageCount(), new ImageCount());
    spark.register(counts.fitted);
    spark.register(counts.colourDropped);
    spark.register(counts.greySpread);
    return counts;
  }

  /** Counts an image, in the task that has read it. */
  void add(FittedImage image) {
    int partition = TaskContext.getPartitionId();
    if (image.isFitted()) {
      fitted.add(partition);
    }
    switch (image.colour()) {
      case KEPT -> {}
      case DROPPED -> colourDropped.add(partition);
      case SPREAD -> greySpread.add(partition);
    }
  }

  /**
   * Returns notes for the user about images whose channels were changed; empty if there are none.
   *
   * @param images number of all images
   */
  List<String> colourNotes(long images) {
    List<String> notes = new ArrayList<>();
    if (colourDropped.value() > 0) {
      notes.add(
          storedAs(colourDropped.value(), images, "in colour")
              + " scored in grey, by luma: the model takes grey images.");
    }
    if (greySpread.value() > 0) {
      notes.add(
          storedAs(greySpread.value(), images, "grey")
              + " scored with that value in all three channels: the model takes colour images.");
    }
    return notes;
  }

  private static String storedAs(long count, long images, String stored) {
    return String.format(
        Locale.ROOT,
        "%,d of %,d images %s stored %s, and %s",
        count,
        images,
        count == 1 ? "is" : "are",
        stored,
        count == 1 ? "was" : "were");
  }
}

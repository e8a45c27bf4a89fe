package dev.convoy.data.source;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.Optional;

/** A part of a source that one Spark task reads. */
public interface SourceSlice extends Serializable {
  /** Returns the {@link RawImage#source} of all images of the slice; empty if they have several. */
  default Optional<String> source() {
    return Optional.empty();
  }

  /** Opens the slice on the machine of the task. */
  RawImages open(Storage storage, ImageLimits limits);

  /**
   * Opens the slice to look at the headers of its images. The images have their ids, labels, splits
   * and faults. Their pixels may be zero, and of files only the start may be read ({@link
   * dev.convoy.data.image.StoredImage#start}).
   */
  default RawImages openHeaders(Storage storage, ImageLimits limits) {
    return open(storage, limits);
  }
}

package dev.convoy.data.source;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.Serializable;

/** A part of a source that one Spark task reads. */
public interface SourceSlice extends Serializable {
  /** Opens the slice on the machine of the task. */
  RawImages open(Storage storage, ImageLimits limits);
}

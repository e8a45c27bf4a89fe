package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Images of a folder that one task reads.
 *
 * @param images images in the order of their paths
 */
record FolderSlice(List<Labelled> images) implements SourceSlice {
  /**
   * An image file with its label number.
   *
   * @param label at least 0, or {@value #NO_LABEL}
   * @param given split of the top-level folder
   * @param fault the reason why it is rejected, whatever it contains; empty for none
   */
  record Labelled(ImageFile file, int label, GivenSplit given, String fault)
      implements Serializable {
    /** The label number of images that have none, or are read without labels. */
    static final int NO_LABEL = -1;

    Labelled {
      Checks.atLeast(NO_LABEL, label, "label");
    }
  }

  /** Number of bytes that are read to find the header of an image. */
  static final int HEADER_BYTES = 1 << 16;

  @Override
  public RawImages open(Storage storage, ImageLimits limits) {
    return open(file -> StoredImage.file(file.read(storage, limits)));
  }

  @Override
  public RawImages openHeaders(Storage storage, ImageLimits limits) {
    return open(file -> header(file, storage, limits));
  }

  private static StoredImage header(ImageFile file, Storage storage, ImageLimits limits) {
    byte[] start = file.readStart(storage, HEADER_BYTES);
    return start.length < HEADER_BYTES
        ? StoredImage.file(start)
        : StoredImage.start(start, file.bytes())
            .orElseGet(() -> StoredImage.file(file.read(storage, limits)));
  }

  private RawImages open(Function<ImageFile, StoredImage> reading) {
    Iterator<Labelled> rest = images.iterator();
    return new RawImages() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public RawImage next() {
        Labelled image = rest.next();
        if (!image.fault().isEmpty()) {
          return RawImage.rejected(image.file().relative(), image.file().path(), image.fault());
        }
        return new RawImage(
            image.file().relative(),
            image.file().path(),
            image.label() == Labelled.NO_LABEL
                ? OptionalInt.empty()
                : OptionalInt.of(image.label()),
            image.given().split(),
            reading.apply(image.file()));
      }

      @Override
      public void close() {
        // Each file is closed once it has been read.
      }
    };
  }
}

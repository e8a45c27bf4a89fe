package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import java.util.NoSuchElementException;
import java.util.OptionalInt;

/**
 * A range of the images of an IDX file. A plain file is read from the first byte of the range, a
 * compressed one from its start.
 *
 * @param first number of the first image
 * @param count number of images
 */
record IdxSlice(IdxPair pair, int first, int count) implements SourceSlice {
  IdxSlice {
    Checks.atLeast(0, first, "first");
    Checks.atLeast(1, count, "count");
  }

  /** Reads the labels only. */
  @Override
  public RawImages openHeaders(Storage storage, ImageLimits limits) {
    StoredImage blank = StoredImage.grey(new byte[pair.imageBytes()], pair.height(), pair.width());
    IdxStream labels =
        IdxStream.openAt(storage, pair.labels(), IdxPair.LABELS_HEADER + (long) first);
    byte[] label = new byte[1];
    return new RawImages() {
      private int read;

      @Override
      public boolean hasNext() {
        return read < count;
      }

      @Override
      public RawImage next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        labels.read(label, 1, first + read, pair.count());
        return image(first + read++, label[0], blank);
      }

      @Override
      public void close() {
        labels.close();
      }
    };
  }

  private RawImage image(int index, byte label, StoredImage pixels) {
    return new RawImage(
        pair.stem() + "/" + index,
        pair.name(),
        OptionalInt.of(label & 0xff),
        pair.given().split(),
        pixels);
  }

  @Override
  public RawImages open(Storage storage, ImageLimits limits) {
    long imageAt = IdxPair.IMAGES_HEADER + (long) first * pair.imageBytes();
    IdxStream images = IdxStream.openAt(storage, pair.images(), imageAt);
    try {
      IdxStream labels =
          IdxStream.openAt(storage, pair.labels(), IdxPair.LABELS_HEADER + (long) first);
      return new Reading(images, labels);
    } catch (RuntimeException e) {
      images.close();
      throw e;
    }
  }

  private final class Reading implements RawImages {
    private final IdxStream images;
    private final IdxStream labels;
    private final byte[] label = new byte[1];
    private int read;

    Reading(IdxStream images, IdxStream labels) {
      this.images = images;
      this.labels = labels;
    }

    @Override
    public boolean hasNext() {
      return read < count;
    }

    @Override
    public RawImage next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int index = first + read;
      byte[] grey = new byte[pair.imageBytes()];
      images.read(grey, grey.length, index, pair.count());
      labels.read(label, 1, index, pair.count());
      read++;
      if (index == pair.count() - 1) {
        images.requireEnd(pair.count());
      }
      return image(index, label[0], StoredImage.grey(grey, pair.height(), pair.width()));
    }

    @Override
    public void close() {
      try (images) {
        labels.close();
      }
    }
  }
}

package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.image.BadImageException;
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
    ImageShape shape = pair.images().shape();
    StoredImage blank = StoredImage.ofPixels(new byte[shape.size()], shape);
    IdxStream labels = pair.labels().file().open(storage, first);
    byte[] label = new byte[pair.labels().file().itemBytes()];
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
        labels.read(label, label.length, first + read, pair.count());
        return image(first + read++, label, blank);
      }

      @Override
      public void close() {
        labels.close();
      }
    };
  }

  private RawImage image(int index, byte[] label, StoredImage pixels) {
    return new RawImage(
        id(index),
        pair.name(),
        OptionalInt.of(pair.labels().number(label)),
        pair.given().split(),
        pixels);
  }

  private String id(int index) {
    return pair.stem() + "/" + index;
  }

  @Override
  public RawImages open(Storage storage, ImageLimits limits) {
    IdxStream images = pair.images().file().open(storage, first);
    try {
      return new Reading(images, pair.labels().file().open(storage, first));
    } catch (RuntimeException e) {
      images.close();
      throw e;
    }
  }

  private final class Reading implements RawImages {
    private final IdxStream images;
    private final IdxStream labels;
    private final byte[] label = new byte[pair.labels().file().itemBytes()];
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
      byte[] item = new byte[pair.images().file().itemBytes()];
      images.read(item, item.length, index, pair.count());
      labels.read(label, label.length, index, pair.count());
      read++;
      if (index == pair.count() - 1) {
        images.requireEnd(pair.count());
      }
      try {
        byte[] pixels = pair.images().pixels(item);
        return image(index, label, StoredImage.ofPixels(pixels, pair.images().shape()));
      } catch (BadImageException e) {
        return RawImage.rejected(id(index), pair.name(), e.getMessage());
      }
    }

    @Override
    public void close() {
      try (images) {
        labels.close();
      }
    }
  }
}

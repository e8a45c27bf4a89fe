package dev.convoy.data.source;

import dev.convoy.data.Checks;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Some images of a folder.
 *
 * @param images in the order of their paths
 */
record FolderSlice(List<Labelled> images) implements SourceSlice {
  /**
   * An image file with the number of its label.
   *
   * @param given by the folder at the top
   */
  record Labelled(ImageFile file, int label, GivenSplit given) implements Serializable {
    Labelled {
      Checks.atLeast(0, label, "label");
    }
  }

  @Override
  public RawImages open(Storage storage, ImageLimits limits) {
    Iterator<Labelled> rest = images.iterator();
    return new RawImages() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public RawImage next() {
        Labelled image = rest.next();
        return new Encoded(image, image.file().read(storage, limits));
      }

      @Override
      public void close() {
        // Every file is closed when it has been read.
      }
    };
  }

  /**
   * A file that was read.
   *
   * @param bytes of the file; not copied
   */
  private record Encoded(Labelled image, byte[] bytes) implements RawImage {
    @Override
    public String id() {
      return image.file().relative();
    }

    @Override
    public String source() {
      return image.file().path();
    }

    @Override
    public int label() {
      return image.label();
    }

    @Override
    public Optional<Split> given() {
      return image.given().split();
    }

    @Override
    public boolean hasColour(ImageLimits limits) {
      try {
        return ImageFitter.naturalShape(bytes, limits).channels() == 3;
      } catch (BadImageException e) {
        // It will be rejected when it is decoded.
        return false;
      }
    }

    @Override
    public FittedImage fitted(ImageFitter fitter) throws BadImageException {
      return fitter.fit(bytes);
    }
  }
}

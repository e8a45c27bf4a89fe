package dev.convoy.driver.score;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.StoredImage;
import dev.convoy.worker.scoring.AcceptedSizes;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.sql.Row;

/**
 * Converts the content of an image column to pixels for a network.
 *
 * @param images content of the column
 * @param pixels shape of the images if the column holds pixels
 * @param fitter fits images to the size of the model's training images
 * @param sizing treatment of images of another size
 */
record ImageReader(
    ScoreInput.Images images, ImageShape pixels, ImageFitter fitter, ImageReader.Sizing sizing)
    implements Serializable {
  /** Treatment of images of another size. */
  enum Sizing {
    /** Images are fitted. */
    FITTED,
    /** Images keep their own size. */
    OWN
  }

  /**
   * One image in a shape that the network takes.
   *
   * @param image pixels in that shape, and whether they were fitted to it
   */
  record Decoded(ImageShape shape, FittedImage image) {}

  /**
   * Reads one image.
   *
   * @param cell content of the image column: bytes, or a struct of {@link SliceRows}; null if there
   *     is none
   * @throws BadImageException if the image is missing or cannot be read, or if the network does not
   *     take its size
   */
  Decoded read(Object cell, AcceptedSizes sizes) throws BadImageException {
    if (cell == null) {
      throw new BadImageException("there is no image");
    }
    if (images == ScoreInput.Images.STORED) {
      return fitted(SliceRows.image((Row) cell), sizes);
    }
    byte[] image = (byte[]) cell;
    if (holdsPixels(image)) {
      if (image.length != pixels.size()) {
        throw new BadImageException(
            String.format(
                Locale.ROOT,
                "damaged: %d bytes of pixels, and an image of %s has %d",
                image.length,
                pixels,
                pixels.size()));
      }
      return new Decoded(
          pixels, new FittedImage(image, FittedImage.Origin.OWN_SIZE, FittedImage.Colour.KEPT));
    }
    return fitted(StoredImage.file(image), sizes);
  }

  private Decoded fitted(StoredImage image, AcceptedSizes sizes) throws BadImageException {
    ImageFitter whole = sizing == Sizing.OWN ? ownSize(image, sizes) : fitter;
    return new Decoded(whole.shape(), image.fitted(whole));
  }

  private ImageFitter ownSize(StoredImage image, AcceptedSizes sizes) throws BadImageException {
    ImageFitter own = image.ownSize(fitter.shape().channels(), fitter.limits());
    String refusal = sizes.refusal(own.shape()).orElse("");
    if (!refusal.isEmpty()) {
      throw new BadImageException(refusal);
    }
    return own;
  }

  private boolean holdsPixels(byte[] image) {
    return switch (images) {
      case PIXELS -> true;
      case STORED -> false;
      case EITHER -> image.length == pixels.size() && !ImageFitter.isPngOrJpeg(image);
    };
  }
}

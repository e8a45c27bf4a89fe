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
 * From the bytes in an image column to pixels that a network takes.
 *
 * @param images what the column holds
 * @param pixels the shape of its images where it holds their pixels
 * @param fitter to the shape that the network trained on
 * @param sizing what is done to files of another size
 */
record ImageReader(
    ScoreInput.Images images, ImageShape pixels, ImageFitter fitter, ImageReader.Sizing sizing)
    implements Serializable {
  /** What is done to files of another size. */
  enum Sizing {
    /** They are fitted. */
    FITTED,
    /** They keep their own size. */
    OWN
  }

  /**
   * One image as the network takes it.
   *
   * @param image its pixels in that shape, and whether they were fitted to it
   */
  record Decoded(ImageShape shape, FittedImage image) {}

  /**
   * Reads one image.
   *
   * @param cell of the image column: bytes, or a struct of {@link SliceRows}; null where it has
   *     none
   * @throws BadImageException if there is none, if it cannot be read, or if the network does not
   *     take an image of its size
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

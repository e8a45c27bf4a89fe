package dev.convoy.driver.transform;

import dev.convoy.data.ImageShape;
import dev.convoy.data.image.BadImageException;
import dev.convoy.data.image.FittedImage;
import dev.convoy.data.image.ImageFitter;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.image.StoredImage;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.scoring.AcceptedSizes;
import java.io.Serializable;

/**
 * Converts the content of an image column to pixels for a network.
 *
 * @param column column with the images
 * @param fitter fits images to the size of the model's training images
 * @param sizing treatment of images of another size
 */
public record ImageReader(ImageColumn column, ImageFitter fitter, ImageReader.Sizing sizing)
    implements Serializable {
  /** Treatment of images of another size. */
  public enum Sizing {
    /** Images are fitted. */
    FITTED,
    /** Images keep their own size. */
    OWN
  }

  /**
   * One image in a shape that the network takes.
   *
   * @param image pixels in that shape, and whether they were fitted to it
   * @param storedBytes bytes of the image as the column stores it
   */
  record Decoded(ImageShape shape, FittedImage image, int storedBytes) {}

  /** Returns a reader for the images of a model, with the default limits. */
  public static ImageReader of(ImageColumn column, Model model, FitChoice fit) {
    return of(column, model, fit, ImageLimits.DEFAULT);
  }

  /** Returns a reader for the images of a model. */
  public static ImageReader of(ImageColumn column, Model model, FitChoice fit, ImageLimits limits) {
    return new ImageReader(
        column,
        fitter(model.network().input(), model, fit, limits),
        fit == FitChoice.NONE ? Sizing.OWN : Sizing.FITTED);
  }

  /** Returns a fitter of images as those of the model's dataset, to a shape. */
  public static ImageFitter fitter(
      ImageShape shape, Model model, FitChoice fit, ImageLimits limits) {
    return new ImageFitter(
        shape, model.geometry().with(fit.fitFor(model)), limits, model.background());
  }

  /** Returns a copy that leaves the size of images unchanged. */
  public ImageReader ofOwnSize() {
    return new ImageReader(column, fitter, Sizing.OWN);
  }

  /**
   * Reads the image of a row.
   *
   * @throws BadImageException if the image is missing or cannot be read, or if the network does not
   *     take its size
   */
  Decoded read(ImageRow row, Storage storage, AcceptedSizes sizes) throws BadImageException {
    StoredImage image = column.image(row, storage, fitter.limits(), fitter.background());
    int storedBytes = image.bytes().length;
    if (image.pixels().filter(shape -> isTaken(shape, sizes)).isPresent()) {
      ImageShape shape = image.pixels().get();
      return new Decoded(shape, FittedImage.ofPixels(image.bytes(), shape), storedBytes);
    }
    ImageFitter whole = sizing == Sizing.OWN ? ownSize(image, sizes) : fitter;
    return new Decoded(whole.shape(), image.fitted(whole), storedBytes);
  }

  /** Returns whether pixels of a shape need no conversion. */
  private boolean isTaken(ImageShape shape, AcceptedSizes sizes) {
    return shape.equals(fitter.shape()) || (sizing == Sizing.OWN && sizes.refusal(shape).isEmpty());
  }

  private ImageFitter ownSize(StoredImage image, AcceptedSizes sizes) throws BadImageException {
    ImageFitter own = image.ownSize(fitter);
    String refusal = sizes.refusal(own.shape()).orElse("");
    if (!refusal.isEmpty()) {
      throw new BadImageException(refusal);
    }
    return own;
  }
}

package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;
import java.util.Locale;
import java.util.concurrent.Semaphore;

/**
 * Turns images into the pixels of a dataset: decodes them within limits, applies the orientation of
 * EXIF, scales them to one size, and converts them to grey or RGB. Equal bytes give equal pixels on
 * every machine.
 *
 * <p>One channel is luma by ITU-R BT.601, {@code 0.299·R + 0.587·G + 0.114·B}, rounded; grey images
 * keep their values. A grey image in three channels has three equal channels. An image that already
 * has the size keeps every bit.
 *
 * @param shape shape of the result
 * @param geometry treatment of images of another size
 * @param limits limits of an encoded image
 * @param background what transparent pixels are drawn on
 */
public record ImageFitter(
    ImageShape shape, Geometry geometry, ImageLimits limits, Background background)
    implements Serializable {
  /** Rasters of more bytes are decoded one at a time in a JVM, however many tasks it runs. */
  private static final long LARGE_RASTER = 16L << 20;

  private static final Semaphore LARGE = new Semaphore(1);

  public ImageFitter {
    Checks.that(
        shape != null && geometry != null && limits != null && background != null,
        "fitter",
        "nothing may be null");
    shape.size();
  }

  /** Creates a fitter with the default limits, and a black background. */
  public ImageFitter(ImageShape shape, Fit fit) {
    this(shape, fit, ImageLimits.DEFAULT);
  }

  /** Creates a fitter with a black background. */
  public ImageFitter(ImageShape shape, Fit fit, ImageLimits limits) {
    this(shape, Geometry.DEFAULT.with(fit), limits, Background.BLACK);
  }

  /**
   * Returns the shape of an encoded image: upright, one channel if it is stored as grey, else
   * three. Reads the structure of the file and decodes no pixel.
   *
   * @throws BadImageException if it is not a whole image file within the limits
   */
  public static ImageShape naturalShape(byte[] encoded, ImageLimits limits)
      throws BadImageException {
    return ImageHeader.read(encoded, limits).shape();
  }

  /**
   * Returns a fitter that differs from this one by keeping the upright size of an encoded image.
   *
   * @throws BadImageException if it is not a whole image file within the limits, or is too large to
   *     be decoded without subsampling
   */
  ImageFitter ofOwnSize(byte[] encoded) throws BadImageException {
    ImageHeader header = ImageHeader.read(encoded, limits);
    if (ImageDecoder.step(header) > 1) {
      throw new BadImageException(
          String.format(
              Locale.ROOT,
              "its %d×%d pixels are too many to be taken one by one: scale it down",
              header.uprightHeight(),
              header.uprightWidth()));
    }
    return ofSize(header.uprightHeight(), header.uprightWidth());
  }

  /** Returns a fitter that differs from this one by the size. */
  ImageFitter ofSize(int height, int width) {
    return new ImageFitter(
        new ImageShape(height, width, shape.channels()),
        geometry.with(Fit.STRETCH),
        limits,
        background);
  }

  /**
   * Decodes and fits an image file.
   *
   * @param encoded the whole file
   * @return C·H·W bytes of {@link #shape}, channel-major
   * @throws BadImageException if it cannot be read within the limits
   */
  public byte[] toPixels(byte[] encoded) throws BadImageException {
    return fit(encoded).pixels();
  }

  /**
   * Decodes and fits an image file.
   *
   * @param encoded the whole file
   * @throws BadImageException if it cannot be read within the limits
   */
  public FittedImage fit(byte[] encoded) throws BadImageException {
    ImageHeader header = ImageHeader.read(encoded, limits);
    if (ImageDecoder.heldBytes(encoded, header) <= LARGE_RASTER) {
      return scale(encoded, header);
    }
    LARGE.acquireUninterruptibly();
    try {
      return scale(encoded, header);
    } finally {
      LARGE.release();
    }
  }

  /**
   * Fits raw grey pixels.
   *
   * @param grey {@code height × width} unsigned bytes, row by row; not changed
   * @return C·H·W bytes of {@link #shape}, channel-major
   */
  public byte[] greyToPixels(byte[] grey, int height, int width) {
    return fitPixels(grey, new ImageShape(height, width, 1)).pixels();
  }

  /**
   * Fits raw pixels.
   *
   * @param pixels C·H·W unsigned bytes, channel-major; not changed
   * @param from their shape
   */
  public FittedImage fitPixels(byte[] pixels, ImageShape from) {
    Checks.that(pixels.length == from.size(), "pixels", "must have one byte for each value");
    try {
      return scale(new PlanarRows(pixels, from), Orientation.UPRIGHT, from.channels(), "", "");
    } catch (BadImageException e) {
      throw new IllegalStateException("decoded pixels cannot be damaged", e);
    }
  }

  private FittedImage scale(byte[] encoded, ImageHeader header) throws BadImageException {
    ImageDecoder.Decoded decoded = ImageDecoder.decode(encoded, header, background);
    FittedImage fitted =
        scale(
            decoded.rows(),
            header.orientation(),
            header.grey() ? 1 : 3,
            decoded.warning(),
            header.format().words());
    decoded.rows().finish();
    return fitted;
  }

  /** Returns the treatment of the colour of an image with the given number of channels. */
  private FittedImage.Colour colour(int channels) {
    if (channels == shape.channels()) {
      return FittedImage.Colour.KEPT;
    }
    return channels == 1 ? FittedImage.Colour.SPREAD : FittedImage.Colour.DROPPED;
  }

  private FittedImage scale(
      PixelRows image, Orientation orientation, int channels, String warning, String format)
      throws BadImageException {
    FittedImage.Colour colour = colour(channels);
    boolean turned = orientation.swapsSides();
    int height = turned ? image.width() : image.height();
    int width = turned ? image.height() : image.width();
    ImageShape natural = new ImageShape(height, width, channels);
    if (height == shape.height() && width == shape.width()) {
      byte[] own = copy(image, orientation);
      return new FittedImage(
          own, FittedImage.Origin.OWN_SIZE, colour, alpha(image), warning, format, natural);
    }
    Placement placement = Placement.of(geometry.fit(), height, width, shape);
    Resampler.Axis down =
        Resampler.Axis.of(
            geometry.resampling(), height, placement.top(), placement.tall(), placement.height());
    Resampler.Axis across =
        Resampler.Axis.of(
            geometry.resampling(), width, placement.left(), placement.wide(), placement.width());
    byte[] scaled =
        Resampler.scale(image, shape.channels(), turned ? across : down, turned ? down : across);
    byte[] placed = place(scaled, placement, orientation);
    return new FittedImage(
        placed, FittedImage.Origin.FITTED, colour, alpha(image), warning, format, natural);
  }

  private static FittedImage.Alpha alpha(PixelRows read) {
    return read.wasTransparent() ? FittedImage.Alpha.DRAWN : FittedImage.Alpha.OPAQUE;
  }

  private byte[] copy(PixelRows image, Orientation orientation) throws BadImageException {
    int width = image.width();
    byte[] pixels = new byte[shape.size()];
    byte[][] row = new byte[shape.channels()][width];
    for (int y = 0; y < image.height(); y++) {
      image.read(y, row);
      for (int c = 0; c < shape.channels(); c++) {
        System.arraycopy(row[c], 0, pixels, c * shape.plane() + y * width, width);
      }
    }
    for (int c = 0; c < shape.channels() && orientation != Orientation.UPRIGHT; c++) {
      int plane = c * shape.plane();
      byte[] upright = orientation.turn(pixels, plane, image.height(), width);
      System.arraycopy(upright, 0, pixels, plane, upright.length);
    }
    return pixels;
  }

  private byte[] place(byte[] scaled, Placement placement, Orientation orientation) {
    int height = placement.height();
    int width = placement.width();
    boolean whole = height == shape.height() && width == shape.width();
    if (whole && orientation == Orientation.UPRIGHT) {
      return scaled;
    }
    byte[] pixels = new byte[shape.size()];
    int top = geometry.place().before(shape.height() - height);
    int left = geometry.place().before(shape.width() - width);
    boolean turned = orientation.swapsSides();
    for (int c = 0; c < shape.channels(); c++) {
      byte[] upright =
          orientation.turn(
              scaled, c * height * width, turned ? width : height, turned ? height : width);
      for (int y = 0; y < height; y++) {
        int to = c * shape.plane() + (top + y) * shape.width() + left;
        System.arraycopy(upright, y * width, pixels, to, width);
      }
    }
    geometry.padding().fill(pixels, shape, top, left, height, width);
    return pixels;
  }

  /**
   * The part of the upright source that is scaled, and the size of the result.
   *
   * @param top first row of the part, in source pixels
   * @param tall height of the part, in source pixels
   * @param height height of the scaled image, at most the height of the shape
   */
  private record Placement(
      double top, double left, double tall, double wide, int height, int width) {
    static Placement of(Fit fit, int height, int width, ImageShape shape) {
      double down = (double) shape.height() / height;
      double across = (double) shape.width() / width;
      return switch (fit) {
        case STRETCH -> new Placement(0, 0, height, width, shape.height(), shape.width());
        case PAD -> {
          int tall = down <= across ? shape.height() : rounded(height * across);
          int wide = across <= down ? shape.width() : rounded(width * down);
          yield new Placement(0, 0, height, width, tall, wide);
        }
        case CROP -> {
          double tall = down >= across ? height : shape.height() / across;
          double wide = across >= down ? width : shape.width() / down;
          yield new Placement(
              (height - tall) / 2, (width - wide) / 2, tall, wide, shape.height(), shape.width());
        }
      };
    }

    private static int rounded(double pixels) {
      return Math.max(1, (int) Math.rint(pixels));
    }
  }

  /**
   * Returns how many rows or columns, whichever are fewer, show an image of this shape, if there is
   * padding beside them and they are at most {@code most}; otherwise 0.
   *
   * @param natural upright shape of the image
   */
  public int stripWidth(ImageShape natural, int most) {
    if (geometry.fit() != Fit.PAD) {
      return 0;
    }
    Placement placed = Placement.of(Fit.PAD, natural.height(), natural.width(), shape);
    int rows = placed.height() < shape.height() ? placed.height() : most + 1;
    int columns = placed.width() < shape.width() ? placed.width() : most + 1;
    int fewer = Math.min(rows, columns);
    return fewer <= most ? fewer : 0;
  }

  /**
   * Returns whether the bytes start like an image file so clearly that they are no pixels. A file
   * of PNM starts with a letter and a digit, which pixels may do too.
   */
  public static boolean isClearlyImage(byte[] bytes) {
    return ImageFormat.of(bytes).filter(format -> format != ImageFormat.PNM).isPresent();
  }

  /**
   * Returns whether a file is an image, by its first bytes.
   *
   * @param start at least {@value ImageFormat#SIGNATURE_BYTES} bytes, or the whole of a shorter
   *     file
   */
  public static boolean isImage(byte[] start) {
    return ImageFormat.of(start).isPresent();
  }
}

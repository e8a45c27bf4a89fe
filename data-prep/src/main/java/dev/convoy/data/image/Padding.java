package dev.convoy.data.image;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * The pixels beside an image that does not fill the shape of the dataset.
 *
 * @param kind how they are found
 * @param rgb the colour {@code 0xRRGGBB} of {@link Kind#COLOUR}, else 0
 */
public record Padding(Padding.Kind kind, int rgb) implements Serializable {
  /** Ways of finding the pixels. */
  public enum Kind {
    /** One colour; its luma in grey datasets. */
    COLOUR,
    /** The outermost pixel of the row or column is repeated. */
    EDGE,
    /** The mean of each channel of the scaled image itself, rounded. */
    MEAN,
    /**
     * The image is mirrored at its outermost pixels, which are not repeated, as often as is needed:
     * {@code a b c} continues as {@code b a b c b a}.
     */
    REFLECT
  }

  public static final Padding ZERO = new Padding(Kind.COLOUR, 0);
  public static final Padding EDGE = new Padding(Kind.EDGE, 0);
  public static final Padding MEAN = new Padding(Kind.MEAN, 0);
  public static final Padding REFLECT = new Padding(Kind.REFLECT, 0);

  /** The values that {@link #of} takes, for messages. */
  public static final String WORDS = "zero, white, edge, mean, reflect or a colour such as #c0ffee";

  public Padding {
    Checks.that(rgb >= 0 && rgb <= (kind == Kind.COLOUR ? 0xffffff : 0), "rgb", "must be 0xRRGGBB");
  }

  /** Returns the padding of a word or a colour {@code #rrggbb}; empty for any other text. */
  public static Optional<Padding> of(String text) {
    return switch (text) {
      case "zero", "black" -> Optional.of(ZERO);
      case "white" -> Optional.of(new Padding(Kind.COLOUR, 0xffffff));
      case "edge" -> Optional.of(EDGE);
      case "mean" -> Optional.of(MEAN);
      case "reflect" -> Optional.of(REFLECT);
      default -> HexColour.of(text).map(rgb -> new Padding(Kind.COLOUR, rgb));
    };
  }

  /** Returns the text from which {@link #of} makes this padding. */
  public String key() {
    if (equals(ZERO)) {
      return "zero";
    }
    return kind == Kind.COLOUR ? HexColour.text(rgb) : kind.name().toLowerCase(Locale.ROOT);
  }

  /**
   * Fills the pixels beside an image.
   *
   * @param pixels C·H·W bytes, channel-major, 0 beside the image
   * @param top first row of the image
   * @param left first column of the image
   * @param height rows of the image, at least 1
   * @param width columns of the image, at least 1
   */
  void fill(byte[] pixels, ImageShape shape, int top, int left, int height, int width) {
    if (equals(ZERO) || (height == shape.height() && width == shape.width())) {
      return;
    }
    int[] rows = sources(top, height, shape.height());
    int[] columns = sources(left, width, shape.width());
    for (int channel = 0; channel < shape.channels(); channel++) {
      int plane = channel * shape.plane();
      byte constant =
          switch (kind) {
            case COLOUR -> colour(shape.channels(), channel);
            case MEAN -> mean(pixels, plane + top * shape.width() + left, height, width, shape);
            case EDGE, REFLECT -> 0;
          };
      for (int row = 0; row < shape.height(); row++) {
        int at = plane + row * shape.width();
        int from = plane + rows[row] * shape.width();
        if (kind == Kind.EDGE || kind == Kind.REFLECT) {
          for (int column = 0; column < shape.width(); column++) {
            // Pixels of the image are their own source, so none is read after it was changed.
            pixels[at + column] = pixels[from + columns[column]];
          }
        } else if (row < top || row >= top + height) {
          Arrays.fill(pixels, at, at + shape.width(), constant);
        } else {
          Arrays.fill(pixels, at, at + left, constant);
          Arrays.fill(pixels, at + left + width, at + shape.width(), constant);
        }
      }
    }
  }

  /** Returns the pixel of the image, in the padded one, that each pixel of an axis repeats. */
  private int[] sources(int first, int length, int padded) {
    int[] sources = new int[padded];
    for (int i = 0; i < padded; i++) {
      sources[i] =
          first
              + (kind == Kind.REFLECT
                  ? Reflection.pixel(i - first, length)
                  : Math.max(0, Math.min(length - 1, i - first)));
    }
    return sources;
  }

  private byte colour(int channels, int channel) {
    int red = rgb >> 16;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    if (channels == 1) {
      return (byte) RasterRows.luma(red, green, blue);
    }
    return (byte) (channel == 0 ? red : channel == 1 ? green : blue);
  }

  private static byte mean(byte[] pixels, int first, int height, int width, ImageShape shape) {
    long sum = 0;
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        sum += pixels[first + row * shape.width() + column] & 0xff;
      }
    }
    return (byte) Math.round((double) sum / ((long) height * width));
  }
}

package dev.convoy.worker.network;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;
import java.util.Optional;

/**
 * The images that a definition declares as its input.
 *
 * @param height rows
 * @param width columns
 * @param channels 1, 3 or {@code dataset}; never {@code any}
 */
public record NetworkInput(InputSize height, InputSize width, InputSize channels)
    implements Serializable {
  /** An input that the dataset fixes entirely. */
  public static final NetworkInput OF_DATASET =
      new NetworkInput(InputSize.DATASET, InputSize.DATASET, InputSize.DATASET);

  public NetworkInput {
    Checks.that(!channels.isAny(), "channels", "they cannot be any");
  }

  /** Returns the input for images of one shape. */
  public static NetworkInput of(ImageShape images) {
    return new NetworkInput(
        InputSize.of(images.height()),
        InputSize.of(images.width()),
        InputSize.of(images.channels()));
  }

  /** Whether images of several sizes are accepted. */
  public boolean isAnySize() {
    return height.isAny() || width.isAny();
  }

  /** Whether images of that shape are accepted. */
  public boolean accepts(ImageShape images) {
    return height.accepts(images.height())
        && width.accepts(images.width())
        && channels.accepts(images.channels());
  }

  /** Returns the shape if height, width and channels are all fixed. */
  public Optional<ImageShape> shape() {
    return height.isFixed() && width.isFixed() && channels.isFixed()
        ? Optional.of(new ImageShape(height.value(), width.value(), channels.value()))
        : Optional.empty();
  }

  /**
   * Returns the shape {@code images} with each extent that is fixed here replaced by its number.
   */
  public ImageShape like(ImageShape images) {
    return new ImageShape(
        height.or(images.height()), width.or(images.width()), channels.or(images.channels()));
  }

  /** Returns the input after binding to a dataset: only extents that are {@code any} stay open. */
  NetworkInput boundTo(ImageShape images) {
    return new NetworkInput(
        height.isAny() ? height : InputSize.of(images.height()),
        width.isAny() ? width : InputSize.of(images.width()),
        InputSize.of(images.channels()));
  }

  /**
   * Describes the images in words, such as {@code images of any size with 3 channels}, {@code
   * images 8 pixels high, of any width, with 1 channel}, or {@code 28×28×1 images}.
   */
  public String words() {
    Optional<ImageShape> shape = shape();
    if (shape.isPresent()) {
      return shape.get() + " images";
    }
    String size =
        height.equals(width) && !height.isFixed()
            ? " of " + extent(height, "size")
            : " " + side(height, "high", "height") + ", " + side(width, "wide", "width") + ",";
    String depth =
        channels.isFixed()
            ? channels.value() + (channels.value() == 1 ? " channel" : " channels")
            : "the channels of the dataset";
    return "images" + size + " with " + depth;
  }

  private static String side(InputSize size, String adjective, String noun) {
    return size.isFixed() ? size.value() + " pixels " + adjective : "of " + extent(size, noun);
  }

  private static String extent(InputSize size, String noun) {
    return size.isAny() ? "any " + noun : "the " + noun + " of the dataset";
  }

  /** Returns the form of definitions and tables: {@code any×any×1}. */
  @Override
  public String toString() {
    return height + "×" + width + "×" + channels;
  }
}

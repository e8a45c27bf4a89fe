package dev.convoy.worker.network;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.io.Serializable;
import java.util.Optional;

/**
 * The images that a definition is for.
 *
 * @param height rows
 * @param width columns
 * @param channels 1 or 3, or as the dataset has them; never any
 */
public record NetworkInput(InputSize height, InputSize width, InputSize channels)
    implements Serializable {
  /** All as the dataset has it. */
  public static final NetworkInput OF_DATASET =
      new NetworkInput(InputSize.DATASET, InputSize.DATASET, InputSize.DATASET);

  public NetworkInput {
    Checks.that(!channels.isAny(), "channels", "they cannot be any");
  }

  /** Images of one shape. */
  public static NetworkInput of(ImageShape images) {
    return new NetworkInput(
        InputSize.of(images.height()),
        InputSize.of(images.width()),
        InputSize.of(images.channels()));
  }

  /** Whether images of several sizes can enter. */
  public boolean isAnySize() {
    return height.isAny() || width.isAny();
  }

  /** Whether images of that shape can enter. */
  public boolean accepts(ImageShape images) {
    return height.accepts(images.height())
        && width.accepts(images.width())
        && channels.accepts(images.channels());
  }

  /** The shape, if nothing is left open. */
  public Optional<ImageShape> shape() {
    return height.isFixed() && width.isFixed() && channels.isFixed()
        ? Optional.of(new ImageShape(height.value(), width.value(), channels.value()))
        : Optional.empty();
  }

  /** The shape of images such as {@code images}, with what is fixed here in its place. */
  public ImageShape like(ImageShape images) {
    return new ImageShape(
        height.or(images.height()), width.or(images.width()), channels.or(images.channels()));
  }

  /** What stays open once a network is bound to a dataset: its size where that is any. */
  NetworkInput boundTo(ImageShape images) {
    return new NetworkInput(
        height.isAny() ? height : InputSize.of(images.height()),
        width.isAny() ? width : InputSize.of(images.width()),
        InputSize.of(images.channels()));
  }

  /**
   * The images in words, such as {@code images of any size with 3 channels}, {@code images 8 pixels
   * high, of any width, with 1 channel}, or {@code 28×28×1 images}.
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

  /** As definitions and tables write it: {@code any×any×1}. */
  @Override
  public String toString() {
    return height + "×" + width + "×" + channels;
  }
}

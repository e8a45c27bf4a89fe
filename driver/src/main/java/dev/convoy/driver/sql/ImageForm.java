package dev.convoy.driver.sql;

import dev.convoy.data.ImageShape;
import dev.convoy.data.Problems;
import dev.convoy.driver.transform.ImageFormat;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The form of the images of a call, by the names of the Params of {@code ConvoyModel}: {@value
 * #FORMAT}, and {@value #SHAPE} as {@code channels,height,width}.
 *
 * @param format stated form
 * @param shape shape of raw pixels, of none or one element; by default that of the model's images
 */
record ImageForm(ImageFormat format, List<ImageShape> shape) implements Serializable {
  static final ImageForm RECOGNISED = new ImageForm(ImageFormat.AUTO, List.of());

  private static final String FORMAT = "imageFormat";
  private static final String SHAPE = "pixelShape";

  ImageForm {
    shape = List.copyOf(shape);
  }

  /**
   * Reads options.
   *
   * @param function of the call, for messages
   * @param problems receives all faults
   */
  static ImageForm of(String function, Map<String, String> options, Problems problems) {
    Map<String, String> given = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    given.putAll(options);
    Optional<String> format = Optional.ofNullable(given.remove(FORMAT));
    Optional<String> shape = Optional.ofNullable(given.remove(SHAPE));
    for (String other : given.keySet()) {
      problems.add(
          function, other + " is no option of it (they are " + FORMAT + " and " + SHAPE + ")");
    }
    List<ImageShape> stated = new ArrayList<>();
    shape.flatMap(text -> shape(function, text, problems)).ifPresent(stated::add);
    return new ImageForm(
        format.flatMap(word -> format(function, word, problems)).orElse(ImageFormat.AUTO), stated);
  }

  private static Optional<ImageFormat> format(String function, String word, Problems problems) {
    if (ImageFormat.keys().contains(word)) {
      return Optional.of(ImageFormat.valueOf(word.toUpperCase(Locale.ROOT)));
    }
    problems.add(
        function,
        FORMAT + " is " + word + " (must be one of " + String.join(", ", ImageFormat.keys()) + ")");
    return Optional.empty();
  }

  private static Optional<ImageShape> shape(String function, String text, Problems problems) {
    String[] parts = text.split(",", -1);
    try {
      if (parts.length == 3) {
        return Optional.of(new ImageShape(number(parts[1]), number(parts[2]), number(parts[0])));
      }
    } catch (IllegalArgumentException e) {
      // The message below names the text.
    }
    problems.add(
        function,
        SHAPE
            + " is "
            + text
            + " (must be channels (1 or 3), height and width, each at least 1, such as 3,64,64)");
    return Optional.empty();
  }

  private static int number(String text) {
    return Integer.parseInt(text.strip());
  }

  /** Returns the shape of raw pixels, given that of the images of the model. */
  ImageShape pixels(ImageShape ofModel) {
    return shape.isEmpty() ? ofModel : shape.get(0);
  }

  @Override
  public String toString() {
    return FORMAT + " " + format.key() + (shape.isEmpty() ? "" : ", " + SHAPE + " " + shape.get(0));
  }
}

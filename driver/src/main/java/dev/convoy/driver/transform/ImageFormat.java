package dev.convoy.driver.transform;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Form in which a column holds images. */
public enum ImageFormat {
  /** Recognised by the type of the column and the first bytes of an image. */
  AUTO,
  /** The bytes of image files, such as PNG or JPEG. */
  ENCODED,
  /** Paths or URIs of image files. */
  PATH,
  /** Structs of Spark's {@code image} data source. */
  IMAGE,
  /** Structs with a field {@code bytes}, and possibly a field {@code path}. */
  STRUCT,
  /** C·H·W bytes, channel-major, of images of one shape. */
  PIXELS;

  /** Returns the word for this form, such as {@code encoded}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the words of all forms. */
  public static List<String> keys() {
    return Arrays.stream(values()).map(ImageFormat::key).toList();
  }
}

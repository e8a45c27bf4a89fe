package dev.convoy.driver.config;

import java.util.List;

/**
 * A configuration key.
 *
 * @param path in HOCON, such as {@code train.batch}
 * @param defaultText the default as it is written in {@code conf/convoy.conf}
 * @param unit unit or kind of the value
 * @param meaning in one sentence
 * @param reader parser of the value
 */
public record Key<T>(
    String path, String defaultText, String unit, String meaning, Reader<T> reader) {

  /** Parses a value. */
  public interface Reader<T> {
    /**
     * Parses a value.
     *
     * @throws IllegalArgumentException if the text is not valid; the message says what it must be
     */
    T read(String text);

    /** Returns the accepted words, or an empty list if values are not words. */
    default List<String> words() {
      return List.of();
    }
  }

  /**
   * Returns the command-line flag, without the section: {@code train.averageEvery} is {@code
   * --average-every}, {@code train.augment.crop} is {@code --augment-crop}.
   */
  public String flag() {
    String name = path.substring(path.indexOf('.') + 1).replace('.', '-');
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}

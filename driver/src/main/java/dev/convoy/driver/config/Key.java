package dev.convoy.driver.config;

import java.util.List;

/**
 * One setting.
 *
 * @param path in HOCON, such as {@code train.batch}
 * @param defaultText the default as it is written in {@code conf/convoy.conf}
 * @param unit of the value, or what kind of value it is
 * @param meaning in one sentence
 * @param reader makes the value of a text, or says what it must be
 */
public record Key<T>(
    String path, String defaultText, String unit, String meaning, Reader<T> reader) {

  /** Makes a value of a text. */
  public interface Reader<T> {
    /**
     * The value.
     *
     * @throws IllegalArgumentException whose message says what the value must be
     */
    T read(String text);

    /** The words that it knows, if they are few. */
    default List<String> words() {
      return List.of();
    }
  }

  /**
   * The flag of the command line, without the section: {@code train.averageEvery} is {@code
   * --average-every}, {@code train.augment.crop} is {@code --augment-crop}.
   */
  public String flag() {
    String name = path.substring(path.indexOf('.') + 1).replace('.', '-');
    return "--" + name.replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
  }
}

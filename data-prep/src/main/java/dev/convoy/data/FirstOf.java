package dev.convoy.data;

import java.util.List;
import java.util.Locale;

/**
 * The beginning of a list, for messages. A list that is longer by one is shown whole, because its
 * last element fits in the place of "and 1 more".
 *
 * @param <T> type of the elements
 * @param shown first elements of the list
 * @param more number of elements that are not shown: 0, or at least 2
 */
public record FirstOf<T>(List<T> shown, long more) {
  public FirstOf {
    shown = List.copyOf(shown);
  }

  /**
   * The first {@code most} elements of a list, or all of them if there is only one more.
   *
   * @param <T> type of the elements
   * @param most at least 1
   */
  public static <T> FirstOf<T> of(List<T> all, int most) {
    return of(all, all.size(), most);
  }

  /**
   * The first {@code most} elements of a list, or all of them if there is only one more.
   *
   * @param <T> type of the elements
   * @param first beginning of the list, with at least {@code most + 1} elements unless the list is
   *     shorter
   * @param total number of elements of the list
   * @param most at least 1
   */
  public static <T> FirstOf<T> of(List<T> first, long total, int most) {
    List<T> shown = total <= most + 1L ? first : first.subList(0, most);
    return new FirstOf<>(shown, total - shown.size());
  }

  /**
   * Returns {@code before} and {@code and 1,234 more}, or an empty string if all elements are
   * shown.
   */
  public String andMore(String before) {
    return more == 0 ? "" : before + String.format(Locale.ROOT, "and %,d more", more);
  }
}

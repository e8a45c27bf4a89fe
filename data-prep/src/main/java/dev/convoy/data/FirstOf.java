package dev.convoy.data;

import java.util.List;
import java.util.Locale;

/**
 * The beginning of a list that may be long. The place of "and 1 more" is given to the last name
 * itself, which fits there.
 *
 * @param <T> what is listed
 * @param shown the first of the list
 * @param more how many are not shown: 0, or at least 2
 */
public record FirstOf<T>(List<T> shown, long more) {
  public FirstOf {
    shown = List.copyOf(shown);
  }

  /**
   * At most {@code most} of a list, or one more where that is all of it.
   *
   * @param <T> what is listed
   * @param most at least 1
   */
  public static <T> FirstOf<T> of(List<T> all, int most) {
    return of(all, all.size(), most);
  }

  /**
   * At most {@code most} of a list, or one more where that is all of it.
   *
   * @param <T> what is listed
   * @param first its beginning, with at least {@code most + 1} of them where there are so many
   * @param total how many there are in all
   * @param most at least 1
   */
  public static <T> FirstOf<T> of(List<T> first, long total, int most) {
    List<T> shown = total <= most + 1L ? first : first.subList(0, most);
    return new FirstOf<>(shown, total - shown.size());
  }

  /** {@code and 1,234 more}; nothing where all are shown. */
  public String andMore(String before) {
    return more == 0 ? "" : before + String.format(Locale.ROOT, "and %,d more", more);
  }
}

package dev.convoy.data.lease;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a lease file. Files with a higher number are newer.
 *
 * @param number from 1
 * @param holder id of the holder on file systems without exclusive creation, where each driver
 *     writes a name of its own; empty on others
 */
record LeaseName(long number, String holder) implements Comparable<LeaseName> {
  private static final Pattern PATTERN =
      Pattern.compile("lease-([0-9]{8,18})(?:-([0-9a-f-]{36}))?\\.json");
  private static final Comparator<LeaseName> ORDER =
      Comparator.comparingLong(LeaseName::number).thenComparing(LeaseName::holder);

  /** Returns the name of a file; empty if it is not a lease. */
  static Optional<LeaseName> parse(String file) {
    Matcher matcher = PATTERN.matcher(file);
    return matcher.matches()
        ? Optional.of(
            new LeaseName(
                Long.parseLong(matcher.group(1)), Optional.ofNullable(matcher.group(2)).orElse("")))
        : Optional.empty();
  }

  String file() {
    return String.format(
        Locale.ROOT, "lease-%08d%s.json", number, holder.isEmpty() ? "" : "-" + holder);
  }

  @Override
  public int compareTo(LeaseName other) {
    return ORDER.compare(this, other);
  }
}

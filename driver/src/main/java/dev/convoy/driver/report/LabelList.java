package dev.convoy.driver.report;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of labels for use within a sentence. */
public final class LabelList {
  private static final int MOST_NAMED = 20;

  private LabelList() {}

  /** Returns the first twenty names, separated by commas, and the number of others. */
  public static String of(List<String> labels) {
    FirstOf<String> first = FirstOf.of(labels, MOST_NAMED);
    return first.shown().stream().map(Visible::of).collect(Collectors.joining(", "))
        + first.andMore(", ");
  }
}

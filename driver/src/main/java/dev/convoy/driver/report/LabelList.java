package dev.convoy.driver.report;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import java.util.List;
import java.util.stream.Collectors;

/** The names of labels within a sentence. */
public final class LabelList {
  private static final int MOST_NAMED = 20;

  private LabelList() {}

  /** The first twenty names with commas between them, and how many more there are. */
  public static String of(List<String> labels) {
    FirstOf<String> first = FirstOf.of(labels, MOST_NAMED);
    return first.shown().stream().map(Visible::of).collect(Collectors.joining(", "))
        + first.andMore(", ");
  }
}

package dev.convoy.data.prepare;

import dev.convoy.data.source.RawImage;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which images stay together when splits are drawn, such as all pictures of one patient.
 *
 * @param kind what names the group of an image
 * @param pattern with {@link Kind#PATTERN}, finds the group in the id: its first capturing group,
 *     or all that it matches; else null
 */
record Grouping(Grouping.Kind kind, Pattern pattern) implements Serializable {
  /** What names the group of an image. */
  enum Kind {
    /** Each image is drawn by itself, and every label has its fraction. */
    NONE,
    /** The id. */
    PATTERN,
    /** A column of a table. */
    COLUMN
  }

  static Grouping of(PreparePlan plan) {
    if (plan.groups().isPresent()) {
      return new Grouping(Kind.PATTERN, Pattern.compile(plan.groups().get()));
    }
    boolean column = plan.columns().flatMap(ExampleColumns::group).isPresent();
    return new Grouping(column ? Kind.COLUMN : Kind.NONE, null);
  }

  boolean isOn() {
    return kind != Kind.NONE;
  }

  /** Returns the name by which the split of an image is drawn: that of its group, or its id. */
  String key(RawImage image) {
    if (kind == Kind.COLUMN) {
      return image.group().orElse(image.id());
    }
    if (kind == Kind.NONE) {
      return image.id();
    }
    Matcher found = pattern.matcher(image.id());
    if (!found.find()) {
      return image.id();
    }
    String group = found.groupCount() == 0 ? found.group() : found.group(1);
    return group == null ? image.id() : group;
  }

  /** Returns the label within which the split of an image is drawn: groups have several. */
  int stratum(RawImage image) {
    return isOn() ? 0 : image.label().orElseThrow();
  }
}

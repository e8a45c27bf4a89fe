package dev.convoy.data.quality;

import dev.convoy.data.dataset.Split;
import java.io.Serializable;
import java.util.Comparator;

/**
 * An example of a dataset.
 *
 * @param label label number
 */
public record Member(String id, int label, Split split) implements Serializable {
  static final Comparator<Member> BY_ID =
      Comparator.comparing(Member::id).thenComparing(Member::split);
}

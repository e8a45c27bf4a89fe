package dev.convoy.data.quality;

import java.io.Serializable;
import java.util.Comparator;
import java.util.List;

/**
 * Groups of examples whose images are equal, or nearly so.
 *
 * @param groups number of groups
 * @param examples number of examples in them
 * @param acrossSplits groups with examples of several splits
 * @param acrossLabels groups with examples of several labels
 * @param first the first groups: those of several labels or splits, then the largest
 */
public record SameImages(
    long groups, long examples, long acrossSplits, long acrossLabels, List<Group> first) {
  /** Largest number of groups that are listed. */
  static final int LISTED = 24;

  /** Largest number of examples of a group that are listed. */
  static final int MEMBERS = 6;

  public SameImages {
    first = List.copyOf(first);
  }

  /**
   * Examples with the same image.
   *
   * @param size number of all
   * @param splits number of splits that they are in
   * @param labels number of labels that they have
   * @param members the first by their ids
   */
  public record Group(long size, int splits, int labels, List<Member> members)
      implements Serializable {
    static final Comparator<Group> WORST_FIRST =
        Comparator.comparing((Group group) -> group.labels == 1)
            .thenComparing(group -> group.splits == 1)
            .thenComparing(Comparator.comparing(Group::size).reversed())
            .thenComparing(group -> group.members.get(0).id());

    public Group {
      members = List.copyOf(members);
    }
  }

  /** Returns that there are none. */
  public static SameImages empty() {
    return new SameImages(0, 0, 0, 0, List.of());
  }

  /** Returns the number of examples that could be left out without losing an image. */
  public long surplus() {
    return examples - groups;
  }
}

package dev.convoy.data.quality;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/** Numbers of groups, and the worst of them, while they are collected. */
final class GroupCounts implements Serializable {
  private static final long serialVersionUID = 1L;

  private long groups;
  private long examples;
  private long acrossSplits;
  private long acrossLabels;
  private List<SameImages.Group> first = List.of();

  GroupCounts add(SameImages.Group group) {
    groups++;
    examples += group.size();
    acrossSplits += group.splits() > 1 ? 1 : 0;
    acrossLabels += group.labels() > 1 ? 1 : 0;
    keep(List.of(group));
    return this;
  }

  GroupCounts merge(GroupCounts other) {
    groups += other.groups;
    examples += other.examples;
    acrossSplits += other.acrossSplits;
    acrossLabels += other.acrossLabels;
    keep(other.first);
    return this;
  }

  private void keep(List<SameImages.Group> more) {
    first =
        Stream.concat(first.stream(), more.stream())
            .sorted(SameImages.Group.WORST_FIRST)
            .limit(SameImages.LISTED)
            .toList();
  }

  SameImages result() {
    return new SameImages(groups, examples, acrossSplits, acrossLabels, first);
  }
}

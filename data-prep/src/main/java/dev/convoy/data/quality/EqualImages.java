package dev.convoy.data.quality;

import dev.convoy.data.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Examples with the same pixels, while they are collected. */
final class EqualImages implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Comparator<Signature> BY_ID =
      Comparator.comparing(Signature::member, Member.BY_ID);

  private final EnumSet<Split> splits = EnumSet.noneOf(Split.class);
  private final TreeSet<Integer> labels = new TreeSet<>();
  private Signature[] first = {};
  private long size;

  EqualImages add(Signature image) {
    size++;
    splits.add(image.member().split());
    labels.add(image.member().label());
    keep(image);
    return this;
  }

  EqualImages merge(EqualImages other) {
    size += other.size;
    splits.addAll(other.splits);
    labels.addAll(other.labels);
    for (Signature image : other.first) {
      keep(image);
    }
    return this;
  }

  private void keep(Signature image) {
    first =
        Stream.concat(Arrays.stream(first), Stream.of(image))
            .sorted(BY_ID)
            .limit(SameImages.MEMBERS)
            .toArray(Signature[]::new);
  }

  boolean isGroup() {
    return size > 1;
  }

  SameImages.Group group() {
    List<Member> members = Arrays.stream(first).map(Signature::member).toList();
    return new SameImages.Group(size, splits.size(), labels.size(), members);
  }

  /** Returns the image with the first id, which stands for all. */
  Signature first() {
    return first[0];
  }
}

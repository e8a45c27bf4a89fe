package dev.convoy.data.quality;

import dev.convoy.data.dataset.Split;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Examples with the same pixels, while they are collected. */
final class EqualImages implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Comparator<Signature> BY_ID =
      Comparator.comparing(Signature::member, Member.BY_ID);

  /** The first image of each label and split, of which there are few. */
  private final TreeMap<String, Signature> firstOfEach = new TreeMap<>();

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
    Stream.concat(other.firstOfEach.values().stream(), Arrays.stream(other.first))
        .forEach(this::keep);
    return this;
  }

  private void keep(Signature image) {
    firstOfEach.merge(
        image.member().label() + " " + image.member().split(),
        image,
        (one, other) -> BY_ID.compare(one, other) <= 0 ? one : other);
    first =
        Stream.concat(Arrays.stream(first), Stream.of(image))
            .distinct()
            .sorted(BY_ID)
            .limit(SameImages.MEMBERS)
            .toArray(Signature[]::new);
  }

  boolean isGroup() {
    return size > 1;
  }

  /** Returns the group, with an example of each label and split as far as there is room. */
  SameImages.Group group() {
    List<Member> members =
        Stream.concat(firstOfEach.values().stream().sorted(BY_ID), Arrays.stream(first))
            .map(Signature::member)
            .distinct()
            .limit(SameImages.MEMBERS)
            .sorted(Member.BY_ID)
            .toList();
    return new SameImages.Group(size, splits.size(), labels.size(), members);
  }

  /** Returns the image with the first id, which stands for all. */
  Signature first() {
    return first[0];
  }
}

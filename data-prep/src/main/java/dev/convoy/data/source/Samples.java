package dev.convoy.data.source;

import dev.convoy.data.source.ArchiveItem.Kind;
import java.util.Optional;

/** Groups the items of an archive into samples. At most two images are held at once. */
final class Samples {
  private Sample current = new Sample("");

  /** Adds an image or a label; returns the sample before it if it begins another. */
  Optional<Sample> add(ArchiveItem item) {
    Optional<Sample> before = Optional.empty();
    String key = Sample.key(item.path());
    if (!key.equals(current.key())) {
      before = end();
      current = new Sample(key);
    }
    current.add(item);
    return before;
  }

  /** Returns the last sample; empty if nothing was added after the one that was returned last. */
  Optional<Sample> end() {
    Sample ended = current;
    current = new Sample("");
    return ended.image().isEmpty() && ended.skipped().isEmpty()
        ? Optional.empty()
        : Optional.of(ended);
  }

  /** Returns whether an item belongs to a sample. */
  static boolean isPart(ArchiveItem item) {
    return item.kind() == Kind.IMAGE || item.kind() == Kind.LABEL;
  }
}

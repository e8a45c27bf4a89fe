package dev.convoy.data.source;

import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Images that have two labels, because links lead from one label folder into another. */
final class LinkedLabels {
  private LinkedLabels() {}

  /**
   * Returns a warning about such links; empty if there are none.
   *
   * @param links links by their relative paths, with those of what they lead to
   * @param splits whether folders of splits lie around those of labels
   */
  static Optional<String> warning(Map<String, String> links, ImageFolder folder, boolean splits) {
    if (links.isEmpty()) {
      return Optional.empty();
    }
    NavigableSet<String> images =
        folder.images().stream()
            .map(ImageFile::relative)
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> found = new ArrayList<>();
    links.forEach(
        (link, target) -> {
          boolean used = hasImage(images, link);
          Optional<String> own = label(link, splits);
          Optional<String> other = label(target, splits);
          if (used && own.isPresent() && other.isPresent() && !own.equals(other)) {
            found.add(Visible.of(link) + " (" + Visible.of(target) + ")");
          }
        });
    if (found.isEmpty()) {
      return Optional.empty();
    }
    FirstOf<String> shown = FirstOf.of(found, SkippedFiles.NAMED);
    return Optional.of(
        String.format(
                Locale.ROOT,
                found.size() == 1
                    ? "%,d link leads from one label folder into another, so the same images have two"
                        + " labels: "
                    : "%,d links lead from one label folder into another, so the same images have two"
                        + " labels: ",
                found.size())
            + String.join(", ", shown.shown())
            + shown.andMore(", ")
            + " (remove the links if each image has one label)");
  }

  private static boolean hasImage(NavigableSet<String> images, String link) {
    String below = images.ceiling(link + "/");
    return images.contains(link) || (below != null && below.startsWith(link + "/"));
  }

  /** Returns the label of a path by its folder, also of the folder itself. */
  private static Optional<String> label(String path, boolean splits) {
    String[] names = path.split("/");
    int at = splits ? 1 : 0;
    return names.length > at ? Optional.of(names[at]) : Optional.empty();
  }
}

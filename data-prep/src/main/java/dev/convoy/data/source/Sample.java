package dev.convoy.data.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.source.ArchiveItem.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Adjacent entries of an archive with one key, as WebDataset pairs them: an image, and its label as
 * the text of {@code KEY.cls} or as the member {@code label} or {@code cls} of {@code KEY.json}.
 * The key is the path up to the first dot of the last name.
 */
final class Sample {
  private static final int MOST_LABEL = 256;

  private final String key;
  private final List<ArchiveItem> labels = new ArrayList<>();
  private final List<ArchiveItem> beside = new ArrayList<>();
  private Optional<ArchiveItem> image = Optional.empty();

  Sample(String key) {
    this.key = key;
  }

  static String key(String path) {
    int dot = path.indexOf('.', path.lastIndexOf('/') + 1);
    return dot < 0 ? path : path.substring(0, dot);
  }

  String key() {
    return key;
  }

  /** Returns what follows the first dot of the last name. */
  private static String extension(String path) {
    String key = key(path);
    return path.length() > key.length() + 1
        ? path.substring(key.length() + 1).toLowerCase(Locale.ROOT)
        : "";
  }

  /** Adds an image or a label with this key. */
  void add(ArchiveItem item) {
    if (item.kind() == Kind.LABEL) {
      labels.add(item);
    } else if (image.isEmpty()) {
      image = Optional.of(item);
    } else if (isPlain(item) && !isPlain(image.get())) {
      addBeside(image.get());
      image = Optional.of(item);
    } else {
      addBeside(item);
    }
  }

  private static boolean isPlain(ArchiveItem item) {
    return extension(item.path()).indexOf('.') < 0;
  }

  private void addBeside(ArchiveItem item) {
    beside.add(
        ArchiveItem.of(
            Kind.SKIPPED, item.path(), "beside the image of its sample, of which one is read"));
  }

  /** Returns the image, the first whose extension has no dot in it; empty if there is none. */
  Optional<ArchiveItem> image() {
    return image;
  }

  /** Returns the other images, and the labels if there is no image. */
  List<ArchiveItem> skipped() {
    List<ArchiveItem> skipped = new ArrayList<>(beside);
    if (image.isEmpty()) {
      labels.forEach(
          label ->
              skipped.add(
                  ArchiveItem.of(
                      Kind.SKIPPED, label.path(), "a label without an image beside it")));
    }
    return skipped;
  }

  /** Returns the label; empty if there is none, or none that can be read. */
  Optional<String> label() {
    Optional<String> text =
        labels.stream()
            .filter(item -> extension(item.path()).equals("cls"))
            .findFirst()
            .map(ArchiveItem::text);
    return text.or(
            () ->
                labels.stream()
                    .filter(item -> extension(item.path()).equals("json"))
                    .flatMap(item -> member(item.text()).stream())
                    .findFirst())
        .map(String::strip)
        .filter(label -> !label.isEmpty() && label.length() <= MOST_LABEL)
        .filter(label -> label.lines().count() == 1 && label.indexOf('\ufffd') < 0)
        .map(Sample::number);
  }

  /** Returns a whole number without leading zeros, any other label as it is. */
  private static String number(String label) {
    return isNumber(label) ? Integer.toString(Integer.parseInt(label)) : label;
  }

  static boolean isNumber(String label) {
    return label.matches("[0-9]{1,9}");
  }

  private static Optional<String> member(String text) {
    try {
      JsonNode json = Json.readTree(text, "label");
      for (String name : List.of("label", "cls")) {
        JsonNode value = json.path(name);
        if (value.isTextual() || value.isIntegralNumber()) {
          return Optional.of(value.asText());
        }
      }
      return Optional.empty();
    } catch (Json.MalformedJsonException e) {
      return Optional.empty();
    }
  }
}

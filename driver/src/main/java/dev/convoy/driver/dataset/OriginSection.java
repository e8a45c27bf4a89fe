package dev.convoy.driver.dataset;

import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.quality.ReasonCount;
import dev.convoy.data.quality.SourceProfile;
import dev.convoy.driver.report.Numbers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Shows where a dataset comes from: its sources, its settings, and what is not in it. */
record OriginSection(PageParts parts, Manifest manifest) {
  /** Shows what the images were before they were fitted. */
  void sources(SourceProfile sources) {
    parts.section(
        "What the images were",
        "Before they were fitted to " + manifest.shape() + ".",
        () ->
            parts
                .html()
                .element(
                    "table",
                    () -> {
                      parts.fact("formats", named(sources.formats()));
                      parts.fact("grey", Numbers.count(sources.grey()));
                      parts.fact("with transparent pixels", Numbers.count(sources.transparent()));
                      parts.fact("decoded in part", Numbers.count(sources.damaged()));
                      parts.fact("fitted to another size", Numbers.count(sources.fitted()));
                      parts.fact(
                          "sizes (height×width)",
                          sources.smallest().equals(sources.largest())
                              ? "all " + sources.smallest()
                              : sources.smallest()
                                  + " to "
                                  + sources.largest()
                                  + " by their numbers of pixels, half of them up to "
                                  + sources.median()
                                  + "; "
                                  + Numbers.count(sources.sizes(), "different size"));
                      parts.fact("most frequent sizes", common(sources));
                    },
                    "class",
                    "facts"));
  }

  private static String common(SourceProfile sources) {
    boolean allDiffer = sources.common().stream().allMatch(common -> common.images() == 1);
    return allDiffer && sources.sizes() > 1
        ? "none: every image has its own"
        : sources.common().stream()
            .map(common -> common.size() + ": " + Numbers.count(common.images()))
            .collect(Collectors.joining(", "));
  }

  /** Says why it is not shown what the images were. */
  void noSources() {
    parts.section(
        "What the images were",
        "Formats and sizes of the files are not told here: images were added to this dataset, and"
            + " those of the earlier ones were not kept.",
        () -> {});
  }

  /** Shows the settings of the preparation. */
  void settings() {
    parts.section(
        "How it was prepared",
        "",
        () ->
            parts
                .html()
                .element(
                    "table",
                    () ->
                        manifest
                            .plan()
                            .fields()
                            .forEachRemaining(
                                setting ->
                                    parts.fact(
                                        setting.getKey(),
                                        setting.getValue().isValueNode()
                                            ? setting.getValue().asText()
                                            : setting.getValue().toString())),
                    "class",
                    "facts"));
  }

  private static String text(ReasonCount reason) {
    return reason.reason()
        + (reason.example().isEmpty() ? "" : " (for example: " + reason.example() + ")");
  }

  private static String named(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Numbers.count(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  /** Shows files that are not in the dataset, by reason. */
  void reasons(String title, String lead, List<ReasonCount> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    parts.section(
        title,
        lead
            + (reasons.stream().allMatch(reason -> reason.example().isEmpty())
                ? ""
                : " N stands for numbers, which are those of the first image in the example."),
        () ->
            parts
                .html()
                .element(
                    "table",
                    () ->
                        reasons.forEach(
                            reason ->
                                parts
                                    .html()
                                    .element(
                                        "tr",
                                        () -> {
                                          parts
                                              .html()
                                              .element(
                                                  "td",
                                                  Numbers.count(reason.files()),
                                                  "class",
                                                  "number");
                                          parts.html().element("td", text(reason));
                                          parts
                                              .html()
                                              .element(
                                                  "td",
                                                  String.join(", ", reason.first()),
                                                  "class",
                                                  "id");
                                        })
                                    .line()),
                    "class",
                    "reasons"));
  }
}

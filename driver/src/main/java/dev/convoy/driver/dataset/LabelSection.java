package dev.convoy.driver.dataset;

import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.quality.DatasetPictures;
import dev.convoy.driver.report.Numbers;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Shows the labels, with their numbers, their means and some of their images. */
record LabelSection(PageParts parts, Manifest manifest, DatasetPictures pictures) {
  void write() {
    List<Integer> shown =
        IntStream.range(0, manifest.labels().size())
            .boxed()
            .filter(label -> total(label) == 0 || pictures.labels().containsKey(label))
            .toList();
    int all = manifest.labels().size();
    long most = shown.stream().mapToLong(this::total).max().orElse(1);
    parts.section(
        "Labels",
        (shown.size() < all ? "The " + shown.size() + " largest of " + all + " labels. " : "")
            + "First the mean of all images of the label, then some of them. The bars show the"
            + " numbers of examples.",
        () ->
            parts
                .html()
                .element(
                    "table",
                    () -> {
                      parts
                          .html()
                          .element(
                              "tr",
                              () ->
                                  List.of(
                                          "label",
                                          "train",
                                          "validation",
                                          "test",
                                          "",
                                          "mean",
                                          "examples")
                                      .forEach(title -> parts.html().element("th", title)))
                          .line();
                      shown.forEach(label -> row(label, most));
                    },
                    "class",
                    "labels"));
  }

  private long total(int label) {
    return manifest.counts().values().stream().mapToLong(counts -> counts.get(label)).sum();
  }

  private void row(int label, long most) {
    parts
        .html()
        .element(
            "tr",
            () -> {
              parts.html().element("th", Visible.of(manifest.labels().get(label)));
              for (Split split : Split.values()) {
                parts.html().element("td", Numbers.count(count(split, label)), "class", "number");
              }
              parts.html().element("td", () -> bar(label, most), "class", "bars");
              DatasetPictures.OfLabel own = pictures.labels().get(label);
              parts
                  .html()
                  .element(
                      "td",
                      () -> parts.picture(own == null ? null : own.mean(), "mean of the label"));
              parts
                  .html()
                  .element(
                      "td",
                      () -> {
                        if (own != null) {
                          own.samples().forEach(sample -> parts.picture(sample, "an example"));
                        }
                      },
                      "class",
                      "samples");
            })
        .line();
  }

  private long count(Split split, int label) {
    return manifest.counts().getOrDefault(split, List.of()).isEmpty()
        ? 0
        : manifest.counts().get(split).get(label);
  }

  private void bar(int label, long most) {
    for (Split split : Split.values()) {
      double share = 100.0 * count(split, label) / Math.max(1, most);
      if (share > 0) {
        parts
            .html()
            .element(
                "span",
                () -> {},
                "class",
                "bar " + split.key(),
                "style",
                String.format(Locale.ROOT, "width:%.2f%%", share));
      }
    }
  }
}

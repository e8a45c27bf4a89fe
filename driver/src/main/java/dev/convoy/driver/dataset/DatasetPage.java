package dev.convoy.driver.dataset;

import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.quality.DatasetPictures;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.Member;
import dev.convoy.data.quality.ReasonCount;
import dev.convoy.data.quality.SameImages;
import dev.convoy.data.quality.SourceProfile;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.Png;
import dev.convoy.driver.report.Numbers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shows a dataset on one page: what is wrong with it first, then what it holds. */
final class DatasetPage {
  /** Shorter side of a picture on the page, in pixels. */
  private static final int SIDE = 50;

  private final Manifest manifest;
  private final DatasetQuality quality;
  private final DatasetPictures pictures;
  private final Html html = new Html();

  private DatasetPage(Manifest manifest, DatasetQuality quality, DatasetPictures pictures) {
    this.manifest = manifest;
    this.quality = quality;
    this.pictures = pictures;
  }

  /**
   * Returns the page.
   *
   * @param name name of the dataset
   */
  static String of(
      String name, Manifest manifest, DatasetQuality quality, DatasetPictures pictures) {
    return new DatasetPage(manifest, quality, pictures).write(name);
  }

  private String write(String name) {
    html.element(
        "html",
        () -> {
          html.element(
              "head",
              () -> {
                html.empty("meta", "charset", "utf-8");
                html.empty(
                    "meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
                html.element("title", "Dataset " + name).line();
                html.style(stylesheet());
              });
          html.element("body", () -> body(name));
        },
        "lang",
        "en");
    return "<!DOCTYPE html>\n" + html + "\n";
  }

  private static String stylesheet() {
    try (InputStream in = DatasetPage.class.getResourceAsStream("page.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void body(String name) {
    html.element("h1", () -> html.text("Dataset ").element("em", name)).line();
    html.paragraph(
        Numbers.count(manifest.examples(), "example")
            + " of "
            + manifest.shape()
            + " (height×width×channels) with "
            + Numbers.count(manifest.labels().size(), "label")
            + ": "
            + java.util.Arrays.stream(Split.values())
                .filter(split -> manifest.count(split) > 0)
                .map(split -> split.key() + " " + Numbers.count(manifest.count(split)))
                .collect(Collectors.joining(", "))
            + ". Mean "
            + decimals(manifest.normalisation().mean())
            + " and standard deviation "
            + decimals(manifest.normalisation().std())
            + " of the train split, where 1 is full brightness.",
        "class",
        "lead");
    findings();
    labels();
    same(
        "Equal images",
        "Examples with exactly the same pixels at the size of the dataset. ",
        "group",
        quality.equal());
    same(
        "Nearly equal images",
        "Pairs whose pixels differ a little, as after a change of size or of compression. ",
        "pair",
        quality.alike());
    if (quality.constant() > 0) {
      section(
          "Images of one colour",
          Numbers.count(quality.constant(), "image") + " without any content.",
          () -> html.div("group", () -> quality.firstConstant().forEach(this::example)));
    }
    if (quality.sources() != null) {
      sources(quality.sources());
    }
    reasons(
        "Rejected images",
        "Images that are not in the dataset; all are listed in rejected/ beside this page.",
        quality.rejected());
    reasons(
        "Skipped files",
        "Files of the input that are not images; all are listed in skipped/ beside this page.",
        quality.skipped());
    settings();
    html.element(
            "footer",
            "Made by Convoy "
                + manifest.convoy()
                + " of the dataset with the fingerprint "
                + manifest.fingerprint()
                + ".")
        .line();
  }

  private void findings() {
    List<Finding> findings = new ArrayList<>();
    quality.warnings().forEach(text -> findings.add(Finding.warning(text)));
    findings.addAll(Findings.of(quality, manifest));
    section(
        "What to look at",
        "",
        () -> {
          if (findings.isEmpty()) {
            html.paragraph("Nothing was found that looks wrong.");
          }
          for (Finding.Weight weight : Finding.Weight.values()) {
            findings.stream()
                .filter(finding -> finding.weight() == weight)
                .forEach(
                    finding ->
                        html.paragraph(
                            finding.text() + (finding.text().endsWith("…") ? "" : "."),
                            "class",
                            "finding " + weight.name().toLowerCase(Locale.ROOT)));
          }
        });
  }

  private void labels() {
    List<Integer> shown =
        IntStream.range(0, manifest.labels().size())
            .boxed()
            .filter(label -> total(label) == 0 || pictures.labels().containsKey(label))
            .toList();
    int all = manifest.labels().size();
    long most = shown.stream().mapToLong(this::total).max().orElse(1);
    section(
        "Labels",
        (shown.size() < all ? "The " + shown.size() + " largest of " + all + " labels. " : "")
            + "First the mean of all images of the label, then some of them. The bars show the"
            + " numbers of examples.",
        () ->
            html.element(
                "table",
                () -> {
                  html.element(
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
                                  .forEach(title -> html.element("th", title)))
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
    html.element(
            "tr",
            () -> {
              html.element("th", Visible.of(manifest.labels().get(label)));
              for (Split split : Split.values()) {
                html.element("td", Numbers.count(count(split, label)), "class", "number");
              }
              html.element("td", () -> bar(label, most), "class", "bars");
              DatasetPictures.OfLabel own = pictures.labels().get(label);
              html.element(
                  "td", () -> picture(own == null ? null : own.mean(), "mean of the label"));
              html.element(
                  "td",
                  () -> {
                    if (own != null) {
                      own.samples().forEach(sample -> picture(sample, "an example"));
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
        html.element(
            "span",
            () -> {},
            "class",
            "bar " + split.key(),
            "style",
            String.format(Locale.ROOT, "width:%.2f%%", share));
      }
    }
  }

  private void same(String title, String lead, String noun, SameImages images) {
    if (images.groups() == 0) {
      return;
    }
    String shown =
        images.groups() > images.first().size()
            ? " The first " + images.first().size() + " are shown."
            : "";
    section(
        title,
        lead
            + Numbers.count(images.groups(), noun)
            + " with "
            + Numbers.count(images.examples(), "example")
            + "; "
            + Numbers.count(images.acrossSplits())
            + " in several splits, "
            + Numbers.count(images.acrossLabels())
            + " with several labels."
            + shown,
        () ->
            html.div(
                "groups",
                () -> {
                  for (SameImages.Group group : images.first()) {
                    html.div(
                        group.labels() > 1 || group.splits() > 1 ? "group bad" : "group",
                        () -> {
                          group.members().forEach(this::example);
                          if (group.size() > group.members().size()) {
                            html.element(
                                "p",
                                "and "
                                    + Numbers.count(group.size() - group.members().size(), "more"),
                                "class",
                                "more");
                          }
                        });
                  }
                }));
  }

  private void example(Member member) {
    html.element(
            "figure",
            () -> {
              picture(pictures.examples().get(DatasetPictures.key(member)), member.id());
              html.element(
                  "figcaption",
                  () -> {
                    html.element("b", Visible.of(manifest.labels().get(member.label())));
                    html.text(" ")
                        .element("span", member.split().key(), "class", member.split().key());
                    html.element("span", Visible.of(member.id()), "class", "id");
                  });
            })
        .line();
  }

  private void picture(byte[] pixels, String alt) {
    if (pixels == null) {
      return;
    }
    int shorter = Math.min(manifest.shape().height(), manifest.shape().width());
    double factor = (double) SIDE / shorter;
    html.empty(
        "img",
        "src",
        Png.address(Png.file(Png.picture(pixels, manifest.shape()))),
        "alt",
        alt,
        "width",
        String.valueOf(Math.round(manifest.shape().width() * factor)),
        "height",
        String.valueOf(Math.round(manifest.shape().height() * factor)));
  }

  private void sources(SourceProfile sources) {
    section(
        "What the images were",
        "Before they were fitted to " + manifest.shape() + ".",
        () ->
            html.element(
                "table",
                () -> {
                  fact("formats", named(sources.formats()));
                  fact("grey", Numbers.count(sources.grey()));
                  fact("with transparent pixels", Numbers.count(sources.transparent()));
                  fact("decoded in part", Numbers.count(sources.damaged()));
                  fact("fitted to another size", Numbers.count(sources.fitted()));
                  fact(
                      "sizes (height×width)",
                      sources.smallest().equals(sources.largest())
                          ? "all " + sources.smallest()
                          : sources.smallest()
                              + " to "
                              + sources.largest()
                              + ", half of them up to "
                              + sources.median()
                              + "; "
                              + Numbers.count(sources.sizes(), "different size"));
                  fact(
                      "most frequent sizes",
                      sources.common().stream()
                          .map(common -> common.size() + ": " + Numbers.count(common.images()))
                          .collect(Collectors.joining(", ")));
                },
                "class",
                "facts"));
  }

  private void settings() {
    section(
        "How it was prepared",
        "",
        () ->
            html.element(
                "table",
                () ->
                    manifest
                        .plan()
                        .fields()
                        .forEachRemaining(
                            setting ->
                                fact(
                                    setting.getKey(),
                                    setting.getValue().isValueNode()
                                        ? setting.getValue().asText()
                                        : setting.getValue().toString())),
                "class",
                "facts"));
  }

  private static String named(Map<String, Long> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getKey() + " " + Numbers.count(entry.getValue()))
        .collect(Collectors.joining(", "));
  }

  private void fact(String name, String value) {
    html.element("tr", () -> html.element("th", name).element("td", value)).line();
  }

  private void reasons(String title, String lead, List<ReasonCount> reasons) {
    if (reasons.isEmpty()) {
      return;
    }
    section(
        title,
        lead + " N stands for a number.",
        () ->
            html.element(
                "table",
                () ->
                    reasons.forEach(
                        reason ->
                            html.element(
                                    "tr",
                                    () -> {
                                      html.element(
                                          "td", Numbers.count(reason.files()), "class", "number");
                                      html.element("td", reason.reason());
                                      html.element(
                                          "td", String.join(", ", reason.first()), "class", "id");
                                    })
                                .line()),
                "class",
                "reasons"));
  }

  private void section(String title, String lead, Runnable content) {
    html.element(
            "section",
            () -> {
              html.element("h2", title).line();
              if (!lead.isEmpty()) {
                html.paragraph(lead, "class", "lead");
              }
              content.run();
            })
        .line();
  }

  private static String decimals(List<Double> values) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, "%.4f", value))
        .collect(Collectors.joining(" "));
  }
}

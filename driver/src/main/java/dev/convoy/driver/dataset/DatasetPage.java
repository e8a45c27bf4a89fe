package dev.convoy.driver.dataset;

import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.quality.DatasetPictures;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.Member;
import dev.convoy.data.quality.SameImages;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.report.Numbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Shows a dataset on one page: what is wrong with it first, then what it holds. */
final class DatasetPage {
  private final Manifest manifest;
  private final DatasetQuality quality;
  private final DatasetPictures pictures;
  private final Html html;
  private final PageParts parts;

  private DatasetPage(
      Html html, Manifest manifest, DatasetQuality quality, DatasetPictures pictures) {
    this.html = html;
    this.manifest = manifest;
    this.quality = quality;
    this.pictures = pictures;
    this.parts = new PageParts(html, manifest.shape());
  }

  /**
   * Returns the page.
   *
   * @param name name of the dataset
   */
  static String of(
      String name, Manifest manifest, DatasetQuality quality, DatasetPictures pictures) {
    return HtmlPage.of(
        "Dataset " + name,
        "",
        html -> new DatasetPage(html, manifest, quality, pictures).body(name));
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
    new LabelSection(parts, manifest, pictures).write();
    OriginSection origin = new OriginSection(parts, manifest);
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
      parts.section(
          "Images of one colour",
          Numbers.count(quality.constant(), "image") + " without any content.",
          () -> html.div("group", () -> quality.firstConstant().forEach(this::example)));
    }
    if (quality.sources() != null) {
      origin.sources(quality.sources());
    } else if (Findings.isAppended(manifest)) {
      origin.noSources();
    }
    origin.reasons(
        "Rejected images",
        "Images that are not in the dataset; all are listed in rejected/ beside this page.",
        quality.rejected());
    origin.reasons(
        "Skipped files",
        "Files of the input that are not images; all are listed in skipped/ beside this page.",
        quality.skipped());
    origin.settings();
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
    parts.section(
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

  private void same(String title, String lead, String noun, SameImages images) {
    if (images.groups() == 0) {
      return;
    }
    String shown =
        images.groups() > images.first().size()
            ? " The first " + images.first().size() + " are shown."
            : "";
    parts.section(
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
              parts.picture(pictures.examples().get(DatasetPictures.key(member)), member.id());
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

  private static String decimals(List<Double> values) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, "%.4f", value))
        .collect(Collectors.joining(" "));
  }
}

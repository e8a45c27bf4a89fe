package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.FirstOf;
import dev.convoy.data.Visible;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.source.SkippedFiles;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Descriptions of datasets and their preparation, as text and as JSON. */
public final class DatasetText {
  private DatasetText() {}

  /** Describes a prepared dataset. */
  public static String prepared(PrepareReport report) {
    StringBuilder text = new StringBuilder();
    if (report.isAppended()) {
      text.append(
          String.format(
              Locale.ROOT,
              "Added %s of %s in %s; %s in the dataset already. It is version %d.%n",
              Numbers.count(report.added(), "example"),
              Numbers.count(report.images(), "image"),
              Numbers.duration(report.seconds()),
              Numbers.count(report.known(), "image") + (report.known() == 1 ? " was" : " were"),
              report.manifest().version()));
    } else {
      text.append(firstLine(report));
    }
    report
        .notes()
        .forEach(note -> text.append("  ").append(Visible.of(note)).append(System.lineSeparator()));
    text.append(skipped(report.skipped()));
    if (!report.manifest().skippedFiles().isEmpty()) {
      text.append("  All of them are listed in skipped/ of the dataset.")
          .append(System.lineSeparator());
    }
    if (!report.emptyFolders().isEmpty()) {
      text.append("  Folders without an image: ")
          .append(named(FirstOf.of(report.emptyFolders(), SkippedFiles.NAMED)))
          .append(System.lineSeparator());
    }
    text.append(describe(report.manifest()))
        .append("Dataset: ")
        .append(Visible.of(report.output()));
    return text.toString();
  }

  private static String firstLine(PrepareReport report) {
    return String.format(
        Locale.ROOT,
        "Prepared %s of %s in %s%s.%n",
        Numbers.count(report.manifest().examples(), "example"),
        Numbers.count(report.images(), "image"),
        Numbers.duration(report.seconds()),
        report.manifest().rejected() == 0
            ? ""
            : "; "
                + Numbers.count(report.manifest().rejected())
                + " rejected, see rejected/ in it");
  }

  /**
   * Describes the skipped files in whole lines: for each reason their number and the first of them.
   */
  public static String skipped(SkippedFiles skipped) {
    return skipped.total() == 0
        ? ""
        : "  Skipped "
            + Numbers.count(skipped.total(), "other file")
            + ":"
            + System.lineSeparator()
            + skipped.groups().stream().map(DatasetText::skipped).collect(Collectors.joining());
  }

  /** Adds {@code skippedFiles}, their number, and {@code skipped}, by reason. */
  public static void addSkipped(ObjectNode json, SkippedFiles skipped) {
    json.put("skippedFiles", skipped.total());
    json.set("skipped", Json.tree(skipped.groups()));
  }

  private static String skipped(SkippedFiles.Group group) {
    return String.format(
        Locale.ROOT,
        "    %s %s (%s)%n",
        Numbers.count(group.files()),
        group.reason(),
        first(group.first(), group.files()));
  }

  private static String named(FirstOf<String> names) {
    return names.shown().stream().map(Visible::of).collect(Collectors.joining(", "))
        + names.andMore(", ");
  }

  /** Lists names, which may also be those of directories with several of the files. */
  private static String first(List<String> names, long files) {
    return names.stream().map(Visible::of).collect(Collectors.joining(", "))
        + (files > names.size() && names.size() > 1 ? ", …" : "");
  }

  /** Returns a prepared dataset as JSON. */
  public static ObjectNode json(PrepareReport report) {
    ObjectNode json = json(report.manifest());
    json.put("output", report.output());
    json.put("images", report.images());
    json.put("added", report.added());
    json.put("known", report.known());
    json.put("fittedImages", report.fitted());
    addSkipped(json, report.skipped());
    json.set("emptyFolders", Json.tree(report.emptyFolders()));
    json.put("seconds", report.seconds());
    return json;
  }

  /** Describes a dataset as a table. */
  public static String describe(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Images %s (height×width×channels), %s, %s%n",
            manifest.shape(),
            Numbers.count(manifest.labels().size(), "label"),
            normalisation(manifest.normalisation())));
    TextTable table = new TextTable("label", "train", "validation", "test");
    LabelRows shown =
        new LabelRows(
            manifest.labels().size(),
            label ->
                manifest.counts().values().stream().mapToLong(counts -> counts.get(label)).sum());
    shown.addTo(
        table,
        label ->
            table.row(
                manifest.labels().get(label),
                count(manifest, Split.TRAIN, label),
                count(manifest, Split.VALIDATION, label),
                count(manifest, Split.TEST, label)));
    table.row(
        "all",
        Numbers.count(manifest.count(Split.TRAIN)),
        Numbers.count(manifest.count(Split.VALIDATION)),
        Numbers.count(manifest.count(Split.TEST)));
    return text.append(table).toString();
  }

  private static String normalisation(Normalisation normalisation) {
    String numbers =
        "mean " + numbers(normalisation.mean()) + ", std " + numbers(normalisation.std());
    return switch (normalisation.kind()) {
      case DATASET -> numbers + " of the train split";
      case PER_IMAGE -> "every image normalised by itself (" + numbers + " of the train split)";
      case IMAGENET, UNIT, SYMMETRIC ->
          "normalised by " + numbers + " (" + normalisation.kind().key() + ")";
    };
  }

  /** Returns a dataset as JSON. */
  public static ObjectNode json(Manifest manifest) {
    ObjectNode json = Json.object();
    json.set("shape", Json.tree(manifest.shape()));
    json.set("labels", Json.tree(manifest.labels()));
    json.put("examples", manifest.examples());
    ObjectNode splits = json.putObject("splits");
    for (Split split : Split.values()) {
      splits.put(split.key(), manifest.count(split));
    }
    json.set("counts", Json.tree(manifest.counts()));
    json.put("rejected", manifest.rejected());
    json.set("normalisation", Json.tree(manifest.normalisation()));
    json.put("fingerprint", manifest.fingerprint());
    json.put("version", manifest.version());
    json.set("plan", manifest.plan());
    return json;
  }

  private static String count(Manifest manifest, Split split, int label) {
    List<Long> counts = manifest.counts().get(split);
    return counts == null ? "0" : Numbers.count(counts.get(label));
  }

  private static String numbers(List<Double> values) {
    return values.stream()
        .map(value -> String.format(Locale.ROOT, "%.4f", value))
        .collect(Collectors.joining(" "));
  }
}

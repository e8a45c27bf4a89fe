package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.prepare.PrepareReport;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Datasets and their preparation, for people and as JSON. */
public final class DatasetText {
  private DatasetText() {}

  /** What was prepared. */
  public static String prepared(PrepareReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Prepared %s examples of %s images in %s%s.%n",
            Numbers.count(report.manifest().examples()),
            Numbers.count(report.images()),
            Numbers.duration(report.seconds()),
            report.manifest().rejected() == 0
                ? ""
                : "; "
                    + Numbers.count(report.manifest().rejected())
                    + " rejected, see rejected/ in it"));
    report.notes().forEach(note -> text.append("  ").append(note).append(System.lineSeparator()));
    if (report.skippedFiles() > 0) {
      text.append(
          String.format(
              Locale.ROOT,
              "  %s other files were skipped.%n",
              Numbers.count(report.skippedFiles())));
    }
    text.append(describe(report.manifest())).append("Dataset: ").append(report.output());
    return text.toString();
  }

  /** The same as JSON. */
  public static ObjectNode json(PrepareReport report) {
    ObjectNode json = json(report.manifest());
    json.put("output", report.output());
    json.put("images", report.images());
    json.put("skippedFiles", report.skippedFiles());
    json.put("seconds", report.seconds());
    return json;
  }

  /** A dataset as a table. */
  public static String describe(Manifest manifest) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Images %s (height×width×channels), %d labels, mean %s, std %s of the train split%n",
            manifest.shape(),
            manifest.labels().size(),
            numbers(manifest.normalisation().mean()),
            numbers(manifest.normalisation().std())));
    TextTable table = new TextTable("label", "train", "validation", "test");
    int shown = Math.min(manifest.labels().size(), 50);
    for (int label = 0; label < shown; label++) {
      table.row(
          manifest.labels().get(label),
          count(manifest, Split.TRAIN, label),
          count(manifest, Split.VALIDATION, label),
          count(manifest, Split.TEST, label));
    }
    if (shown < manifest.labels().size()) {
      table.row("… " + (manifest.labels().size() - shown) + " more", "", "", "");
    }
    table.row(
        "all",
        Numbers.count(manifest.count(Split.TRAIN)),
        Numbers.count(manifest.count(Split.VALIDATION)),
        Numbers.count(manifest.count(Split.TEST)));
    return text.append(table).toString();
  }

  /** A dataset as JSON. */
  public static ObjectNode json(Manifest manifest) {
    ObjectNode json = Json.object();
    json.set("shape", Json.tree(manifest.shape()));
    json.set("labels", Json.tree(manifest.labels()));
    json.put("examples", manifest.examples());
    ObjectNode splits = json.putObject("splits");
    for (Split split : Split.values()) {
      splits.put(split.key(), manifest.count(split));
    }
    json.put("rejected", manifest.rejected());
    json.set("normalisation", Json.tree(manifest.normalisation()));
    json.put("fingerprint", manifest.fingerprint());
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

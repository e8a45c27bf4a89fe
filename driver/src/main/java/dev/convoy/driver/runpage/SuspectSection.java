package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.Png;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.Suspects;
import dev.convoy.driver.train.run.Suspects.Suspect;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The training images whose labels are the most suspicious, by label. */
record SuspectSection(Html html, Suspects suspects) {
  void write() {
    if (suspects.examples().isEmpty()) {
      return;
    }
    HtmlPage.section(
        html,
        "The most suspicious labels",
        "Training images with the highest mean loss over "
            + Numbers.count(suspects.epochs(), "epoch")
            + ": mislabelled, or hard. All images are in examples.parquet.",
        () -> {
          Map<Integer, List<Suspect>> byLabel =
              suspects.examples().stream()
                  .collect(
                      Collectors.groupingBy(Suspect::label, TreeMap::new, Collectors.toList()));
          byLabel.entrySet().stream()
              .sorted(Comparator.comparingDouble(label -> -label.getValue().get(0).meanLoss()))
              .forEach(
                  label -> {
                    html.element(
                        "h3",
                        "Labelled " + suspects.labels().get(label.getKey()),
                        "style",
                        "margin-top:14px");
                    html.div("gallery", () -> label.getValue().forEach(this::example));
                  });
        });
  }

  private void example(Suspect suspect) {
    html.element(
            "figure",
            () -> {
              ValidationSection.picture(
                  html, Png.picture(suspect.pixels(), suspects.shape()), suspect.id());
              html.element(
                  "figcaption",
                  () -> {
                    html.text("taken for ")
                        .element("b", suspects.labels().get(suspect.predicted()));
                    html.text(", loss " + Numbers.significant(suspect.meanLoss()));
                    html.element("span", suspect.id(), "class", "id");
                  });
            })
        .line();
  }
}

package dev.convoy.driver.explain.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.Node;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Shows the network, the image, and the probability of each label. */
record HeaderSection(Explanation explanation, Figures figures) {
  private static final int IMAGE_PIXELS = 448;
  private static final int MAX_BARS = 12;
  private static final int BAR_HEIGHT = 24;
  private static final int NAME_WIDTH = 130;
  private static final int BAR_WIDTH = 330;

  void write() {
    Html html = figures.html();
    html.element(
            "header",
            () -> {
              html.element(
                  "h1",
                  () -> {
                    html.text("Why ").element("em", explanation.network().name());
                    html.text(" says “").element("em", explanation.predictedLabel()).text("”");
                  });
              html.line()
                  .paragraph(
                      "What each layer of the network computes for one image, from the pixels to"
                          + " the label.",
                      "class",
                      "lead");
              chain();
              html.div(
                  "row hero",
                  () -> {
                    image();
                    bars();
                    facts();
                  });
            })
        .line();
  }

  /** Writes the layers from the image to the label; a block is one step. */
  private void chain() {
    Html html = figures.html();
    html.div(
        "chain",
        () -> {
          html.element(
              "span", () -> html.element("b", "image").text(" " + explanation.network().input()));
          for (Node node : explanation.network().nodes()) {
            if (node.blocks().isEmpty()) {
              html.element("span", "→", "class", "arrow");
              html.element(
                  "a",
                  () -> html.element("b", node.name()).text(" " + node.output()),
                  "href",
                  "#" + LayerSection.anchor(node));
            }
          }
        });
  }

  private void image() {
    Html html = figures.html();
    Drawing.Tile tile = Drawing.Tile.of(explanation.subject().pixels());
    figures.addFile("image-pixels", Drawing.tile(tile, 1));
    figures.figure(
        "image",
        Drawing.tile(tile, Drawing.factor(tile, IMAGE_PIXELS)),
        "the image",
        () -> {
          Optional<Integer> label = explanation.subject().label();
          html.text("The image: " + explanation.subject().origin() + ". ");
          html.text(label.isPresent() ? "True label: " : "Its true label is not known.");
          label.ifPresent(
              known -> html.element("b", explanation.model().labels().get(known)).text("."));
        });
  }

  private void bars() {
    Html html = figures.html();
    List<Float> probabilities = explanation.probabilities();
    List<Integer> labels =
        IntStream.range(0, probabilities.size())
            .boxed()
            .sorted(Comparator.comparing(label -> -probabilities.get(label)))
            .limit(MAX_BARS)
            .sorted()
            .toList();
    int width = NAME_WIDTH + BAR_WIDTH + 70;
    int height = labels.size() * BAR_HEIGHT;
    figures.figure(
        "bars",
        () ->
            html.element(
                "svg",
                () -> {
                  for (int i = 0; i < labels.size(); i++) {
                    bar(labels.get(i), i * BAR_HEIGHT);
                  }
                },
                "width",
                String.valueOf(width),
                "height",
                String.valueOf(height),
                "viewBox",
                "0 0 " + width + " " + height,
                "role",
                "img"),
        () -> {
          String of =
              labels.size() < probabilities.size()
                  ? "The " + labels.size() + " likeliest of " + probabilities.size() + " labels. "
                  : "";
          html.text(of + "The softmax output: the probabilities of all labels add up to 1. ");
          html.text("Predicted: ").element("b", explanation.predictedLabel());
          html.text(verdict());
        },
        width);
  }

  private String verdict() {
    return explanation
        .subject()
        .label()
        .map(label -> label == explanation.prediction() ? ", which is right." : ", which is wrong.")
        .orElse(".");
  }

  private void bar(int label, int top) {
    Html html = figures.html();
    double probability = explanation.probabilities().get(label);
    boolean predicted = label == explanation.prediction();
    String baseline = Figures.number(top + 16.5);
    html.element(
        "text",
        shortened(explanation.model().labels().get(label)),
        "x",
        String.valueOf(NAME_WIDTH - 10),
        "y",
        baseline,
        "text-anchor",
        "end",
        "class",
        predicted ? "strong" : "");
    html.empty(
        "rect",
        "x",
        String.valueOf(NAME_WIDTH),
        "y",
        String.valueOf(top + 4),
        "width",
        Figures.number(Math.max(1, probability * BAR_WIDTH)),
        "height",
        String.valueOf(BAR_HEIGHT - 8),
        "fill",
        Colours.css(Colours.share(predicted ? 0.8 : 0.45)));
    html.element(
        "text",
        Numbers.percent(probability),
        "x",
        Figures.number(NAME_WIDTH + 8 + probability * BAR_WIDTH),
        "y",
        baseline,
        "class",
        predicted ? "strong" : "soft");
    html.line();
  }

  private static String shortened(String label) {
    return label.length() <= 16 ? label : label.substring(0, 15) + "…";
  }

  private void facts() {
    Html html = figures.html();
    html.element(
        "table",
        () -> {
          JsonNode made = explanation.model().provenance();
          JsonNode plan = made.path("plan");
          fact("trained on", lastName(source(made)));
          fact("epochs", plan.path("epochs").asText(""));
          fact("replicas", plan.path("replicas").asText(""));
          fact("weighted layers", Numbers.count(weighted()));
          fact("parameters", Numbers.count(explanation.network().parameters()));
          fact("multiply-adds", Numbers.count(explanation.network().multiplyAdds()));
        },
        "class",
        "facts");
  }

  private long weighted() {
    return explanation.network().nodes().stream()
        .filter(node -> node.parameters() > node.statistics())
        .count();
  }

  /**
   * Returns the directory of the dataset or the origin of its images; empty if neither is known.
   */
  private static String source(JsonNode made) {
    String data = made.path("data").asText("");
    return data.isEmpty() ? made.path("preparation").path("input").asText("") : data;
  }

  static String lastName(String path) {
    String trimmed = path.replaceAll("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }

  private void fact(String name, String value) {
    if (value.isEmpty()) {
      return;
    }
    Html html = figures.html();
    html.element("tr", () -> html.element("th", name).element("td", value)).line();
  }
}

package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.LineChart;
import dev.convoy.driver.html.LineChart.Style;
import dev.convoy.driver.html.Png;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.ValidationRecord;
import dev.convoy.worker.scoring.Calibration;
import dev.convoy.worker.scoring.Confusion;
import dev.convoy.worker.scoring.Mistake;
import dev.convoy.worker.scoring.ThresholdCounts;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** What the newest scores of the validation split tell: labels, confusion, confidence, mistakes. */
record ValidationSection(Html html, ValidationRecord scores) {
  private static final int MATRIX_LABELS = 25;
  private static final int PAIRS = 20;
  private static final int TABLE_LABELS = 60;
  private static final int CURVES = 8;
  private static final int SIDE = 64;
  private static final double LOW = 0.5;

  void write() {
    long[][] matrix = matrix();
    HtmlPage.section(
        html,
        "Validation",
        "The "
            + Numbers.count(sum(scores.confusion()), "example")
            + " of the validation split, scored by "
            + (scores.isModel()
                ? "the finished model."
                : "the network after epoch " + scores.epoch() + "."),
        () -> {
          html.div(
              "charts",
              () -> {
                reliability();
                curves();
              });
          labels(matrix);
          if (matrix.length <= MATRIX_LABELS) {
            confusion(matrix);
          }
          pairs();
        });
    mistakes();
  }

  private static long sum(List<Confusion.Count> counts) {
    return counts.stream().mapToLong(Confusion.Count::examples).sum();
  }

  /** Returns the counts {@code [actual][predicted]}. */
  private long[][] matrix() {
    int labels = scores.labels().size();
    long[][] matrix = new long[labels][labels];
    scores
        .confusion()
        .forEach(count -> matrix[count.actual()][count.predicted()] = count.examples());
    return matrix;
  }

  private void reliability() {
    List<Calibration.Bin> bins = scores.calibration();
    new LineChart(
            "Accuracy by confidence (expected calibration error "
                + Numbers.percent(scores.calibrationError())
                + ")",
            "confidence of the prediction")
        .fromZero()
        .upTo(1)
        .add("as confident as right", 6, Style.FAINT, new double[] {0, 1}, new double[] {0, 1})
        .add(
            "this network",
            0,
            Style.DOTS,
            CurveSection.of(bins, Calibration.Bin::confidence),
            CurveSection.of(bins, Calibration.Bin::accuracy))
        .write(html);
  }

  /** Draws precision over recall of the labels with the most examples. */
  private void curves() {
    if (scores.curves() == null) {
      return;
    }
    long[] examples = new long[scores.labels().size()];
    scores.confusion().forEach(count -> examples[count.actual()] += count.examples());
    List<Integer> drawn =
        IntStream.range(0, examples.length)
            .boxed()
            .filter(label -> examples[label] > 0)
            .sorted(Comparator.comparingLong(label -> -examples[label]))
            .limit(CURVES)
            .toList();
    LineChart chart =
        new LineChart(
                drawn.size() == scores.labels().size()
                    ? "Precision by recall"
                    : "Precision by recall, of the " + drawn.size() + " most frequent labels",
                "recall")
            .fromZero()
            .upTo(1);
    for (int i = 0; i < drawn.size(); i++) {
      List<ThresholdCounts.Point> points = scores.curves().get(drawn.get(i));
      chart.add(
          scores.labels().get(drawn.get(i)),
          i,
          Style.LINE,
          CurveSection.of(points, ThresholdCounts.Point::recall),
          CurveSection.of(points, ThresholdCounts.Point::precision));
    }
    chart.write(html);
  }

  private record LabelRow(
      int label, long examples, double precision, double recall, Double averagePrecision) {
    double f1() {
      return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }
  }

  private void labels(long[][] matrix) {
    int labels = matrix.length;
    List<LabelRow> rows =
        IntStream.range(0, labels)
            .mapToObj(
                label -> {
                  long actual = Arrays.stream(matrix[label]).sum();
                  long predicted = 0;
                  for (long[] row : matrix) {
                    predicted += row[label];
                  }
                  return new LabelRow(
                      label,
                      actual,
                      (double) matrix[label][label] / predicted,
                      (double) matrix[label][label] / actual,
                      scores.averagePrecision() == null
                          ? null
                          : scores.averagePrecision().get(label));
                })
            .sorted(Comparator.comparingDouble(row -> Double.isNaN(row.recall) ? 2 : row.recall))
            .toList();
    html.element("h3", "Labels, the least recognised first", "style", "margin-top:18px");
    Tables.write(
        html,
        List.of("label", "examples", "recall", "", "precision", "F1", "average precision"),
        () -> rows.stream().limit(TABLE_LABELS).forEach(this::row));
    if (labels > TABLE_LABELS) {
      html.paragraph(
          "The other " + Numbers.count(labels - TABLE_LABELS, "label") + " are recognised better.");
    }
  }

  private void row(LabelRow row) {
    html.element(
            "tr",
            () -> {
              html.element("th", scores.labels().get(row.label))
                  .element("td", Numbers.count(row.examples), "class", "number")
                  .element(
                      "td",
                      Numbers.percent(row.recall),
                      "class",
                      row.recall < LOW ? "number low" : "number");
              html.element(
                  "td",
                  () ->
                      html.element(
                          "span",
                          "",
                          "class",
                          "fill c0",
                          "style",
                          String.format(
                              Locale.ROOT,
                              "width:%.0fpx",
                              Double.isNaN(row.recall) ? 0 : 90 * row.recall)));
              html.element("td", Numbers.percent(row.precision), "class", "number")
                  .element(
                      "td",
                      Double.isNaN(row.precision) || Double.isNaN(row.recall)
                          ? "-"
                          : Numbers.percent(row.f1()),
                      "class",
                      "number")
                  .element(
                      "td",
                      row.averagePrecision == null ? "-" : Numbers.percent(row.averagePrecision),
                      "class",
                      "number");
            })
        .line();
  }

  private void confusion(long[][] matrix) {
    html.element(
        "h3", "Confusion: rows are labels, columns predictions", "style", "margin-top:18px");
    html.div(
        "wide",
        () ->
            html.element(
                "table",
                () -> {
                  html.element(
                      "tr",
                      () -> {
                        html.element("th", "");
                        scores.labels().forEach(label -> html.element("th", label));
                      });
                  for (int actual = 0; actual < matrix.length; actual++) {
                    int row = actual;
                    html.element("tr", () -> confusionRow(row, matrix[row])).line();
                  }
                },
                "class",
                "matrix"));
  }

  private void confusionRow(int actual, long[] counts) {
    html.element("th", scores.labels().get(actual));
    long all = Math.max(1, Arrays.stream(counts).sum());
    for (int predicted = 0; predicted < counts.length; predicted++) {
      double share = (double) counts[predicted] / all;
      boolean right = predicted == actual;
      html.element(
          "td",
          counts[predicted] == 0 ? "" : Numbers.count(counts[predicted]),
          "class",
          right ? "right" : "",
          "style",
          String.format(
              Locale.ROOT,
              "background:rgba(%s,%.2f)",
              right ? "11,122,111" : "214,90,30",
              right ? 0.5 * share : Math.min(0.85, 2 * share)));
    }
  }

  private void pairs() {
    List<Confusion.Count> wrong =
        scores.confusion().stream()
            .filter(count -> count.actual() != count.predicted())
            .sorted(Comparator.comparingLong((Confusion.Count count) -> -count.examples()))
            .limit(PAIRS)
            .toList();
    if (wrong.isEmpty() || scores.labels().size() <= MATRIX_LABELS) {
      return;
    }
    html.element("h3", "What is confused most", "style", "margin-top:18px");
    html.element(
        "table",
        () -> {
          html.element(
              "tr",
              () ->
                  html.element("th", "label").element("th", "taken for").element("th", "examples"));
          for (Confusion.Count count : wrong) {
            html.element(
                    "tr",
                    () ->
                        html.element("td", scores.labels().get(count.actual()))
                            .element("td", scores.labels().get(count.predicted()))
                            .element("td", Numbers.count(count.examples()), "class", "number"))
                .line();
          }
        });
  }

  private void mistakes() {
    if (scores.mistakes().isEmpty()) {
      return;
    }
    HtmlPage.section(
        html,
        "The most confident mistakes",
        "Wrong predictions with the highest probability. A label that looks wrong here may be wrong"
            + " in the dataset.",
        () -> html.div("gallery", () -> scores.mistakes().forEach(this::mistake)));
  }

  private void mistake(Mistake mistake) {
    String actual = scores.labels().get(mistake.actual());
    String predicted = scores.labels().get(mistake.predicted());
    html.element(
            "figure",
            () -> {
              picture(html, Png.picture(mistake.pixels(), scores.shape()), actual);
              html.element(
                  "figcaption",
                  () -> {
                    html.element("b", predicted).text(" " + Numbers.percent(mistake.confidence()));
                    html.empty("br");
                    html.text(
                        "but labelled " + actual + " " + Numbers.percent(mistake.probability()));
                  });
            })
        .line();
  }

  /** Writes a picture, at most {@value #SIDE} pixels long in its file, and larger on the page. */
  static void picture(Html html, BufferedImage picture, String alt) {
    int longer = Math.max(picture.getWidth(), picture.getHeight());
    BufferedImage small = picture;
    if (longer > SIDE) {
      int width = Math.max(1, picture.getWidth() * SIDE / longer);
      int height = Math.max(1, picture.getHeight() * SIDE / longer);
      small = new BufferedImage(width, height, picture.getType());
      Graphics2D graphics = small.createGraphics();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(picture, 0, 0, width, height, null);
      graphics.dispose();
    }
    double factor = 96.0 / Math.max(small.getWidth(), small.getHeight());
    html.empty(
        "img",
        "src",
        Png.address(Png.file(small)),
        "alt",
        alt,
        "width",
        String.valueOf(Math.round(small.getWidth() * factor)),
        "height",
        String.valueOf(Math.round(small.getHeight() * factor)));
  }
}

package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.ConvolutionStep;
import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.html.Html;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Window;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.List;
import java.util.Locale;

/** Shows all terms of one value of a feature map: one patch of the image times one filter. */
record StepSection(Explanation explanation, Figures figures) {
  private static final int PICTURE_PIXELS = 364;

  /** Largest kernel width that is shown as numbers; larger kernels are shown as colours. */
  private static final int MAX_NUMBERS = 7;

  /** A value of one of the three tables. */
  private interface Cell {
    double at(int channel, int row, int column);
  }

  void write() {
    explanation.step().ifPresent(this::write);
  }

  private void write(ConvolutionStep step) {
    Html html = figures.html();
    String name = step.filters().node().name();
    figures.section(
        "One number of a feature map",
        "A convolution looks at one small patch of the image at a time, its local receptive field:"
            + " it multiplies every pixel by a weight of the filter, adds all products and a bias,"
            + " and writes the sum into the feature map. The same filter then moves on to the next"
            + " patch. In mathematics this is a cross-correlation; a convolution would turn the"
            + " filter by 180° first, which makes no difference to weights that are learned.",
        () -> {
          formula(step);
          html.div(
              "row step",
              () -> {
                input(step);
                tables(step);
                output(step, name);
              });
          sum(step, name);
        });
  }

  private void formula(ConvolutionStep step) {
    Html html = figures.html();
    boolean channels = step.shape().maps() > 1;
    Window window = step.layer().window().orElseThrow();
    html.element(
            "p",
            () -> {
              html.variable("H").text("[").variable("i").text(", ").variable("j").text("] = ");
              html.variable("u").text(" + Σ ").variable("V").text("[");
              if (channels) {
                html.variable("c").text(", ");
              }
              html.variable("a").text(", ").variable("b").text("] · ");
              html.variable("X").text("[");
              if (channels) {
                html.variable("c").text(", ");
              }
              Window.Axis rows = window.rows(step.filters().node().input());
              Window.Axis columns = window.columns(step.filters().node().input());
              index(rows, "i", "a");
              html.text(", ");
              index(columns, "j", "b");
              html.text("]");
              if (step.layer().activation() != Activation.IDENTITY) {
                html.text(",  then " + step.layer().activation().key());
              }
            },
            "class",
            "formula")
        .line();
  }

  private void index(Window.Axis axis, String position, String weight) {
    Html html = figures.html();
    html.text(axis.stride() == 1 ? "" : axis.stride() + "·").variable(position).text(" + ");
    html.text(axis.dilation() == 1 ? "" : axis.dilation() + "·").variable(weight);
    html.text(axis.before() == 0 ? "" : " − " + axis.before());
  }

  private void input(ConvolutionStep step) {
    Drawing.Tile tile = Drawing.Tile.of(explanation.subject().pixels());
    Drawing.Box patch =
        new Drawing.Box(step.top(), step.left(), step.height(), step.width(), false);
    figures.figure(
        "step-image",
        Drawing.boxes(tile, Drawing.factor(tile, PICTURE_PIXELS), 0, List.of(patch)),
        "the image with the patch marked",
        () ->
            figures
                .html()
                .text(
                    String.format(
                        Locale.ROOT,
                        "The patch: %d×%d pixels from row %d, column %d on.",
                        step.height(),
                        step.width(),
                        step.top(),
                        step.left())));
  }

  private void tables(ConvolutionStep step) {
    Html html = figures.html();
    float[] pixels = new float[step.shape().size()];
    float[] weights = new float[step.shape().size()];
    float[] products = new float[step.shape().size()];
    int next = 0;
    for (int channel = 0; channel < step.shape().maps(); channel++) {
      for (int a = 0; a < step.shape().height(); a++) {
        for (int b = 0; b < step.shape().width(); b++) {
          pixels[next] = step.pixel(channel, a, b);
          weights[next] = step.weight(channel, a, b);
          products[next++] = (float) step.product(channel, a, b);
        }
      }
    }
    html.div(
        "tables",
        () -> {
          grids(step, Scale.of(pixels), "X", "normalised pixels", step::pixel);
          html.element("span", "·", "class", "operator");
          grids(step, Scale.of(weights), "V", "the filter", step::weight);
          html.element("span", "=", "class", "operator");
          grids(step, Scale.of(products), "V · X", "the products", step::product);
        });
  }

  private void grids(ConvolutionStep step, Scale scale, String name, String meaning, Cell cell) {
    Html html = figures.html();
    figures.figure(
        "grid",
        () -> {
          for (int channel = 0; channel < step.shape().maps(); channel++) {
            grid(step, scale, channel, cell);
          }
        },
        () -> html.variable(name).text(", " + meaning),
        0);
  }

  private void grid(ConvolutionStep step, Scale scale, int channel, Cell cell) {
    Html html = figures.html();
    boolean numbers = step.shape().width() <= MAX_NUMBERS;
    html.element(
            "table",
            () -> {
              for (int a = 0; a < step.shape().height(); a++) {
                int row = a;
                html.element(
                    "tr",
                    () -> {
                      for (int b = 0; b < step.shape().width(); b++) {
                        double value = cell.at(channel, row, b);
                        int colour = scale.colour(value);
                        html.element(
                            "td",
                            numbers ? Figures.decimal(value) : "",
                            "style",
                            "background:"
                                + Colours.css(colour)
                                + ";color:"
                                + Colours.inkOn(colour));
                      }
                    });
              }
            },
            "class",
            numbers ? "numbers" : "colours")
        .line();
  }

  private void output(ConvolutionStep step, String name) {
    FeatureMaps maps = explanation.of(step.filters().node());
    FeatureMaps.Place place = step.place();
    Scale scale = Scale.of(maps.values());
    Drawing.Tile tile =
        Drawing.Tile.of(maps.shape().height(), maps.shape().width(), maps.map(place.map()), scale);
    Drawing.Box pixel = new Drawing.Box(place.row(), place.column(), 1, 1, false);
    figures.figure(
        "map-" + name,
        Drawing.boxes(tile, Drawing.factor(tile, PICTURE_PIXELS), 0, List.of(pixel)),
        "the feature map with the number marked",
        () -> {
          Html html = figures.html();
          html.text("Feature map " + place.map() + " of " + name + ": the sum stands at ");
          html.variable("i").text(" = " + place.row() + ", ");
          html.variable("j").text(" = " + place.column() + ".");
        });
  }

  private void sum(ConvolutionStep step, String name) {
    Html html = figures.html();
    Conv conv = step.layer();
    html.element(
            "p",
            () -> {
              html.text("Σ ").variable("V · X").text(" = " + Figures.decimal(step.sum()));
              if (conv.bias()) {
                html.text(",  plus the bias ").variable("u");
                html.text(" = " + Figures.decimal(step.bias()) + " gives ");
                html.element("b", Figures.decimal(step.sum() + step.bias()));
              }
              if (conv.activation() != Activation.IDENTITY) {
                html.text(",  and " + conv.activation().key() + " makes of it ");
                html.element("b", Figures.decimal(step.output()));
              }
              html.text(
                  conv.activation() == Activation.RELU
                      ? ": what is above 0 passes, the rest would become 0."
                      : ".");
            },
            "class",
            "result")
        .line();
    int most = explanation.of(step.filters().node()).shape().height();
    html.paragraph(
        String.format(
            Locale.ROOT,
            "This is the highest value of %s on this image whose patch lies within it. The patch"
                + " slides over the image with stride %s: %s. Colours of pixels, weights"
                + " and feature maps: red is above 0, blue below, nearly white is 0.",
            name,
            stride(conv),
            most == explanation.network().input().height() && step.shape().height() > 1
                ? "zero padding at the edges keeps the size of the image"
                : "the feature map has "
                    + explanation.of(step.filters().node()).shape().height()
                    + "×"
                    + explanation.of(step.filters().node()).shape().width()
                    + " places"),
        "class",
        "note");
  }

  private static String stride(Conv conv) {
    return conv.stride().rows() == conv.stride().columns()
        ? String.valueOf(conv.stride().rows())
        : conv.stride().toString();
  }
}

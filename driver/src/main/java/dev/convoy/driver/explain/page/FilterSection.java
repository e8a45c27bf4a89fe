package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Filters;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.layer.LayerShape;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Shows the learned weights of the first layer as images. */
record FilterSection(Explanation explanation, Figures figures) {
  private static final int SMALL_PIXELS = 110;
  private static final int LARGE_PIXELS = 170;
  private static final int MAX_FILTERS = 64;

  /** Largest kernel side, in pixels, that is drawn small. */
  private static final int SMALL_SIDE = 11;

  void write() {
    explanation
        .filters()
        .ifPresentOrElse(
            this::write,
            () ->
                figures.section(
                    "The filters of the first layer",
                    "They are not drawn: before the first layer with weights the channels of the"
                        + " image are mixed or multiplied, so that its weights are not small images.",
                    () -> {}));
  }

  private void write(Filters filters) {
    figures.section(
        filters.slide() ? "The filters it has learned" : "The weights of the first layer",
        lead(filters),
        () -> {
          int shown = Math.min(filters.count(), MAX_FILTERS);
          float[][] values =
              IntStream.range(0, filters.count()).mapToObj(filters::values).toArray(float[][]::new);
          Scale scale = Scale.of(values);
          LayerShape shape = filters.shape();
          List<Drawing.Tile> tiles = new ArrayList<>();
          for (int filter = 0; filter < shown; filter++) {
            tiles.add(
                shape.maps() == 3
                    ? colours(shape, values[filter], scale)
                    : Drawing.Tile.of(shape.height(), shape.width(), values[filter], scale));
          }
          int wanted =
              Math.max(shape.height(), shape.width()) <= SMALL_SIDE ? SMALL_PIXELS : LARGE_PIXELS;
          BufferedImage picture = Drawing.page(tiles, wanted);
          String name = filters.node().name();
          figures.figure(
              "",
              () -> figures.picture("filters-" + name, picture, "learned weights of " + name),
              () -> caption(filters, shown),
              0);
          if (shape.maps() == 3) {
            figures
                .html()
                .paragraph(
                    "Red, green and blue of a pixel are its weights for these channels: mid-grey is"
                        + " 0, brighter is above, darker below; the ends are ±"
                        + scale.high()
                        + ".",
                    "class",
                    "note");
          } else {
            figures.legend(scale, "weight");
          }
        });
  }

  private String lead(Filters filters) {
    if (filters.slide()) {
      return "Each small picture is one filter of "
          + filters.node().name()
          + ". These weights are the result of training; edges and stripes of one"
          + " orientation, and spots, are typical. Where the image under the filter looks like the filter, its"
          + " feature map answers strongly.";
    }
    return "The first layer of this network is dense: no local receptive fields and no shared"
        + " weights. Every unit has a separate weight for every pixel, drawn here as an image for"
        + " each unit.";
  }

  /** Returns a colour image of the weights, in which {@code 0} is mid-grey. */
  private static Drawing.Tile colours(LayerShape shape, float[] values, Scale scale) {
    int plane = Math.toIntExact(shape.plane());
    return new Drawing.Tile(
        shape.height(),
        shape.width(),
        (row, column) -> {
          int colour = 0;
          for (int channel = 0; channel < 3; channel++) {
            double share = values[channel * plane + row * shape.width() + column] / scale.end();
            double level = 127.5 * (1 + Math.max(-1, Math.min(1, share)));
            colour = colour << 8 | (int) Math.round(level);
          }
          return colour;
        });
  }

  private void caption(Filters filters, int shown) {
    Html html = figures.html();
    LayerShape shape = filters.shape();
    String some =
        shown < filters.count() ? "The first " + shown + " of " + filters.count() : "All " + shown;
    String size =
        shape.height() + "×" + shape.width() + (shape.maps() == 1 ? "" : "×" + shape.maps());
    html.text(some + (filters.slide() ? " filters" : " units") + " of " + size + " weights. ");
    if (!filters.slide()) {
      return;
    }
    long outputs = filters.node().output().size();
    double dense = (double) outputs * (filters.node().input().size() + 1);
    html.text(
        String.format(
            Locale.ROOT,
            "Because the weights are shared by all places of the image, the layer has only "));
    html.element("b", Numbers.count(filters.node().parameters(), "parameter"));
    html.text(" for its " + Numbers.count(outputs) + " outputs; a dense layer would need ");
    html.element("b", Numbers.count(Math.round(dense))).text(".");
  }
}

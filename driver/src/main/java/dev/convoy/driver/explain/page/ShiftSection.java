package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Shifts;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Leaf;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Shows how the prediction changes when the image is shifted. */
record ShiftSection(Explanation explanation, Figures figures) {
  private static final int VIEW_PIXELS = 400;
  private static final int PLOT_WIDTH = 470;
  private static final int PLOT_HEIGHT = 330;
  private static final int LEFT = 52;
  private static final int RIGHT = 20;
  private static final int TOP = 16;
  private static final int BOTTOM = 46;

  void write() {
    figures.section(
        "Does it matter where the object is?",
        equivariance()
            + " Whether the prediction itself is translation invariant has to be measured: here"
            + " images are shifted by whole pixels and classified again.",
        () -> {
          views();
          explanation
              .shifts()
              .shifts()
              .ifPresentOrElse(
                  this::measured,
                  () ->
                      figures
                          .html()
                          .paragraph(
                              "Not measured on other images: " + explanation.shifts().sample(),
                              "class",
                              "missing"));
        });
  }

  private String equivariance() {
    List<Node> nodes = explanation.network().nodes();
    if (nodes.stream().allMatch(node -> node.output().flat())) {
      return "A dense layer has a separate weight for every pixel: shift the image, and other"
          + " weights meet the object. Nothing in this network is translation equivariant.";
    }
    boolean pools = nodes.stream().anyMatch(node -> node.leaf().flatMap(Leaf::pooling).isPresent());
    return "A convolution is translation equivariant: shift the image, and its feature maps shift"
        + " with it (by whole steps where its stride is above 1)."
        + (pools ? " Pooling then forgets the exact place." : "");
  }

  private void views() {
    figures
        .html()
        .div(
            "row views",
            () -> {
              for (Explanation.View view : explanation.shifts().views()) {
                view(view);
              }
            });
  }

  private void view(Explanation.View view) {
    Drawing.Tile tile = Drawing.Tile.of(view.pixels());
    String where = where(view.down(), view.right());
    figures.figure(
        "shift-" + where.replace(' ', '-'),
        Drawing.tile(tile, Drawing.factor(tile, VIEW_PIXELS)),
        "the image, " + where,
        () -> {
          Html html = figures.html();
          html.element("b", where).text(": ");
          html.text(explanation.model().labels().get(view.prediction()) + ", ");
          html.text(Numbers.percent(view.probability()));
        });
  }

  private static String where(int down, int right) {
    if (down == 0 && right == 0) {
      return "as it is";
    }
    return right != 0
        ? Math.abs(right) + (right < 0 ? " left" : " right")
        : Math.abs(down) + (down < 0 ? " up" : " down");
  }

  private void measured(Shifts shifts) {
    figures
        .html()
        .div(
            "row halves",
            () -> {
              table(shifts);
              curves(shifts);
            });
    List<Shifts.Ring> rings = shifts.rings();
    Shifts.Ring near = rings.get(1);
    Shifts.Ring far = rings.get(rings.size() - 1);
    Html html = figures.html();
    html.element(
            "p",
            () -> {
              html.text("Measured on " + explanation.shifts().sample() + ". Shifted by ");
              html.text(pixels(near.distance()) + ", ");
              html.element("b", Numbers.percent(near.unchanged()));
              html.text(" of the predictions stay as they were");
              if (far.distance() > near.distance()) {
                html.text("; shifted by " + pixels(far.distance()) + ", ");
                html.element("b", Numbers.percent(far.unchanged()));
              }
              html.text(
                  ". The pixels that come in are filled with one colour, the median of the pixels"
                      + " along the border of the image; what leaves the frame is lost.");
            },
            "class",
            "result")
        .line();
  }

  private static String pixels(int distance) {
    return distance == 1 ? "1 pixel" : distance + " pixels";
  }

  private void table(Shifts shifts) {
    Html html = figures.html();
    List<Integer> offsets = shifts.offsets();
    figures.figure(
        "shift-table",
        () -> {
          html.element(
                  "table",
                  () -> {
                    for (int row = 0; row < offsets.size(); row++) {
                      row(shifts, row);
                    }
                    html.element(
                        "tr",
                        () -> {
                          html.element("th", "");
                          offsets.forEach(offset -> html.element("th", signed(offset)));
                        });
                  },
                  "class",
                  "shares")
              .line();
          int side = offsets.size();
          Drawing.Tile tile =
              new Drawing.Tile(
                  side,
                  side,
                  (row, column) ->
                      Colours.share(shifts.cells().get(row * side + column).unchanged()));
          figures.addFile("shift-invariance", Drawing.tile(tile, 64));
        },
        () ->
            html.text(
                "Share of predictions that stay, in %, for each shift: right (columns) and down"
                    + " (rows) in pixels. The middle is the images as they are."),
        44 + 48 * offsets.size());
  }

  private void row(Shifts shifts, int row) {
    Html html = figures.html();
    int side = shifts.offsets().size();
    html.element(
            "tr",
            () -> {
              html.element("th", signed(shifts.offsets().get(row)));
              for (Shifts.Cell cell : shifts.cells().subList(row * side, (row + 1) * side)) {
                int colour = Colours.share(cell.unchanged());
                html.element(
                    "td",
                    String.valueOf(Math.round(100 * cell.unchanged())),
                    "style",
                    "background:" + Colours.css(colour) + ";color:" + Colours.inkOn(colour));
              }
            })
        .line();
  }

  private static String signed(int offset) {
    return offset > 0 ? "+" + offset : offset < 0 ? "−" + -offset : "0";
  }

  private void curves(Shifts shifts) {
    Html html = figures.html();
    figures.figure(
        "shift-curves",
        () ->
            html.element(
                "svg",
                () -> {
                  axes(shifts);
                  curve(shifts, Shifts.Ring::probability, "probability");
                  curve(shifts, Shifts.Ring::unchanged, "unchanged");
                },
                "width",
                String.valueOf(PLOT_WIDTH),
                "height",
                String.valueOf(PLOT_HEIGHT),
                "viewBox",
                "0 0 " + PLOT_WIDTH + " " + PLOT_HEIGHT,
                "role",
                "img"),
        () -> {
          html.element("span", () -> {}, "class", "key unchanged")
              .text(" share of predictions that stay, ");
          html.element("span", () -> {}, "class", "key probability");
          html.text(
              " mean probability of the original label, over the shift in pixels (the larger of"
                  + " both directions).");
        },
        PLOT_WIDTH);
  }

  private void axes(Shifts shifts) {
    Html html = figures.html();
    for (int tenths = 0; tenths <= 10; tenths += 2) {
      double y = y(tenths / 10.0);
      html.empty(
          "line",
          "x1",
          Figures.number(LEFT),
          "x2",
          Figures.number(PLOT_WIDTH - RIGHT),
          "y1",
          Figures.number(y),
          "y2",
          Figures.number(y),
          "class",
          tenths == 0 ? "axis" : "rule");
      html.element(
          "text",
          10 * tenths + " %",
          "x",
          Figures.number(LEFT - 8),
          "y",
          Figures.number(y + 5),
          "text-anchor",
          "end",
          "class",
          "soft");
    }
    int farthest = farthest(shifts);
    for (Shifts.Ring ring : shifts.rings()) {
      html.element(
          "text",
          String.valueOf(ring.distance()),
          "x",
          Figures.number(x(ring.distance(), farthest)),
          "y",
          Figures.number(PLOT_HEIGHT - BOTTOM + 20),
          "text-anchor",
          "middle",
          "class",
          "soft");
    }
    html.element(
        "text",
        "shift in pixels",
        "x",
        Figures.number((LEFT + PLOT_WIDTH - RIGHT) / 2.0),
        "y",
        Figures.number(PLOT_HEIGHT - 4),
        "text-anchor",
        "middle",
        "class",
        "soft");
  }

  private void curve(Shifts shifts, ToDoubleFunction<Shifts.Ring> value, String cssClass) {
    Html html = figures.html();
    int farthest = farthest(shifts);
    StringBuilder path = new StringBuilder();
    for (Shifts.Ring ring : shifts.rings()) {
      path.append(path.length() == 0 ? "M" : " L");
      path.append(Figures.number(x(ring.distance(), farthest))).append(' ');
      path.append(Figures.number(y(value.applyAsDouble(ring))));
    }
    html.empty("path", "d", path.toString(), "class", "curve " + cssClass);
    for (Shifts.Ring ring : shifts.rings()) {
      html.empty(
          "circle",
          "cx",
          Figures.number(x(ring.distance(), farthest)),
          "cy",
          Figures.number(y(value.applyAsDouble(ring))),
          "r",
          "4",
          "class",
          "dot " + cssClass);
    }
  }

  private static int farthest(Shifts shifts) {
    return shifts.offsets().get(shifts.offsets().size() - 1);
  }

  private static double x(int distance, int farthest) {
    return LEFT + 12 + (double) distance / farthest * (PLOT_WIDTH - LEFT - RIGHT - 24);
  }

  private static double y(double share) {
    return TOP + (1 - share) * (PLOT_HEIGHT - TOP - BOTTOM);
  }
}

package dev.convoy.driver.explain.page;

import dev.convoy.data.ImageShape;
import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.html.Html;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.summary.ReceptiveField;
import java.util.ArrayList;
import java.util.List;

/** Shows the receptive field of one value of each layer as boxes that grow with depth. */
record FieldSection(Explanation explanation, Figures figures) {
  private static final int ROW_PIXELS = 2240;
  private static final int GAP_PIXELS = 48;
  private static final int MAX_PIXELS = 520;
  private static final int MAX_LAYERS = 6;

  /** A layer and the receptive field of its values. */
  private record LayerField(Node node, ReceptiveField field) {}

  void write() {
    List<LayerField> layers = chosen();
    if (layers.isEmpty()) {
      return;
    }
    int margin = margin(layers);
    int pixels = Math.min(MAX_PIXELS, ROW_PIXELS / layers.size() - GAP_PIXELS);
    figures.section(
        "The receptive field grows with depth",
        "The part of the image that one value of a layer depends on. The solid box belongs to one"
            + " value, the dashed box to its right-hand neighbour: receptive fields overlap, and"
            + " each stride above 1 below a layer moves its neighbours further apart.",
        () ->
            figures
                .html()
                .div("row fields", () -> layers.forEach(layer -> panel(layer, margin, pixels))));
  }

  /**
   * Returns the layers outside blocks whose receptive field is larger than that of the layer
   * before.
   */
  private List<LayerField> chosen() {
    List<ReceptiveField> fields = ReceptiveField.of(explanation.network());
    List<LayerField> growing = new ArrayList<>();
    long last = 1;
    for (Node node : explanation.network().nodes()) {
      if (node.blocks().isEmpty() && !node.output().flat()) {
        ReceptiveField field = fields.get(node.index());
        long size = Math.max(field.rows().size(), field.columns().size());
        if (size > last) {
          growing.add(new LayerField(node, field));
        }
        last = size;
      }
    }
    if (growing.size() <= MAX_LAYERS) {
      return growing;
    }
    List<LayerField> some = new ArrayList<>();
    for (int i = 0; i < MAX_LAYERS; i++) {
      some.add(growing.get(i * (growing.size() - 1) / (MAX_LAYERS - 1)));
    }
    return some;
  }

  /**
   * Returns the receptive fields of the value nearest to the centre of the image and of its
   * neighbour, the neighbour's first.
   */
  private List<Drawing.Box> boxes(LayerField layer) {
    ImageShape image = explanation.network().input();
    int row = nearest(layer.field.rows(), layer.node.output().height(), image.height() / 2.0);
    int column = nearest(layer.field.columns(), layer.node.output().width(), image.width() / 2.0);
    int beside = column + 1 < layer.node.output().width() ? column + 1 : column - 1;
    List<Drawing.Box> boxes = new ArrayList<>();
    if (beside >= 0) {
      boxes.add(box(layer.field, row, beside, true));
    }
    boxes.add(box(layer.field, row, column, false));
    return boxes;
  }

  /**
   * Returns the largest extent of a box beyond the image, but at most a seventh of the longer side.
   */
  private int margin(List<LayerField> layers) {
    ImageShape image = explanation.network().input();
    double most = 0;
    for (LayerField layer : layers) {
      for (Drawing.Box box : boxes(layer)) {
        most = Math.max(most, Math.max(-box.top(), box.top() + box.height() - image.height()));
        most = Math.max(most, Math.max(-box.left(), box.left() + box.width() - image.width()));
      }
    }
    int widest = Math.max(image.height(), image.width()) / 7;
    return (int) Math.min(most, widest);
  }

  private void panel(LayerField layer, int margin, int pixels) {
    Drawing.Tile tile = Drawing.Tile.of(explanation.subject().pixels());
    Drawing.Tile wide =
        new Drawing.Tile(tile.height() + 2 * margin, tile.width() + 2 * margin, tile.colours());
    List<Drawing.Box> boxes = boxes(layer);
    ReceptiveField.Axis rows = layer.field.rows();
    ReceptiveField.Axis columns = layer.field.columns();
    figures.figure(
        "receptive-field-" + layer.node.name(),
        Drawing.boxes(tile, Drawing.factor(wide, pixels), margin, boxes),
        "receptive field of " + layer.node.name(),
        () -> {
          Html html = figures.html();
          html.element("b", layer.node.name()).text(" " + layer.node.output() + ": ");
          html.text("sees " + rows.size() + "×" + columns.size() + " pixels");
          html.text(
              rows.size() >= tile.height() && columns.size() >= tile.width()
                  ? ", the whole image"
                  : "");
          html.text(boxes.size() == 1 ? "." : ", neighbours " + apart(columns.jump()) + " apart.");
        });
  }

  private static String apart(long pixels) {
    return pixels == 1 ? "1 pixel" : pixels + " pixels";
  }

  static Drawing.Box box(ReceptiveField field, int row, int column, boolean dashed) {
    long top = field.rows().first(row);
    long left = field.columns().first(column);
    return new Drawing.Box(
        top,
        left,
        field.rows().last(row) - top + 1,
        field.columns().last(column) - left + 1,
        dashed);
  }

  /** Returns the value whose receptive field is centred nearest to a position of the image. */
  static int nearest(ReceptiveField.Axis axis, int values, double place) {
    int best = 0;
    for (int i = 1; i < values; i++) {
      best = distance(axis, i, place) < distance(axis, best, place) ? i : best;
    }
    return best;
  }

  private static double distance(ReceptiveField.Axis axis, int value, double place) {
    return Math.abs((axis.first(value) + axis.last(value) + 1) / 2.0 - place);
  }
}

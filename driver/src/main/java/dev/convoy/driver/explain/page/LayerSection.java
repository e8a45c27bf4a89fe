package dev.convoy.driver.explain.page;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.report.Numbers;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Shows the feature maps of the image, layer by layer, with the paths of a block side by side. */
final class LayerSection {
  private final Explanation explanation;
  private final Figures figures;

  /** The maps drawn of each node, by node index. */
  private final Map<Integer, List<Integer>> drawn = new HashMap<>();

  /** The space available to a layer. */
  private enum Room {
    /** The full width of the page. */
    WIDE(112, 32, 1680, 512),
    /** One path of two. */
    HALF(84, 16, 1000, 256),
    /** One path of three or more. */
    NARROW(68, 12, 440, 128);

    /**
     * Preferred side of a map in pixels; then the largest number of maps, row width in pixels, and
     * largest number of values of a vector.
     */
    private final int tile;

    private final int maps;
    private final int width;
    private final int values;

    Room(int tile, int maps, int width, int values) {
      this.tile = tile;
      this.maps = maps;
      this.width = width;
      this.values = values;
    }

    static Room of(Room around, int paths) {
      Room own = paths == 1 ? WIDE : paths == 2 ? HALF : NARROW;
      return own.compareTo(around) > 0 ? own : around == WIDE ? own : NARROW;
    }
  }

  LayerSection(Explanation explanation, Figures figures) {
    this.explanation = explanation;
    this.figures = figures;
  }

  void write() {
    boolean maps = explanation.network().nodes().stream().anyMatch(node -> !node.output().flat());
    figures.section(
        maps ? "The feature maps, layer by layer" : "The values of each layer",
        maps
            ? "What each layer computes from the image. A feature map shows where in the image its"
                + " filter responds. Strides and pooling make the maps smaller with depth: they"
                + " tell more of what is there and less of where it is."
            : "What each layer computes from the image. This network has dense layers only: each"
                + " puts out a vector with one value for each unit, without rows and columns.",
        () -> layers(explanation.network().layers(), Room.WIDE));
  }

  /** Returns the anchor of a layer in the page. */
  static String anchor(Node node) {
    return "layer-" + node.name();
  }

  private void layers(List<LayerDefinition> layers, Room room) {
    for (LayerDefinition layer : layers) {
      layer
          .match(leaf -> Optional.<Block>empty(), Optional::of)
          .ifPresent(block -> paths(block, room));
      card(explanation.network().node(layer.name()).orElseThrow(), room);
    }
  }

  private void paths(Block block, Room room) {
    Html html = figures.html();
    int paths = block.paths().size();
    Room own = Room.of(room, paths);
    LayerWords.Headings headings = LayerWords.headings(block);
    html.div(
        "block",
        () -> {
          html.element(
              "h3",
              () -> html.text(block.name()).element("span", headings.block(), "class", "kind"));
          html.line()
              .element(
                  "div",
                  () -> {
                    for (int path = 0; path < paths; path++) {
                      path(block, path, headings.paths().get(path), own);
                    }
                  },
                  "class",
                  "paths",
                  "style",
                  "grid-template-columns:repeat(" + Math.min(paths, 4) + ",minmax(0,1fr))")
              .line();
        });
  }

  private void path(Block block, int path, String title, Room room) {
    Html html = figures.html();
    List<LayerDefinition> layers = block.paths().get(path);
    html.div(
        "path",
        () -> {
          html.element("h4", title).line();
          if (layers.isEmpty()) {
            unchanged(explanation.network().node(block.name()).orElseThrow(), path, room);
          }
          layers(layers, room);
        });
  }

  private void card(Node node, Room room) {
    Html html = figures.html();
    LayerWords.Caption caption = LayerWords.caption(node);
    html.element(
            "div",
            () -> {
              html.div("meta", () -> meta(node, caption, room));
              if (caption.isDrawn()) {
                html.div("maps", () -> maps(node, room));
              }
            },
            "class",
            room == Room.WIDE ? "layer" : "layer stacked",
            "id",
            anchor(node))
        .line();
  }

  private void meta(Node node, LayerWords.Caption caption, Room room) {
    Html html = figures.html();
    html.element(
        "h3",
        () -> html.text(node.name()).element("span", node.output().toString(), "class", "shape"));
    String window = LayerWords.window(node);
    String parameters =
        node.parameters() == 0
            ? ""
            : Numbers.count(node.parameters(), "parameter").replace(' ', '\u00a0');
    List<String> facts = new ArrayList<>(List.of(caption.join(), window, parameters));
    facts.removeIf(String::isEmpty);
    html.line();
    if (!facts.isEmpty()) {
      html.paragraph(String.join(" · ", facts), "class", "facts-line");
    }
    if (room != Room.NARROW || node.leaf().isEmpty()) {
      html.paragraph(caption.sentences(), "class", "note");
    }
  }

  private void maps(Node node, Room room) {
    FeatureMaps maps = explanation.of(node);
    Scale scale = Scale.of(maps.values());
    if (maps.shape().flat()) {
      vector(node, maps, scale, room);
    } else {
      grid(node, maps, scale, room);
    }
  }

  private void vector(Node node, FeatureMaps maps, Scale scale, Room room) {
    float[] values = maps.values();
    int shown = Math.min(values.length, room.values);
    List<Drawing.Tile> tiles = new ArrayList<>();
    for (int i = 0; i < shown; i++) {
      float value = values[i];
      tiles.add(new Drawing.Tile(1, 1, (row, column) -> scale.colour(value)));
    }
    int side = room == Room.WIDE ? 24 : 16;
    int columns = Math.min(shown, room == Room.NARROW ? 16 : 32);
    figures.picture(
        "vector-" + node.name(),
        Drawing.grid(tiles, columns, side),
        "the values of " + node.name());
    figures.legend(scale, some(shown, values.length, "values", "the first"));
  }

  private void grid(Node node, FeatureMaps maps, Scale scale, Room room) {
    List<Integer> below = drawn.get(node.inputs().get(0));
    List<Integer> chosen = chosen(node, maps, room);
    drawn.put(node.index(), chosen);
    grid("maps-" + node.name(), chosen, maps, scale, room);
    String which = chosen.equals(below) ? "the same" : "the strongest";
    figures.legend(scale, some(chosen.size(), maps.shape().maps(), "maps", which));
  }

  private void grid(String name, List<Integer> chosen, FeatureMaps maps, Scale scale, Room room) {
    LayerShape shape = maps.shape();
    List<Drawing.Tile> tiles =
        chosen.stream()
            .map(map -> Drawing.Tile.of(shape.height(), shape.width(), maps.map(map), scale))
            .toList();
    figures.picture(name, Drawing.page(tiles, room.tile, room.width), "feature maps, " + name);
  }

  /** Draws the maps that enter the block, for a path without layers. */
  private void unchanged(Node join, int path, Room room) {
    figures.html().paragraph("The unchanged input.", "class", "note");
    int input = join.inputs().get(path);
    if (input == Node.IMAGE || explanation.layers().get(input).shape().flat()) {
      return;
    }
    FeatureMaps maps = explanation.layers().get(input);
    List<Integer> chosen = strongest(maps, room);
    Scale scale = Scale.of(maps.values());
    grid("maps-" + join.name() + "-path" + (path + 1), chosen, maps, scale, room);
    figures.legend(scale, some(chosen.size(), maps.shape().maps(), "maps", "the strongest"));
  }

  /**
   * Returns the maps to draw: all in their order, or the strongest first if there are too many. A
   * layer that works on each map separately, as those without weights do, shows the maps of the
   * layer before it.
   */
  private List<Integer> chosen(Node node, FeatureMaps maps, Room room) {
    List<Integer> below = drawn.get(node.inputs().get(0));
    boolean mapByMap = node.leaf().filter(leaf -> leaf.trainedBy().isEmpty()).isPresent();
    boolean fits = below != null && below.size() <= room.maps;
    return mapByMap && fits ? below : strongest(maps, room);
  }

  private static List<Integer> strongest(FeatureMaps maps, Room room) {
    List<Integer> all = IntStream.range(0, maps.shape().maps()).boxed().toList();
    return all.size() <= room.maps
        ? all
        : all.stream()
            .sorted(Comparator.comparing(map -> -maps.strength(map)))
            .limit(room.maps)
            .toList();
  }

  private static String some(int shown, int all, String noun, String which) {
    return shown < all
        ? which + " " + shown + " of " + all + " " + noun
        : all == 1 ? "1 " + noun.substring(0, noun.length() - 1) : "all " + all + " " + noun;
  }
}

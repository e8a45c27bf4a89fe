package dev.convoy.driver.report;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.summary.NetworkSummary;
import dev.convoy.worker.network.summary.NetworkSummary.Row;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The outline of a network as indented lines. A block has a heading and the layers for each of its
 * paths, then the join of the paths.
 */
final class NetworkOutline {
  private final Map<String, Row> rows = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /**
   * A line of the outline.
   *
   * @param depth number of enclosing blocks
   * @param label the layer's name, {@code residual1 (add)} for a join, or a heading
   * @param row empty for a heading, which ends in a colon unless the path is empty
   */
  record Line(int depth, String label, Optional<Row> row) {}

  private NetworkOutline(NetworkSummary summary) {
    summary.rows().forEach(row -> rows.put(row.name(), row));
  }

  /** Returns the lines of a network in the order of the forward pass. */
  static List<Line> of(Network network, NetworkSummary summary) {
    NetworkOutline outline = new NetworkOutline(summary);
    outline.add(network.layers(), 0);
    return List.copyOf(outline.lines);
  }

  private void add(List<LayerDefinition> layers, int depth) {
    for (LayerDefinition layer : layers) {
      Optional<Row> row = Optional.of(rows.get(layer.name()));
      if (!(layer instanceof Block block)) {
        lines.add(new Line(depth, layer.name(), row));
        continue;
      }
      for (int path = 0; path < block.paths().size(); path++) {
        List<LayerDefinition> inner = block.paths().get(path);
        String heading = layer.name() + " " + pathName(block, path);
        lines.add(new Line(depth, inner.isEmpty() ? heading : heading + ":", Optional.empty()));
        add(inner, depth + 1);
      }
      String join = block instanceof Inception ? " (concatenate)" : " (add)";
      lines.add(new Line(depth, layer.name() + join, row));
    }
  }

  private static String pathName(Block block, int path) {
    if (block instanceof Inception) {
      return "branch " + (path + 1);
    }
    return path == 0 ? "body" : block.paths().get(path).isEmpty() ? "shortcut" : "projection";
  }
}

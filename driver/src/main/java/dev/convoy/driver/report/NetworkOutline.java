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
 * A network as indented lines: a block's name, under it the layers of each path, and the join that
 * ends it.
 */
final class NetworkOutline {
  private final Map<String, Row> rows = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();

  /**
   * One line.
   *
   * @param depth how many blocks it lies in
   * @param label the layer's name, {@code residual1 (add)} for a join, or a heading
   * @param row empty for a heading
   */
  record Line(int depth, String label, Optional<Row> row) {}

  private NetworkOutline(NetworkSummary summary) {
    summary.rows().forEach(row -> rows.put(row.name(), row));
  }

  /** The lines of a network in the order in which an image passes them. */
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
      boolean concatenates = block instanceof Inception;
      List<List<LayerDefinition>> paths = block.paths();
      lines.add(new Line(depth, layer.name() + ":", Optional.empty()));
      for (int path = 0; path < paths.size(); path++) {
        boolean asItIs = paths.get(path).isEmpty();
        String name = concatenates ? "branch " + (path + 1) : path == 0 ? "body" : "projection";
        lines.add(
            new Line(
                depth + 1,
                asItIs ? (concatenates ? name : "shortcut") + ": the input as it is" : name + ":",
                Optional.empty()));
        add(paths.get(path), depth + 2);
      }
      String join = concatenates ? " (concatenate)" : " (add)";
      lines.add(new Line(depth, layer.name() + join, row));
    }
  }
}

package dev.convoy.driver.report;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.BlockVisitor;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Residual;
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
final class NetworkOutline implements BlockVisitor<String, Integer> {
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
      String join = layer.match(leaf -> "", block -> block.accept(this, depth));
      lines.add(new Line(depth, layer.name() + join, row));
    }
  }

  private void addPath(Block block, String name, List<LayerDefinition> layers, int depth) {
    String heading = block.name() + " " + name + (layers.isEmpty() ? "" : ":");
    lines.add(new Line(depth, heading, Optional.empty()));
    add(layers, depth + 1);
  }

  /** Adds the branches and returns the word for their join. */
  @Override
  public String visitInception(Inception inception, Integer depth) {
    for (int branch = 0; branch < inception.branches().size(); branch++) {
      addPath(inception, "branch " + (branch + 1), inception.branches().get(branch), depth);
    }
    return " (concatenate)";
  }

  /** Adds body and projection and returns the word for their join. */
  @Override
  public String visitResidual(Residual residual, Integer depth) {
    List<LayerDefinition> projection = residual.projection();
    addPath(residual, "body", residual.body(), depth);
    addPath(residual, projection.isEmpty() ? "shortcut" : "projection", projection, depth);
    return " (add)";
  }
}

package dev.convoy.worker.network.foreign;

import dev.convoy.data.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Converts a graph of layers into nested blocks.
 *
 * <p>Layers have one input, joins two or more. Vertices are visited in topological order, each with
 * the path that leads to it: its anchor, which is the vertex where it branched off, and the pieces
 * since. If all paths into a join have one anchor {@code u}, they become the branches of one block
 * that follows {@code u}, and the number of users of {@code u} falls by the number of branches less
 * one. A vertex with one user left is no longer an anchor, so paths continue through it. A join
 * whose paths have different anchors is refused: no later join can resolve that, because the other
 * users of an anchor bypass this join.
 */
final class GraphFolding {
  /** The deepest nesting of blocks that is accepted. */
  static final int DEEPEST = 32;

  /** The operation of a vertex on its inputs. */
  enum Kind {
    LAYER,
    CONCATENATE,
    ADD
  }

  /**
   * A vertex of the foreign graph.
   *
   * @param inputs names of vertices or of the graph's input, in order
   */
  record Vertex(String name, Kind kind, List<String> inputs) {
    Vertex {
      inputs = List.copyOf(inputs);
    }
  }

  /** A layer or a block, named after its vertex. */
  sealed interface Piece {
    String vertex();
  }

  /** A layer. */
  record Single(String vertex) implements Piece {}

  /**
   * Branches that are joined at the vertex.
   *
   * @param branches pieces of each branch since the common anchor; empty if it has no layers
   * @param depth nesting depth: 1 more than the deepest block within, or 1
   */
  record Block(String vertex, Kind kind, List<List<Piece>> branches, int depth) implements Piece {}

  private static final class Path {
    private final List<Piece> pieces = new ArrayList<>();
    private final boolean broken;
    private String anchor;

    private Path(String anchor, boolean broken) {
      this.anchor = anchor;
      this.broken = broken;
    }
  }

  private final String input;
  private final Map<String, Vertex> vertices = new LinkedHashMap<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private final Map<String, Path> paths = new HashMap<>();
  private final Problems problems;

  private GraphFolding(String input, Problems problems) {
    this.input = input;
    this.problems = problems;
  }

  /**
   * Folds a graph with one input and one output.
   *
   * @param output name of the vertex whose result is the network's
   * @return the pieces from input to output; valid only if no problem was added
   */
  static List<Piece> fold(
      String input, Collection<Vertex> vertices, String output, Problems problems) {
    int before = problems.faults().size();
    GraphFolding folding = new GraphFolding(input, problems);
    folding.collect(vertices, output);
    List<Vertex> order = folding.order(before);
    if (problems.faults().size() > before) {
      return List.of();
    }
    order.forEach(folding::visit);
    return folding.continuedPath(output).pieces;
  }

  private void collect(Collection<Vertex> all, String output) {
    for (Vertex vertex : all) {
      if (vertex.name().equals(input) || vertices.putIfAbsent(vertex.name(), vertex) != null) {
        fault(vertex.name(), "there are two of this name: rename one");
      }
    }
    if (!vertices.containsKey(output)) {
      problems.add("output " + output, "there is no such vertex");
    }
    for (Vertex vertex : vertices.values()) {
      boolean layer = vertex.kind() == Kind.LAYER;
      int count = vertex.inputs().size();
      if (layer ? count != 1 : count < 2) {
        String rule = layer ? "must have one input" : "must have two inputs or more";
        fault(vertex.name(), rule + ", and has " + count);
      }
      for (String from : vertex.inputs()) {
        if (!from.equals(input) && !vertices.containsKey(from)) {
          fault(vertex.name(), "its input " + from + " does not exist");
        }
        uses.merge(from, 1, Integer::sum);
      }
    }
    for (String name : vertices.keySet()) {
      if (name.equals(output) == uses.containsKey(name)) {
        fault(
            name,
            name.equals(output)
                ? "is the output, and other vertices read it: the output must be the last layer"
                : "nothing reads its output: remove it");
      }
    }
    uses.merge(output, 1, Integer::sum);
  }

  /** Sorts the vertices topologically by Kahn's algorithm. */
  private List<Vertex> order(int faultsBefore) {
    if (problems.faults().size() > faultsBefore) {
      return List.of();
    }
    Map<String, Integer> waiting = new HashMap<>();
    Map<String, List<Vertex>> users = new HashMap<>();
    for (Vertex vertex : vertices.values()) {
      waiting.put(vertex.name(), vertex.inputs().size());
      for (String from : vertex.inputs()) {
        users.computeIfAbsent(from, key -> new ArrayList<>()).add(vertex);
      }
    }
    List<Vertex> order = new ArrayList<>();
    Deque<String> ready = new ArrayDeque<>(List.of(input));
    while (!ready.isEmpty()) {
      for (Vertex user : users.getOrDefault(ready.remove(), List.of())) {
        if (waiting.merge(user.name(), -1, Integer::sum) == 0) {
          order.add(user);
          ready.add(user.name());
        }
      }
    }
    vertices.values().stream()
        .filter(vertex -> waiting.get(vertex.name()) > 0)
        .findFirst()
        .ifPresent(vertex -> fault(vertex.name(), "is in a cycle of vertices, or follows one"));
    return order;
  }

  private void visit(Vertex vertex) {
    Path path = vertex.kind() == Kind.LAYER ? continuedPath(vertex.inputs().get(0)) : join(vertex);
    if (vertex.kind() == Kind.LAYER) {
      path.pieces.add(new Single(vertex.name()));
    }
    paths.put(vertex.name(), path);
  }

  /** Returns the path for one user of a vertex. */
  private Path continuedPath(String from) {
    Path path = from.equals(input) ? new Path(input, false) : paths.get(from);
    if (uses.get(from) > 1) {
      path = new Path(from, path.broken);
    }
    while (!path.broken && !path.anchor.equals(input) && uses.get(path.anchor) == 1) {
      Path before = paths.get(path.anchor);
      before.pieces.addAll(path.pieces);
      path = before;
    }
    return path;
  }

  private Path join(Vertex vertex) {
    List<Path> branches = vertex.inputs().stream().map(this::continuedPath).toList();
    Path broken = new Path(vertex.name(), true);
    if (branches.stream().anyMatch(path -> path.broken)) {
      return broken;
    }
    String anchor = branches.get(0).anchor;
    if (branches.stream().anyMatch(path -> !path.anchor.equals(anchor))) {
      String places =
          branches.stream().map(path -> path.anchor).distinct().collect(Collectors.joining(", "));
      fault(
          vertex.name(),
          "its branches begin at different layers ("
              + places
              + "): in Convoy, all branches of a block lead from one layer to one join, and blocks"
              + " are nested");
      return broken;
    }
    if (vertex.kind() == Kind.ADD
        && branches.stream().filter(path -> path.pieces.isEmpty()).count() > 1) {
      fault(vertex.name(), "adds " + anchor + " to itself: a residual needs a layer in its body");
      return broken;
    }
    int depth = 1 + branches.stream().mapToInt(GraphFolding::depth).max().orElse(0);
    if (depth > DEEPEST) {
      fault(vertex.name(), "blocks are nested more than " + DEEPEST + " deep");
      return broken;
    }
    uses.merge(anchor, 1 - branches.size(), Integer::sum);
    Path path = new Path(anchor, false);
    path.pieces.add(
        new Block(
            vertex.name(),
            vertex.kind(),
            branches.stream().map(branch -> List.copyOf(branch.pieces)).toList(),
            depth));
    return path;
  }

  private static int depth(Path path) {
    return path.pieces.stream()
        .mapToInt(piece -> piece instanceof Block block ? block.depth() : 0)
        .max()
        .orElse(0);
  }

  private void fault(String vertex, String fault) {
    problems.add("vertex " + vertex, fault);
  }
}

package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A definition while it is being written: its names, frozen layers and faults. */
final class Draft {
  private record Weights(ObjectNode fields, Penalty penalty, String place) {}

  private final Problems problems = new Problems();
  private final LayerNames names = new LayerNames();
  private final List<Weights> weights = new ArrayList<>();
  private final List<String> frozen = new ArrayList<>();
  private final ObjectNode definition = Json.object();
  private final String where;
  private int labels = 1;

  /**
   * @param where name of the file in messages
   */
  Draft(String where) {
    this.where = where;
  }

  Problems problems() {
    return problems;
  }

  String name(String source) {
    return names.unique(source);
  }

  /** Creates the chain of the whole network. */
  Chain layers() {
    return new Chain(this, definition.withArray("layers"));
  }

  /** Adds pieces to a chain, blocks with their contents. */
  void append(Chain chain, List<GraphFolding.Piece> pieces, Translator translator) {
    for (GraphFolding.Piece piece : pieces) {
      if (piece instanceof GraphFolding.Block block) {
        if (block.kind() == GraphFolding.Kind.ADD) {
          appendResidual(chain, block, translator);
        } else {
          ArrayNode branches = chain.add("inception", block.vertex()).putArray("branches");
          boolean flat = false;
          for (List<GraphFolding.Piece> branch : block.branches()) {
            flat |= appendBranch(chain, branches.addArray(), branch, translator);
          }
          becomeFlat(chain, flat);
        }
        translator.join(block.vertex(), chain);
      } else {
        translator.translate(piece.vertex(), chain);
      }
    }
  }

  /**
   * Adds a residual block whose body is the longest branch and whose projection is the rest: {@code
   * a + b + c} becomes a residual whose projection is the residual {@code b + c}.
   */
  private void appendResidual(Chain chain, GraphFolding.Block block, Translator translator) {
    List<List<GraphFolding.Piece>> branches = new ArrayList<>(block.branches());
    branches.sort(Comparator.<List<GraphFolding.Piece>>comparingInt(List::size).reversed());
    ObjectNode fields = chain.add("residual", block.vertex());
    boolean flat = appendBranch(chain, fields.putArray("body"), branches.get(0), translator);
    List<GraphFolding.Piece> rest = branches.get(1);
    if (branches.size() > 2) {
      rest =
          List.of(
              new GraphFolding.Block(
                  block.vertex(), block.kind(), branches.subList(1, branches.size()), 1));
    }
    if (!rest.isEmpty()) {
      flat |= appendBranch(chain, fields.putArray("projection"), rest, translator);
    }
    becomeFlat(chain, flat);
  }

  private boolean appendBranch(
      Chain outer, ArrayNode items, List<GraphFolding.Piece> branch, Translator translator) {
    Chain inner = new Chain(this, items);
    becomeFlat(inner, outer.isFlat());
    append(inner, branch, translator);
    inner.refuseZeros();
    return inner.isFlat();
  }

  private static void becomeFlat(Chain chain, boolean flat) {
    if (flat) {
      chain.becomeFlat();
    }
  }

  /** Registers an item with trained weights. */
  void addTrained(ObjectNode fields, Penalty penalty, String place) {
    weights.add(new Weights(fields, penalty, place));
  }

  /** Registers an item whose weights are frozen. */
  void freeze(ObjectNode fields) {
    frozen.add(fields.get("name").asText());
  }

  /** Sets the shape of the images; absent fields follow the dataset. */
  void input(ObjectNode shape) {
    if (!shape.isEmpty()) {
      definition.set("input", shape);
    }
  }

  /** Sets the number of units of the output layer. */
  void labels(int units) {
    labels = units;
  }

  /**
   * @throws InvalidRequestException with all faults
   */
  Translation finish() {
    boolean equal = weights.stream().map(one -> one.penalty().text()).distinct().count() <= 1;
    if (!equal) {
      weights.forEach(this::writePenalty);
    }
    problems.refuseIfAny("Cannot translate " + where);
    ObjectNode ordered = Json.object();
    if (definition.has("input")) {
      ordered.set("input", definition.get("input"));
    }
    ordered.set("layers", definition.get("layers"));
    if (!frozen.isEmpty()) {
      ordered.set("frozen", Json.tree(frozen));
    }
    return new Translation(ordered, labels);
  }

  private void writePenalty(Weights one) {
    if (one.penalty().l2().isEmpty()) {
      problems.add(
          one.place(),
          "regularisation "
              + one.penalty().text()
              + ": layers may differ in their l2 only; give all layers the same, or l2");
    } else {
      one.fields().put("l2", one.penalty().l2().getAsDouble());
    }
  }
}

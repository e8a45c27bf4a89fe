package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import dev.convoy.worker.network.foreign.GraphFolding.Block;
import dev.convoy.worker.network.foreign.GraphFolding.Kind;
import dev.convoy.worker.network.foreign.GraphFolding.Piece;
import dev.convoy.worker.network.foreign.GraphFolding.Vertex;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Graphs become nested blocks, or are refused with the vertex that prevents it. */
class GraphFoldingTest {
  private final Problems problems = new Problems();

  @Test
  void chainStaysAChain() {
    assertThat(folded("c", layer("a", "in"), layer("b", "a"), layer("c", "b"))).isEqualTo("a b c");
  }

  @Test
  void branchesThatMeetBecomeABlock() {
    String block =
        folded(
            "out",
            layer("a", "in"),
            layer("b", "a"),
            layer("c", "a"),
            layer("d", "c"),
            merge("m", "b", "d", "a"),
            layer("out", "m"));
    assertThat(block).isEqualTo("a m[b | c d | ] out");
  }

  @Test
  void branchesMayBeginAtTheInput() {
    assertThat(folded("m", layer("a", "in"), add("m", "a", "in"))).isEqualTo("m(a | )");
  }

  @Test
  void blocksLieWithinBlocks() {
    String blocks =
        folded(
            "outer",
            layer("stem", "in"),
            layer("a", "stem"),
            layer("b", "a"),
            add("inner", "b", "a"),
            layer("c", "inner"),
            add("next", "c", "inner"),
            merge("outer", "next", "stem"));
    assertThat(blocks).isEqualTo("stem outer[a inner(b | ) next(c | ) | ]");
  }

  @Test
  void joinOfJoinsFromOneVertexIsNested() {
    String blocks =
        folded(
            "outer",
            layer("a", "in"),
            layer("b", "in"),
            add("inner", "a", "b"),
            layer("c", "inner"),
            merge("outer", "c", "in", "in"));
    assertThat(blocks).isEqualTo("outer[inner(a | b) c |  | ]");
  }

  @Test
  void orderOfTheFileMakesNoDifference() {
    List<Vertex> vertices = residualNetwork(20);
    String expected = text(GraphFolding.fold("in", vertices, "add19", problems));
    for (int seed = 0; seed < 20; seed++) {
      List<Vertex> shuffled = new ArrayList<>(vertices);
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(text(GraphFolding.fold("in", shuffled, "add19", problems)))
          .as("seed " + seed)
          .isEqualTo(expected);
    }
    assertThat(problems.faults()).isEmpty();
    assertThat(expected).startsWith("add0(a0 b0 | ) add1(a1 b1 | )");
  }

  @Test
  void crossingBranchesAreRefusedOnce() {
    refused(
        "end",
        "vertex m: its branches begin at different layers (in, a): in Convoy, all branches"
            + " of a block lead from one layer to one join, and blocks are nested",
        layer("a", "in"),
        layer("b", "in"),
        layer("c", "a"),
        merge("m", "b", "c"),
        merge("end", "m", "a"));
  }

  @Test
  void addingAVertexToItselfIsRefused() {
    refused(
        "m",
        "vertex m: adds a to itself: a residual needs a layer in its body",
        layer("a", "in"),
        add("m", "a", "a"));
  }

  @Test
  void looseEndsAreRefused() {
    refused(
        "a", "vertex b: nothing reads its output: remove it", layer("a", "in"), layer("b", "in"));
    refused(
        "a",
        "vertex a: is the output, and other vertices read it: the output must be the last layer",
        layer("a", "in"),
        merge("b", "a", "a"),
        merge("c", "b", "a"),
        layer("b2", "c"));
    refused("b", "output b: there is no such vertex", layer("a", "in"));
    refused("a", "vertex a: its input x does not exist", layer("a", "x"));
  }

  @Test
  void numberOfInputsIsChecked() {
    refused("a", "vertex a: must have one input, and has 2", layer("a", "in", "in"));
    refused("a", "vertex a: must have two inputs or more, and has 1", merge("a", "in"));
    refused(
        "a", "vertex a: there are two of this name: rename one", layer("a", "in"), add("a", "a"));
  }

  @Test
  void circlesAreRefused() {
    refused(
        "c",
        "vertex a: is in a cycle of vertices, or follows one",
        merge("a", "in", "b"),
        layer("b", "a"),
        layer("c", "b"));
  }

  @Test
  void depthIsBounded() {
    List<Vertex> vertices = new ArrayList<>();
    int deepest = GraphFolding.DEEPEST + 1;
    vertices.add(layer("down0", "in"));
    for (int i = 1; i <= deepest; i++) {
      vertices.add(layer("down" + i, "down" + (i - 1)));
    }
    String up = "down" + deepest;
    for (int i = deepest - 1; i >= 0; i--) {
      vertices.add(add("up" + i, up, "down" + i));
      up = "up" + i;
    }
    GraphFolding.fold("in", vertices, up, problems);
    assertThat(problems.faults())
        .containsExactly("vertex up0: blocks are nested more than 32 deep");
  }

  @Test
  void longNetworksFoldQuickly() {
    assertThat(GraphFolding.fold("in", residualNetwork(3000), "add2999", problems)).hasSize(3000);
  }

  private static List<Vertex> residualNetwork(int blocks) {
    List<Vertex> vertices = new ArrayList<>();
    String last = "in";
    for (int i = 0; i < blocks; i++) {
      vertices.add(layer("a" + i, last));
      vertices.add(layer("b" + i, "a" + i));
      vertices.add(add("add" + i, "b" + i, last));
      last = "add" + i;
    }
    return vertices;
  }

  private String folded(String output, Vertex... vertices) {
    List<Piece> pieces = GraphFolding.fold("in", List.of(vertices), output, problems);
    assertThat(problems.faults()).isEmpty();
    return text(pieces);
  }

  private static void refused(String output, String fault, Vertex... vertices) {
    Problems found = new Problems();
    GraphFolding.fold("in", List.of(vertices), output, found);
    assertThat(found.faults()).contains(fault);
  }

  /** Layers by name; a concatenation as {@code m[a | b]}, a sum as {@code m(a | b)}. */
  private static String text(List<Piece> pieces) {
    return pieces.stream()
        .map(
            piece -> {
              if (!(piece instanceof Block block)) {
                return piece.vertex();
              }
              boolean sum = block.kind() == Kind.ADD;
              return block.branches().stream()
                  .map(GraphFoldingTest::text)
                  .collect(
                      Collectors.joining(
                          " | ", block.vertex() + (sum ? "(" : "["), sum ? ")" : "]"));
            })
        .collect(Collectors.joining(" "));
  }

  private static Vertex layer(String name, String... inputs) {
    return new Vertex(name, Kind.LAYER, List.of(inputs));
  }

  private static Vertex merge(String name, String... inputs) {
    return new Vertex(name, Kind.CONCATENATE, List.of(inputs));
  }

  private static Vertex add(String name, String... inputs) {
    return new Vertex(name, Kind.ADD, List.of(inputs));
  }
}

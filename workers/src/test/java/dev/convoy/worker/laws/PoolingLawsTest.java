package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What pooling keeps and what it forgets. */
class PoolingLawsTest {
  private static final ImageShape IMAGES = new ImageShape(8, 7, 3);
  private static final double[][][][] X = Maps.random(2, 3, 8, 7, 1);

  /** Of the pixels of a window that lie in the image. */
  private static double pooled(
      String type, double[][] map, int row, int column, int rows, int columns, int exponent) {
    double largest = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double powers = 0;
    int count = 0;
    for (int i = Math.max(0, row); i < Math.min(row + rows, map.length); i++) {
      for (int j = Math.max(0, column); j < Math.min(column + columns, map[0].length); j++) {
        largest = Math.max(largest, map[i][j]);
        sum += map[i][j];
        powers += Math.pow(Math.abs(map[i][j]), exponent);
        count++;
      }
    }
    return switch (type) {
      case "max" -> largest;
      case "average" -> sum / count;
      default -> Math.pow(powers, 1.0 / exponent);
    };
  }

  static Stream<Arguments> pools() {
    return Stream.of("max", "average", "l2")
        .flatMap(
            type ->
                Stream.of(
                    Arguments.of(type, "size = 2", 2, 2, 2, 2, 0, 0),
                    Arguments.of(type, "size = [3, 2], stride = [1, 3]", 3, 2, 1, 3, 0, 0),
                    Arguments.of(type, "size = 2, stride = 3", 2, 2, 3, 3, 0, 0),
                    Arguments.of(
                        type, "size = [4, 3], stride = 2, padding = [2, 1]", 4, 3, 2, 2, 2, 1),
                    // 8 rows by stride 2 are 4 and reach over 9; 7 columns are 4 and reach over 9.
                    Arguments.of(type, "size = 3, stride = 2, padding = same", 3, 3, 2, 2, 0, 1),
                    Arguments.of(type, "size = 1, stride = 3, padding = same", 1, 1, 3, 3, 0, 0)));
  }

  @ParameterizedTest
  @MethodSource("pools")
  void aPoolIsTheLargestTheMeanOrTheRootOfTheSquaresOfThePixelsInItsWindow(
      String type, String window, int rows, int columns, int down, int across, int top, int left) {
    Built built = Built.of(IMAGES, "{ pool { type = " + type + ", " + window + " } }");
    double[][][][] actual = built.output("pool1", X);
    Maps.assertClose(
        actual,
        Maps.like(
            actual,
            (n, m, i, j) ->
                pooled(type, X[n][m], i * down - top, j * across - left, rows, columns, 2)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 16})
  void exponentPIsTheRootOfTheSumOfPowersOfMagnitudes(int exponent) {
    String l2 = "pool { type = l2, exponent = " + exponent;
    Built built = Built.of(IMAGES, "{ " + l2 + ", size = 2, stride = 1 } }");
    Built global = Built.of(IMAGES, "{ global-" + l2 + " } }");
    double[][][][] actual = built.output("pool1", X);
    Maps.assertClose(
        actual, Maps.like(actual, (n, m, i, j) -> pooled("l2", X[n][m], i, j, 2, 2, exponent)));
    Maps.assertClose(
        global.output("global-pool1", X),
        Maps.of(2, 3, 1, 1, (n, m, i, j) -> pooled("l2", X[n][m], 0, 0, 8, 7, exponent)));
  }

  @Test
  void maxPoolingKeepsThePresenceAndForgetsThePlace() {
    Built built = Built.of(new ImageShape(9, 9, 1), "{ pool { type = max, size = 3 } }");
    double[][][][] dark = new double[1][1][9][9];
    double[][][][] expected = new double[1][1][3][3];
    expected[0][0][1][2] = 1;
    for (int row = 3; row < 6; row++) {
      for (int column = 6; column < 9; column++) {
        double[][][][] bright = Maps.copy(dark);
        bright[0][0][row][column] = 1;
        assertThat(built.output("pool1", bright)).isDeepEqualTo(expected);
      }
    }
    double[][][][] elsewhere = Maps.copy(dark);
    elsewhere[0][0][3][5] = 1;
    assertThat(built.output("pool1", elsewhere)[0][0][1]).containsExactly(0, 1, 0);
  }

  @ParameterizedTest
  @ValueSource(strings = {"max", "average", "l2"})
  void globalPoolingAcceptsAnySize(String type) {
    Built built =
        Built.of(
            Built.network(
                "input { height = any, width = any }",
                IMAGES,
                "{ conv { maps = 4, kernel = 1 } }, { global-pool { type = " + type + " } }"));
    for (int[] size : new int[][] {{8, 7}, {1, 1}, {3, 12}, {15, 4}, {8, 7}}) {
      double[][][][] x = Maps.random(3, 3, size[0], size[1], 2);
      double[][][][] maps = built.output("conv1", x);
      Maps.assertClose(
          built.output("global-pool1", x),
          Maps.of(3, 4, 1, 1, (n, m, i, j) -> pooled(type, maps[n][m], 0, 0, size[0], size[1], 2)));
      assertThat(built.output("output", x)[0]).hasDimensions(2, 1);
    }
  }

  private static final String POOLS_OF_ZEROS =
      """
      'pool { size = 2, type', 1
      'pool { size = 2, type', 2
      'pool { size = 2, type', 3
      'global-pool { type', 1
      'global-pool { type', 2
      'global-pool { type', 3
      """;

  /** Where the root has no slope; after relu whole windows are 0. */
  private static Network zeros(String pool, int exponent, String activation) {
    return Built.network(
        IMAGES,
        "{ conv { maps = 2, kernel = 1, activation = %s } }, { %s = l2, exponent = %d } }"
            .formatted(activation, pool, exponent));
  }

  @ParameterizedTest
  @CsvSource(textBlock = POOLS_OF_ZEROS)
  void aWindowOfZerosHasAFiniteGradient(String pool, int exponent) {
    Built built = Built.of(zeros(pool, exponent, "relu"));
    built.set("conv1", "b", -100, -100);
    assertFiniteGradient(built.graph());
  }

  /** On every platform, and where no relu hides it. */
  @ParameterizedTest
  @CsvSource(textBlock = POOLS_OF_ZEROS)
  void aWindowOfZerosHasNoGradient(String pool, int exponent) {
    Built built = Built.of(zeros(pool, exponent, "identity"));
    ComputationGraph inDouble =
        DoubleNetworks.build(zeros(pool, exponent, "identity"), Optimizer.sgd(), 1).graph();
    for (ComputationGraph graph : List.of(built.graph(), inDouble)) {
      for (String parameter : new String[] {"W", "b"}) {
        graph.getLayer("conv1").getParam(parameter).assign(0);
      }
      assertFiniteGradient(graph);
      assertThat(graph.gradient().getGradientFor("conv1_b").amaxNumber().doubleValue()).isZero();
    }
  }

  private static void assertFiniteGradient(ComputationGraph graph) {
    DataType type = graph.params().dataType();
    graph.setInput(0, Maps.array(X, type));
    graph.setLabels(Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}}).castTo(type));
    graph.computeGradientAndScore();
    INDArray gradient = graph.getFlattenedGradients();
    assertThat(gradient.data().asFloat()).doesNotContain(Float.NaN);
    assertThat(gradient.amaxNumber().doubleValue()).isFinite();
  }
}

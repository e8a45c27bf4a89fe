package dev.convoy.worker.laws;

import dev.convoy.data.ImageShape;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A block is the join of its paths, each as it is alone. */
class BlockLawsTest {
  private static final ImageShape IMAGES = new ImageShape(8, 7, 3);
  private static final double[][][][] X = Maps.random(2, 3, 8, 7, 1);

  /** Branches whose last layer is named {@code end} and a number. */
  private static final List<String> BRANCHES =
      List.of(
          "{ conv { name = end0, maps = 2, kernel = 1, activation = relu } }",
          "{ activation { function = tanh, name = act } },"
              + " { conv { name = mid, maps = 2, kernel = 1 } },"
              + " { norm { type = batch, name = norm } },"
              + " { conv { name = end1, maps = 3, kernel = 3, padding = same } }",
          "{ pool { type = max, size = 3, stride = 1, padding = same, name = pool } },"
              + " { separable-conv { name = end2, maps = 2, kernel = 3, padding = same } }");

  @Test
  void anInceptionModuleIsTheConcatenationOfItsBranches() {
    Built module =
        Built.of(
            IMAGES,
            "{ inception { name = all, branches = [ [ %s ], [], [ %s ], [ %s ] ] } }"
                .formatted(BRANCHES.toArray()));
    double[][][][] actual = module.output("all", X);
    double[][][][] first = alone(module, 0);
    double[][][][] second = alone(module, 1);
    double[][][][] third = alone(module, 2);
    Maps.assertClose(
        actual,
        Maps.of(
            2,
            2 + 3 + 3 + 2,
            8,
            7,
            (n, m, i, j) -> {
              if (m < 2) {
                return first[n][m][i][j];
              }
              if (m < 5) {
                return X[n][m - 2][i][j];
              }
              return m < 8 ? second[n][m - 5][i][j] : third[n][m - 8][i][j];
            }));
  }

  private static double[][][][] alone(Built module, int branch) {
    Built alone = Built.of(IMAGES, BRANCHES.get(branch));
    alone.takeFrom(module);
    return alone.output("end" + branch, X);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "relu", "swish"})
  void aResidualIsItsBodyAndItsShortcutAdded(String activation) {
    DoubleUnaryOperator function =
        switch (activation) {
          case "relu" -> x -> Math.max(x, 0);
          case "swish" -> x -> x / (1 + Math.exp(-x));
          default -> x -> x;
        };
    String body =
        "{ activation { name = act, function = sigmoid } },"
            + " { conv { name = body, maps = 3, kernel = 3, padding = same } }";
    String projection = "{ conv { name = way, maps = 3, kernel = 1, bias = false } }";
    for (boolean projected : new boolean[] {false, true}) {
      Built block =
          Built.of(
              IMAGES,
              "{ residual { name = all, body = [ %s ], projection = [ %s ], activation = %s } }"
                  .formatted(body, projected ? projection : "", activation));
      Built alone = Built.of(IMAGES, body);
      Built shortcut = Built.of(IMAGES, projection);
      alone.takeFrom(block);
      shortcut.takeFrom(block);
      double[][][][] through = alone.output("body", X);
      double[][][][] beside = projected ? shortcut.output("way", X) : X;
      Maps.assertClose(
          block.output("all", X),
          Maps.like(
              X, (n, m, i, j) -> function.applyAsDouble(through[n][m][i][j] + beside[n][m][i][j])));
    }
  }

  @Test
  void aRepeatedBlockIsTheBlockSoOften() {
    String residual =
        "{ residual { body = [ { conv { maps = 3, kernel = 3, padding = same } } ] } }";
    Built repeated = Built.of(IMAGES, "{ repeat { times = 3, layers = [ " + residual + " ] } }");
    Built written = Built.of(IMAGES, residual + ", " + residual + ", " + residual);
    written.takeFrom(repeated);
    Maps.assertClose(repeated.output("residual3", X), written.output("residual3", X));
  }

  @Test
  void neitherBranchesNorTheCallerSeeWhatAnActivationLayerDoes() {
    Built built =
        Built.of(
            IMAGES,
            "{ inception { branches = [ [ { activation { function = relu } } ], [],"
                + " [ { dropout { rate = 0.5 } }, { activation { function = tanh } } ] ] } }");
    double[][][][] expected =
        Maps.of(
            2,
            9,
            8,
            7,
            (n, m, i, j) ->
                switch (m / 3) {
                  case 0 -> Math.max(X[n][m % 3][i][j], 0);
                  case 1 -> X[n][m % 3][i][j];
                  default -> Math.tanh(X[n][m % 3][i][j]);
                });
    Maps.assertClose(built.output("inception1", X), expected);
    var images = Maps.array(X, org.nd4j.linalg.api.buffer.DataType.FLOAT);
    built.graph().outputSingle(images);
    Maps.assertClose(Maps.of(images), X);
  }
}

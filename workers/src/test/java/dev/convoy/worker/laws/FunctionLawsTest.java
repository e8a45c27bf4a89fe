package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.layer.Activation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/** Activations and dropout by their formulas. */
class FunctionLawsTest {
  private static final int SIZE = 40;
  private static final ImageShape IMAGES = new ImageShape(SIZE, SIZE, 1);

  private static double function(Activation activation, double x) {
    return switch (activation) {
      case IDENTITY -> x;
      case RELU -> Math.max(x, 0);
      case RELU6 -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x > 0 ? x : 0.01 * x;
      case ELU -> x > 0 ? x : Math.expm1(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case TANH -> Math.tanh(x);
      case SOFTPLUS -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
      case SWISH -> x / (1 + Math.exp(-x));
    };
  }

  private static double slope(Activation activation, double x) {
    double sigmoid = 1 / (1 + Math.exp(-x));
    return switch (activation) {
      case IDENTITY -> 1;
      case RELU -> x > 0 ? 1 : 0;
      case RELU6 -> x > 0 && x < 6 ? 1 : 0;
      case LEAKY_RELU -> x > 0 ? 1 : 0.01;
      case ELU -> x > 0 ? 1 : Math.exp(x);
      case SIGMOID -> sigmoid * (1 - sigmoid);
      case TANH -> 1 - Math.pow(Math.tanh(x), 2);
      case SOFTPLUS -> sigmoid;
      case SWISH -> sigmoid * (1 + x * (1 - sigmoid));
    };
  }

  /** From -1000 to 1000, and finely from -10 to 10; never where a function has a corner. */
  private static double[][][][] wide() {
    return Maps.of(
        1,
        1,
        SIZE,
        SIZE,
        (n, m, i, j) -> (float) ((i * SIZE + j - 800 + 0.5) * (i % 2 == 0 ? 1.25 : 0.0125)));
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void anActivationIsItsFormulaHoweverLargeItsInput(Activation activation) {
    Built built = Built.of(IMAGES, "{ activation { function = " + activation.key() + " } }");
    double[][][][] x = wide();
    for (double[][][][] actual :
        new double[][][][][] {
          built.output("activation1", x), built.trainingOutput("activation1", x)
        }) {
      Maps.each(
          x,
          (n, m, i, j) -> {
            double expected = function(activation, x[n][m][i][j]);
            assertThat(actual[n][m][i][j])
                .as("%s(%s)", activation.key(), x[n][m][i][j])
                .isCloseTo(expected, within(1e-6 + 1e-6 * Math.abs(expected)));
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void theSlopeOfAnActivationIsItsDerivativeHoweverLargeItsInput(Activation activation) {
    Built built = Built.of(IMAGES, "{ activation { function = " + activation.key() + " } }");
    double[][][][] x = wide();
    var layer = built.graph().getLayer("activation1");
    var workspaces = org.deeplearning4j.nn.workspace.LayerWorkspaceMgr.noWorkspaces();
    layer.setInput(Maps.array(x, DataType.FLOAT), workspaces);
    layer.activate(true, workspaces);
    var actual =
        Maps.of(
            layer
                .backpropGradient(Nd4j.ones(DataType.FLOAT, 1, 1, SIZE, SIZE), workspaces)
                .getSecond());
    Maps.each(
        x,
        (n, m, i, j) -> {
          double expected = slope(activation, x[n][m][i][j]);
          assertThat(actual[n][m][i][j])
              .as("%s'(%s)", activation.key(), x[n][m][i][j])
              .isCloseTo(expected, within(2e-6 + 2e-6 * Math.abs(expected)));
        });
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void dropoutDropsItsRateAndScalesTheRest(double rate) {
    Built built = Built.of(IMAGES, "{ dropout { rate = " + rate + " } }");
    double[][][][] x = Maps.random(2, 1, SIZE, SIZE, 2);
    Maps.assertClose(built.output("dropout1", x), x);
    Nd4j.getRandom().setSeed(3);
    double[][][][] dropped = built.trainingOutput("dropout1", x);
    int[] zeros = {0};
    Maps.each(
        x,
        (n, m, i, j) -> {
          if (dropped[n][m][i][j] == 0) {
            zeros[0]++;
          } else {
            assertThat(dropped[n][m][i][j])
                .isCloseTo(x[n][m][i][j] / (1 - rate), within(1e-5 / (1 - rate)));
          }
        });
    double n = 2.0 * SIZE * SIZE;
    assertThat(zeros[0] / n).isCloseTo(rate, within(5 * Math.sqrt(rate * (1 - rate) / n)));
    Nd4j.getRandom().setSeed(3);
    assertThat(built.trainingOutput("dropout1", x)).isDeepEqualTo(dropped);
  }

  @Test
  void dropoutInABranchLeavesTheOthersAlone() {
    Built built =
        Built.of(
            IMAGES,
            "{ conv { maps = 1, kernel = 1 } }, { inception { branches ="
                + " [ [ { activation { function = tanh } } ], [ { dropout { rate = 0.5 } } ] ] } }");
    double[][][][] x = Maps.random(2, 1, SIZE, SIZE, 2);
    double[][][][] before = built.output("conv1", x);
    var all = built.graph().feedForward(Maps.array(x, DataType.FLOAT), true);
    Maps.assertClose(Maps.of(all.get("conv1")), before);
    Maps.assertClose(
        Maps.of(all.get("activation1")),
        Maps.like(before, (n, m, i, j) -> Math.tanh(before[n][m][i][j])));
  }
}

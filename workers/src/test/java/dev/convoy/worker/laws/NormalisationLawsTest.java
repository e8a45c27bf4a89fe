package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Batch and local response normalisation by their formulas. */
class NormalisationLawsTest {
  private static final ImageShape IMAGES = new ImageShape(6, 5, 3);
  private static final double[][][][] X = Maps.random(4, 3, 6, 5, 1);

  /** Mean and variance of each map over images and pixels. */
  private record Statistics(double[] mean, double[] variance) {
    static Statistics of(double[][][][] x) {
      int maps = x[0].length;
      double count = (double) x.length * x[0][0].length * x[0][0][0].length;
      double[] mean = new double[maps];
      double[] variance = new double[maps];
      Maps.each(x, (n, m, i, j) -> mean[m] += x[n][m][i][j] / count);
      Maps.each(x, (n, m, i, j) -> variance[m] += Math.pow(x[n][m][i][j] - mean[m], 2) / count);
      return new Statistics(mean, variance);
    }
  }

  private static double[][][][] normalised(
      Built built, double[][][][] x, Statistics statistics, double epsilon) {
    double[] gamma = built.vector("law", "gamma");
    double[] beta = built.vector("law", "beta");
    return Maps.like(
        x,
        (n, m, i, j) ->
            gamma[m]
                    * (x[n][m][i][j] - statistics.mean[m])
                    / Math.sqrt(statistics.variance[m] + epsilon)
                + beta[m]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ conv { name = before, maps = 4, kernel = 2 } }",
        "{ dense { name = before, units = 4 } }"
      })
  void batchNormIsItsFormulaInScoringAndInTrainingAndKeepsRunningStatistics(String before) {
    Built built =
        Built.of(
            IMAGES,
            before + ", { norm { name = law, type = batch, decay = 0.7, epsilon = 0.01 } }");
    double[][][][] x = built.output("before", X);
    Statistics stored = new Statistics(built.vector("law", "mean"), built.vector("law", "var"));
    Statistics batch = Statistics.of(x);
    Maps.assertClose(built.output("law", X), normalised(built, x, stored, 0.01));
    Maps.assertClose(built.trainingOutput("law", X), normalised(built, x, batch, 0.01));
    built.trainable().learningRate(0);
    fit(built);
    double[] mean = built.vector("law", "mean");
    double[] variance = built.vector("law", "var");
    for (int m = 0; m < 4; m++) {
      assertThat(mean[m]).isCloseTo(0.7 * stored.mean[m] + 0.3 * batch.mean[m], within(1e-5));
      assertThat(variance[m])
          .isCloseTo(0.7 * stored.variance[m] + 0.3 * batch.variance[m], within(1e-5));
    }
  }

  private static void fit(Built built) {
    INDArray labels = Nd4j.createFromArray(new float[][] {{1, 0}, {0, 1}, {1, 0}, {0, 1}});
    built.graph().fit(new INDArray[] {Maps.array(X, DataType.FLOAT)}, new INDArray[] {labels});
  }

  @Test
  void aFrozenBatchNormScoresInTrainingTooAndKeepsEveryBit() {
    Built built =
        Built.of(
            Built.network(
                "frozen = [ law ]",
                IMAGES,
                "{ conv { name = before, maps = 4, kernel = 2 } }, { norm { name = law, type = batch } }"));
    double[][][][] x = built.output("before", X);
    Statistics stored = new Statistics(built.vector("law", "mean"), built.vector("law", "var"));
    double[] gamma = built.vector("law", "gamma");
    Maps.assertClose(built.output("law", X), normalised(built, x, stored, 1e-5));
    Maps.assertClose(built.trainingOutput("law", X), normalised(built, x, stored, 1e-5));
    double[] weights = built.vector("before", "W");
    built.trainable().learningRate(0.5);
    fit(built);
    assertThat(built.vector("law", "mean")).containsExactly(stored.mean);
    assertThat(built.vector("law", "var")).containsExactly(stored.variance);
    assertThat(built.vector("law", "gamma")).containsExactly(gamma);
    assertThat(built.vector("before", "W")).isNotEqualTo(weights);
  }

  @ParameterizedTest
  @CsvSource({"1, 0.5, 1, 1", "3, 0.3, 0.75, 2", "5, 0.3, 2, 0.5", "7, 1, 0.5, 1", "255, 1, 1, 1"})
  void localResponseIsItsFormula(int size, double alpha, double beta, double k) {
    Built built =
        Built.of(
            IMAGES,
            "{ conv { maps = 6, kernel = 1 } }, { norm { type = local-response, name = law,"
                + " size = %s, alpha = %s, beta = %s, k = %s } }".formatted(size, alpha, beta, k));
    double[][][][] x = built.output("conv1", X);
    Maps.assertClose(
        built.output("law", X),
        Maps.like(
            x,
            (n, m, i, j) -> {
              double squares = 0;
              for (int c = Math.max(0, m - size / 2); c <= Math.min(5, m + size / 2); c++) {
                squares += Math.pow(x[n][c][i][j], 2);
              }
              return x[n][m][i][j] / Math.pow(k + alpha * squares, beta);
            }));
  }
}

package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.layer.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a convolution layer is. */
class ConvolutionLawsTest {
  private static final ImageShape IMAGES = new ImageShape(9, 8, 3);
  private static final double[][][][] X = Maps.random(2, 3, 9, 8, 1);

  /** Windows with the stride, dilation, and rows above and columns left of the first pixel. */
  static Stream<Arguments> windows() {
    return Stream.of(
        Arguments.of("kernel = 3", 1, 1, 1, 1, 0, 0),
        Arguments.of("kernel = [4, 2]", 1, 1, 1, 1, 0, 0),
        Arguments.of("kernel = 3, stride = [2, 3]", 2, 3, 1, 1, 0, 0),
        Arguments.of("kernel = 3, padding = [1, 2]", 1, 1, 1, 1, 1, 2),
        Arguments.of("kernel = 3, padding = same", 1, 1, 1, 1, 1, 1),
        // An odd pixel of padding lies below and on the right.
        Arguments.of("kernel = [2, 4], padding = same", 1, 1, 1, 1, 0, 1),
        // 9 rows by stride 2 are 5, which reach over 11; 8 columns by 2 are 4, which reach over 9.
        Arguments.of("kernel = 3, stride = 2, padding = same", 2, 2, 1, 1, 1, 0),
        Arguments.of("kernel = 1, stride = 4, padding = same", 4, 4, 1, 1, 0, 0),
        Arguments.of("kernel = 3, dilation = [2, 3]", 1, 1, 2, 3, 0, 0),
        Arguments.of("kernel = 3, dilation = 2, padding = same", 1, 1, 2, 2, 2, 2),
        Arguments.of("kernel = 2, dilation = 2, stride = 2, padding = 1", 2, 2, 2, 2, 1, 1),
        Arguments.of(
            "kernel = 3, padding = { top = 2, bottom = 0, left = 1, right = 3 }", 1, 1, 1, 1, 2, 1),
        Arguments.of(
            "kernel = 3, stride = 2, padding = { top = 0, bottom = 1, left = 2, right = 0 }",
            2,
            2,
            1,
            1,
            0,
            2));
  }

  @ParameterizedTest
  @MethodSource("windows")
  void aConvolutionIsTheSumOfTheNotes(
      String window, int down, int across, int rowGap, int columnGap, int top, int left) {
    Built built = Built.of(IMAGES, "{ conv { maps = 4, " + window + " } }");
    double[][][][] v = built.weights("conv1", "W");
    double[] u = built.vector("conv1", "b");
    double[][][][] actual = built.output("conv1", X);
    Maps.assertClose(
        actual,
        Maps.like(
            actual,
            (n, m, i, j) -> {
              double sum = u[m];
              for (int c = 0; c < 3; c++) {
                for (int a = 0; a < v[m][c].length; a++) {
                  for (int b = 0; b < v[m][c][a].length; b++) {
                    int row = i * down - top + a * rowGap;
                    int column = j * across - left + b * columnGap;
                    sum += v[m][c][a][b] * Maps.padded(X[n][c], row, column);
                  }
                }
              }
              return sum;
            }));
  }

  @Test
  void aConvolutionIsTheProductWithItsToeplitzMatrix() {
    ImageShape images = new ImageShape(6, 5, 1);
    double[][][][] x = Maps.random(1, 1, 6, 5, 2);
    Built built = Built.of(images, "{ conv { maps = 1, kernel = [3, 2], bias = false } }");
    double[][] v = built.weights("conv1", "W")[0][0];
    double[][] toeplitz = new double[4 * 4][6 * 5];
    for (int i = 0; i < 4; i++) {
      for (int j = 0; j < 4; j++) {
        for (int a = 0; a < 3; a++) {
          for (int b = 0; b < 2; b++) {
            toeplitz[i * 4 + j][(i + a) * 5 + j + b] = v[a][b];
          }
        }
      }
    }
    double[] flat = Maps.flat(x);
    Maps.assertClose(
        built.output("conv1", x),
        Maps.of(
            1,
            1,
            4,
            4,
            (n, m, i, j) -> {
              double sum = 0;
              for (int k = 0; k < flat.length; k++) {
                sum += toeplitz[i * 4 + j][k] * flat[k];
              }
              return sum;
            }));
  }

  @Test
  void aConvolutionIsAProductOfFourierTransformsWithTheKernelConjugated() {
    int size = 8;
    int kernel = 3;
    double[][][][] x = Maps.random(1, 1, size, size, 3);
    Built built =
        Built.of(new ImageShape(size, size, 1), "{ conv { maps = 1, kernel = 3, bias = false } }");
    double[][] v = built.weights("conv1", "W")[0][0];
    Fourier image = Fourier.of(x[0][0]);
    Fourier weights = Fourier.of(extended(v, size));
    int out = size - kernel + 1;

    // Where nothing wraps around: correlation from pixel 0, true convolution from kernel − 1.
    double[][] correlation = image.times(weights.conjugate()).inverse();
    double[][] convolution = image.times(weights).inverse();
    double[][][][] expected = Maps.of(1, 1, out, out, (n, m, i, j) -> correlation[i][j]);
    double[][][][] flipped =
        Maps.of(1, 1, out, out, (n, m, i, j) -> convolution[i + kernel - 1][j + kernel - 1]);

    Maps.assertClose(built.output("conv1", x), expected);
    built.set(
        "conv1",
        "W",
        Maps.of(1, 1, kernel, kernel, (n, m, a, b) -> v[kernel - 1 - a][kernel - 1 - b]));
    Maps.assertClose(built.output("conv1", x), flipped);
    assertThat(Maps.flat(flipped)).as("the two differ").isNotEqualTo(Maps.flat(expected));
    assertThat(Math.abs(flipped[0][0][0][0] - expected[0][0][0][0])).isGreaterThan(1e-3);
  }

  private static double[][] extended(double[][] kernel, int size) {
    double[][] extended = new double[size][size];
    for (int a = 0; a < kernel.length; a++) {
      System.arraycopy(kernel[a], 0, extended[a], 0, kernel[a].length);
    }
    return extended;
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 2", "1, 3, 0", "2, 2, 4", "3, 3, 0"})
  void aShiftedImageShiftsTheFeatureMapAwayFromBorders(int stride, int down, int across) {
    double[][][][] large = Maps.random(1, 3, 26, 26, 4);
    Built built =
        Built.of(
            new ImageShape(21, 21, 3),
            "{ conv { maps = 4, kernel = 5, stride = " + stride + ", padding = same } }");
    double[][][][] here =
        built.output("conv1", Maps.of(1, 3, 21, 21, (n, c, i, j) -> large[n][c][i][j]));
    double[][][][] there =
        built.output(
            "conv1", Maps.of(1, 3, 21, 21, (n, c, i, j) -> large[n][c][i + down][j + across]));
    int inside = here[0][0].length - 2 - Math.max(down, across) / stride;
    Maps.assertClose(
        Maps.of(1, 4, inside - 2, inside - 2, (n, m, i, j) -> there[n][m][i + 2][j + 2]),
        Maps.of(
            1,
            4,
            inside - 2,
            inside - 2,
            (n, m, i, j) -> here[n][m][i + 2 + down / stride][j + 2 + across / stride]));
  }

  @Test
  void twoLinearConvolutionsAreOne() {
    Built two =
        Built.of(
            IMAGES,
            "{ conv { maps = 5, kernel = 3, bias = false } },"
                + " { conv { maps = 2, kernel = [2, 4], bias = false } }");
    Built one = Built.of(IMAGES, "{ conv { maps = 2, kernel = [4, 6], bias = false } }");
    double[][][][] first = two.weights("conv1", "W");
    double[][][][] second = two.weights("conv2", "W");
    double[][][][] both = new double[2][3][4][6];
    Maps.each(
        second,
        (m, k, a, b) -> {
          for (int c = 0; c < 3; c++) {
            for (int p = 0; p < 3; p++) {
              for (int q = 0; q < 3; q++) {
                both[m][c][a + p][b + q] += second[m][k][a][b] * first[k][c][p][q];
              }
            }
          }
        });
    one.set("conv1", "W", both);
    Maps.assertClose(one.output("conv1", X), two.output("conv2", X));
  }

  @Test
  void aOneByOneConvolutionIsADenseLayerAtEachPixel() {
    Built conv = Built.of(IMAGES, "{ conv { maps = 4, kernel = 1, activation = tanh } }");
    Built dense = Built.of(new ImageShape(1, 1, 3), "{ dense { units = 4, activation = tanh } }");
    double[][][][] w = conv.weights("conv1", "W");
    dense.set("dense1", "W", Maps.of(3, 4, 1, 1, (c, m, i, j) -> w[m][c][0][0]));
    dense.set("dense1", "b", conv.vector("conv1", "b"));
    double[][][][] pixels =
        Maps.of(2 * 9 * 8, 3, 1, 1, (p, c, i, j) -> X[p / 72][c][p % 72 / 8][p % 8]);
    double[][][][] units = dense.output("dense1", pixels);
    Maps.assertClose(
        conv.output("conv1", X),
        Maps.of(2, 4, 9, 8, (n, m, i, j) -> units[n * 72 + i * 8 + j][m][0][0]));
  }

  @Test
  void samePaddingKeepsTheSizeAtStrideOneAndElseGivesTheCeilingOfItsShare() {
    for (String kind : List.of("conv { maps = 2, kernel", "depthwise-conv { kernel")) {
      for (int kernel : new int[] {1, 2, 3, 5, 8}) {
        for (int stride = 1; stride <= 4; stride++) {
          if (kernel > 1 && kernel < stride - 1) {
            continue;
          }
          for (int dilation = 1; dilation <= 2; dilation++) {
            String layer =
                "{ %s = %d, stride = %d, dilation = %d, padding = same, name = law } }"
                    .formatted(kind, kernel, stride, dilation);
            double[][][][] out = Built.of(IMAGES, layer).output("law", X);
            assertThat(out[0][0]).as(layer).hasDimensions((9 + stride - 1) / stride, ceil(stride));
          }
        }
      }
    }
  }

  private static int ceil(int stride) {
    return (int) Math.ceil(8.0 / stride);
  }

  @ParameterizedTest
  @CsvSource({
    "'kernel = 3', 3, 1, 1, 0",
    "'kernel = 4, stride = 2', 4, 2, 1, 0",
    "'kernel = 2, stride = 3', 2, 3, 1, 0",
    "'kernel = 3, stride = 2, padding = 1', 3, 2, 1, 1",
    "'kernel = 3, stride = 2, dilation = 2', 3, 2, 2, 0",
    "'kernel = 3, padding = same', 3, 1, 1, 1"
  })
  void strideSReadsRowsFromITimesSToThatPlusKMinusOne(
      String window, int kernel, int stride, int dilation, int padding) {
    Built built = Built.of(IMAGES, "{ conv { maps = 1, " + window + " } }");
    double[][][][] ones = Maps.like(built.weights("conv1", "W"), (m, c, a, b) -> 1 + a + b);
    built.set("conv1", "W", ones);
    double[][][][] zero = Maps.like(X, (n, c, i, j) -> 0);
    double[][] still = built.output("conv1", zero)[0][0];
    List<Set<Integer>> read =
        Stream.generate(() -> (Set<Integer>) new TreeSet<Integer>()).limit(still.length).toList();
    for (int row = 0; row < 9; row++) {
      double[][][][] perturbed = Maps.copy(zero);
      perturbed[0][1][row][4] = 1;
      double[][] out = built.output("conv1", perturbed)[0][0];
      for (int i = 0; i < out.length; i++) {
        if (!Arrays.equals(out[i], still[i])) {
          read.get(i).add(row);
        }
      }
    }
    Window.Axis rows =
        built
            .trainable()
            .network()
            .nodes()
            .get(0)
            .leaf()
            .flatMap(leaf -> leaf.window())
            .orElseThrow()
            .rows(built.trainable().network().nodes().get(0).input());
    for (int i = 0; i < still.length; i++) {
      Set<Integer> expected = new TreeSet<>();
      for (int a = 0; a < kernel; a++) {
        int row = i * stride - padding + a * dilation;
        if (row >= 0 && row < 9) {
          expected.add(row);
        }
      }
      assertThat(read.get(i)).as("rows under output row %d", i).isEqualTo(expected);
      assertThat(rows.start(i)).isEqualTo((long) i * stride - padding);
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void aDepthwiseConvolutionConvolvesEveryMapByItself(
      String window, int down, int across, int rowGap, int columnGap, int top, int left) {
    for (int times = 1; times <= 2; times++) {
      Built built =
          Built.of(
              IMAGES,
              "{ depthwise-conv { multiplier = %d, activation = sigmoid, %s } }"
                  .formatted(times, window));
      double[][][][] w = built.weights("depthwise-conv1", "W");
      double[] bias = built.vector("depthwise-conv1", "b");
      double[][][][] actual = built.output("depthwise-conv1", X);
      assertThat(actual[0]).hasDimensions(3 * times, actual[0][0].length);
      int multiplier = times;
      Maps.assertClose(
          actual,
          Maps.like(
              actual,
              (n, m, i, j) -> {
                double sum = bias[m];
                for (int a = 0; a < w.length; a++) {
                  for (int b = 0; b < w[a].length; b++) {
                    int row = i * down - top + a * rowGap;
                    int column = j * across - left + b * columnGap;
                    sum +=
                        w[a][b][m / multiplier][m % multiplier]
                            * Maps.padded(X[n][m / multiplier], row, column);
                  }
                }
                return 1 / (1 + Math.exp(-sum));
              }));
    }
  }

  @ParameterizedTest
  @MethodSource("windows")
  void aSeparableConvolutionIsADepthwiseOneAndAOneByOneOne(
      String window, int down, int across, int rowGap, int columnGap, int top, int left) {
    for (int channels : new int[] {1, 3}) {
      double[][][][] x = Maps.of(2, channels, 9, 8, (n, c, i, j) -> X[n][c][i][j]);
      for (int multiplier = 1; multiplier <= 3; multiplier++) {
        for (int maps : new int[] {1, 4}) {
          Built built =
              Built.of(
                  new ImageShape(9, 8, channels),
                  "{ separable-conv { maps = %d, multiplier = %d, activation = relu, %s } }"
                      .formatted(maps, multiplier, window));
          double[][][][] depthwise = built.weights("separable-conv1", "W");
          double[][][][] pointwise = built.weights("separable-conv1", "pW");
          double[] bias = built.vector("separable-conv1", "b");
          double[][][][] actual = built.output("separable-conv1", x);
          int times = multiplier;
          Maps.assertClose(
              actual,
              Maps.like(
                  actual,
                  (n, m, i, j) -> {
                    double sum = bias[m];
                    for (int k = 0; k < channels * times; k++) {
                      double[][] kernel = depthwise[k % times][k / times];
                      for (int a = 0; a < kernel.length; a++) {
                        for (int b = 0; b < kernel[a].length; b++) {
                          int row = i * down - top + a * rowGap;
                          int column = j * across - left + b * columnGap;
                          sum +=
                              pointwise[m][k][0][0]
                                  * kernel[a][b]
                                  * Maps.padded(x[n][k / times], row, column);
                        }
                      }
                    }
                    return Math.max(sum, 0);
                  }));
          Maps.assertClose(built.trainingOutput("separable-conv1", x), actual);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1, separable-conv", "3, conv"})
  void aNetworkForAnySizeComputesOtherSizesAsOneBuiltForThem(int channels, String first) {
    String layers =
        "{ %s { maps = 4, kernel = 3, stride = 2, padding = same, activation = relu } },"
                .formatted(first)
            + " { pool { type = average, size = 3, stride = 2, padding = same } },"
            + " { depthwise-conv { kernel = 2, padding = same } },"
            + " { norm { type = batch } }, { global-pool { type = average } }";
    Built small =
        Built.of(
            Built.network(
                "input { height = any, width = any }", new ImageShape(8, 8, channels), layers));
    for (int[] size : new int[][] {{5, 12}, {17, 9}, {8, 8}, {16, 16}}) {
      ImageShape images = new ImageShape(size[0], size[1], channels);
      Built large = Built.of(small.trainable().network().at(images));
      double[][][][] x = Maps.random(2, channels, size[0], size[1], 6);
      Maps.assertClose(small.output("output", x), large.output("output", x));
    }
  }
}

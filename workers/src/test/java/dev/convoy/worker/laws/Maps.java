package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Feature maps {@code [image][map][row][column]} as plain doubles; a flat vector has 1×1 maps. */
final class Maps {
  private Maps() {}

  /** Values between -1 and 1 that single precision holds exactly. */
  static double[][][][] random(int images, int maps, int height, int width, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][][][] values = new double[images][maps][height][width];
    each(values, (n, m, i, j) -> values[n][m][i][j] = (float) (2 * random.nextDouble() - 1));
    return values;
  }

  interface Pixel {
    void visit(int image, int map, int row, int column);
  }

  static void each(double[][][][] maps, Pixel pixel) {
    for (int n = 0; n < maps.length; n++) {
      for (int m = 0; m < maps[n].length; m++) {
        for (int i = 0; i < maps[n][m].length; i++) {
          for (int j = 0; j < maps[n][m][i].length; j++) {
            pixel.visit(n, m, i, j);
          }
        }
      }
    }
  }

  interface Formula {
    double at(int image, int map, int row, int column);
  }

  /** Maps whose values a formula says. */
  static double[][][][] of(int images, int maps, int height, int width, Formula formula) {
    double[][][][] values = new double[images][maps][height][width];
    each(values, (n, m, i, j) -> values[n][m][i][j] = formula.at(n, m, i, j));
    return values;
  }

  /** Maps of the same shape whose values a formula says. */
  static double[][][][] like(double[][][][] maps, Formula formula) {
    return of(maps.length, maps[0].length, maps[0][0].length, maps[0][0][0].length, formula);
  }

  static double[][][][] copy(double[][][][] maps) {
    return like(maps, (n, m, i, j) -> maps[n][m][i][j]);
  }

  static double[][][][] of(INDArray array) {
    long[] shape = Arrays.copyOf(array.shape(), 4);
    if (array.rank() == 2) {
      shape[2] = 1;
      shape[3] = 1;
    }
    double[] flat = array.dup('c').data().asDouble();
    int[] next = {0};
    return of(
        (int) shape[0],
        (int) shape[1],
        (int) shape[2],
        (int) shape[3],
        (n, m, i, j) -> flat[next[0]++]);
  }

  static INDArray array(double[][][][] maps, DataType type) {
    long[] shape = {maps.length, maps[0].length, maps[0][0].length, maps[0][0][0].length};
    return Nd4j.createFromArray(flat(maps)).reshape('c', shape).castTo(type);
  }

  static double[] flat(double[][][][] maps) {
    return Stream.of(maps)
        .flatMap(Stream::of)
        .flatMap(Stream::of)
        .flatMapToDouble(Arrays::stream)
        .toArray();
  }

  static int[] shape(double[][][][] maps) {
    return new int[] {maps.length, maps[0].length, maps[0][0].length, maps[0][0][0].length};
  }

  /** The value at a pixel; 0 outside of the map. */
  static double padded(double[][] map, int row, int column) {
    boolean inside = row >= 0 && row < map.length && column >= 0 && column < map[0].length;
    return inside ? map[row][column] : 0;
  }

  /** Equal but for the rounding of sums in single precision: 1e-5 of the largest value. */
  static void assertClose(double[][][][] actual, double[][][][] expected) {
    assertThat(shape(actual)).containsExactly(shape(expected));
    double largest = Arrays.stream(flat(expected)).map(Math::abs).max().orElse(0);
    each(
        expected,
        (n, m, i, j) ->
            assertThat(actual[n][m][i][j])
                .as("image %d, map %d, row %d, column %d", n, m, i, j)
                .isCloseTo(expected[n][m][i][j], within(1e-5 * largest)));
  }
}

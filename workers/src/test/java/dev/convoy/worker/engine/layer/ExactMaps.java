package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A tensor in double precision, for references that are written down from the formula: feature maps
 * {@code (n, channels, height, width)}, weights {@code (maps, channels, rows, columns)}, or a
 * matrix or vector with extents of 1 behind. The last index is the fastest.
 */
record ExactMaps(double[] values, int n, int channels, int height, int width) {
  /** Where the values lie in memory. */
  enum Order {
    /** As DL4J's own layers put them out. */
    CHANNELS_FIRST,
    CHANNELS_LAST,
    /** Every second value of an array. */
    WITH_GAPS
  }

  static ExactMaps zeros(int n, int channels, int height, int width) {
    return new ExactMaps(new double[n * channels * height * width], n, channels, height, width);
  }

  /** Standard normal values that single precision holds exactly. */
  static ExactMaps random(int n, int channels, int height, int width, Random random) {
    ExactMaps maps = zeros(n, channels, height, width);
    Arrays.setAll(maps.values, i -> (float) random.nextGaussian());
    return maps;
  }

  /** The same maps with every value rounded to a bfloat16. */
  ExactMaps rounded() {
    ExactMaps maps = like();
    Arrays.setAll(maps.values, i -> BFloat16.toFloat(BFloat16.of((float) values[i])));
    return maps;
  }

  /** The values of an array of rank 1 to 4. */
  static ExactMaps of(INDArray array) {
    int[] shape = {1, 1, 1, 1};
    for (int axis = 0; axis < array.rank(); axis++) {
      shape[axis] = (int) array.size(axis);
    }
    double[] values = array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
    return new ExactMaps(values, shape[0], shape[1], shape[2], shape[3]);
  }

  ExactMaps like() {
    return zeros(n, channels, height, width);
  }

  /** Each value times a number, rounded to single precision. */
  ExactMaps times(double factor) {
    ExactMaps product = like();
    Arrays.setAll(product.values, i -> (float) (values[i] * factor));
    return product;
  }

  int index(int image, int channel, int row, int column) {
    return ((image * channels + channel) * height + row) * width + column;
  }

  boolean contains(int row, int column) {
    return row >= 0 && row < height && column >= 0 && column < width;
  }

  double at(int image, int channel, int row, int column) {
    return values[index(image, channel, row, column)];
  }

  void set(int image, int channel, int row, int column, double value) {
    values[index(image, channel, row, column)] = value;
  }

  void add(int image, int channel, int row, int column, double value) {
    values[index(image, channel, row, column)] += value;
  }

  /** What a formula is done with, one pixel of one map after the other. */
  interface Pixel {
    void visit(int image, int channel, int row, int column);
  }

  void each(Pixel pixel) {
    for (int image = 0; image < n; image++) {
      for (int channel = 0; channel < channels; channel++) {
        for (int row = 0; row < height; row++) {
          for (int column = 0; column < width; column++) {
            pixel.visit(image, channel, row, column);
          }
        }
      }
    }
  }

  /** The values as 32-bit floats, of rank 4. */
  INDArray array(Order order) {
    INDArray plain =
        Nd4j.createFromArray(values)
            .castTo(DataType.FLOAT)
            .reshape('c', n, channels, height, width);
    return switch (order) {
      case CHANNELS_FIRST -> plain;
      case CHANNELS_LAST ->
          ChannelsLast.copyOf(
              LayerWorkspaceMgr.noWorkspacesImmutable(), ArrayType.ACTIVATIONS, plain);
      case WITH_GAPS -> {
        INDArray wide = Nd4j.valueArrayOf(new long[] {n, channels, height, width, 2}, Float.NaN);
        INDArray every = wide.castTo(DataType.FLOAT).slice(1, 4);
        yield every.assign(plain);
      }
    };
  }

  /** The values as a matrix of 32-bit floats {@code (n, channels)}. */
  INDArray matrix() {
    return array(Order.CHANNELS_FIRST).reshape('c', n, (long) channels * height * width);
  }

  /**
   * Checks that an array holds these values, but for a share of the largest.
   *
   * @param what for the message, with the seed
   */
  void assertClose(INDArray actual, double share, String what) {
    ExactMaps found = of(actual);
    assertThat(new int[] {found.n, found.channels, found.height, found.width})
        .as("shape of " + what)
        .containsExactly(n, channels, height, width);
    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
    double allowed = share * largest + Float.MIN_NORMAL;
    each(
        (image, channel, row, column) -> {
          double expected = at(image, channel, row, column);
          double value = found.at(image, channel, row, column);
          if (!(Math.abs(value - expected) <= allowed)) {
            throw new AssertionError(
                "%s at image %d, channel %d, row %d, column %d: %s instead of %s (± %s)"
                    .formatted(what, image, channel, row, column, value, expected, allowed));
          }
        });
  }
}

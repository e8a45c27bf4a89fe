package dev.convoy.worker.engine;

import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;

/**
 * Convolution and pooling in double precision, written down as their sums: what kernels are
 * compared with. Tensors are flat, {@code (n, maps, height, width)} with the last index fastest.
 *
 * <p>A {@code SAME} padding of an odd number of pixels has the odd one below and to the right.
 */
final class WindowReference {
  private final LayerShape in;
  private final LayerShape out;
  private final int n;
  private final Size stride;
  private final int top;
  private final int left;

  private WindowReference(
      LayerShape in, LayerShape out, int n, Size size, Size stride, Padding padding) {
    this.in = in;
    this.out = out;
    this.n = n;
    this.stride = stride;
    boolean same = padding.mode() == Padding.Mode.SAME;
    int rows = Math.max(0, (out.height() - 1) * stride.rows() + size.rows() - in.height());
    int columns = Math.max(0, (out.width() - 1) * stride.columns() + size.columns() - in.width());
    this.top = same ? rows / 2 : padding.top();
    this.left = same ? columns / 2 : padding.left();
  }

  /** A layer's output and the gradients of {@code Σ epsilon·output}. */
  record Results(double[] output, double[] input, double[] weights, double[] biases) {}

  /** Convolution without activation; no biases where {@code b} is empty. */
  static Results convolution(
      Conv conv, LayerShape in, int n, float[] x, float[] w, float[] b, float[] e) {
    LayerShape out = conv.output(in, 2);
    WindowReference window =
        new WindowReference(in, out, n, conv.kernel(), conv.stride(), conv.padding());
    Results results =
        new Results(
            new double[n * out.size()],
            new double[n * in.size()],
            new double[w.length],
            new double[b.length]);
    window.forEachPosition(
        (image, map, to, row, column) -> {
          double sum = b.length == 0 ? 0 : b[map];
          if (b.length > 0) {
            results.biases[map] += e[to];
          }
          for (int channel = 0; channel < in.maps(); channel++) {
            for (int r = 0; r < conv.kernel().rows(); r++) {
              for (int c = 0; c < conv.kernel().columns(); c++) {
                int from = window.index(image, channel, row + r, column + c);
                if (from >= 0) {
                  int weight =
                      ((map * in.maps() + channel) * conv.kernel().rows() + r)
                              * conv.kernel().columns()
                          + c;
                  sum += (double) w[weight] * x[from];
                  results.weights[weight] += (double) e[to] * x[from];
                  results.input[from] += (double) e[to] * w[weight];
                }
              }
            }
          }
          results.output[to] = sum;
        });
    return results;
  }

  /** Pooling; a mean is taken over the pixels of the image that lie in the window. */
  static Results pooling(Pool pool, LayerShape in, int n, float[] x, float[] e) {
    LayerShape out = pool.output(in, 2);
    WindowReference window =
        new WindowReference(in, out, n, pool.size(), pool.stride(), pool.padding());
    Results results =
        new Results(
            new double[n * out.size()], new double[n * in.size()], new double[0], new double[0]);
    window.forEachPosition(
        (image, map, to, row, column) -> {
          int largest = -1;
          int count = 0;
          double sum = 0;
          for (int r = 0; r < pool.size().rows(); r++) {
            for (int c = 0; c < pool.size().columns(); c++) {
              int from = window.index(image, map, row + r, column + c);
              if (from >= 0) {
                largest = largest < 0 || x[from] > x[largest] ? from : largest;
                sum += x[from];
                count++;
              }
            }
          }
          if (pool.type() == PoolType.MAX) {
            results.output[to] = x[largest];
            results.input[largest] += e[to];
            return;
          }
          results.output[to] = sum / count;
          for (int r = 0; r < pool.size().rows(); r++) {
            for (int c = 0; c < pool.size().columns(); c++) {
              int from = window.index(image, map, row + r, column + c);
              if (from >= 0) {
                results.input[from] += (double) e[to] / count;
              }
            }
          }
        });
    return results;
  }

  private interface Position {
    /** Output {@code to} of a map, whose window starts at a row and column of the image. */
    void visit(int image, int map, int to, int row, int column);
  }

  private void forEachPosition(Position position) {
    int to = 0;
    for (int image = 0; image < n; image++) {
      for (int map = 0; map < out.maps(); map++) {
        for (int row = 0; row < out.height(); row++) {
          for (int column = 0; column < out.width(); column++) {
            position.visit(
                image, map, to++, row * stride.rows() - top, column * stride.columns() - left);
          }
        }
      }
    }
  }

  /** Where a pixel of the input lies, or -1 outside the image. */
  private int index(int image, int map, int row, int column) {
    if (row < 0 || row >= in.height() || column < 0 || column >= in.width()) {
      return -1;
    }
    return ((image * in.maps() + map) * in.height() + row) * in.width() + column;
  }
}

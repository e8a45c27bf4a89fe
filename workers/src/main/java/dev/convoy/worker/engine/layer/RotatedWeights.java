package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Reorder;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * A copy of the weights of a convolution, rotated by 180°, for {@link
 * dev.convoy.worker.engine.onednn.ConvolutionKernel#rotated}: {@code t[c, m, r, s] = w[m, c, rows −
 * 1 − r, columns − 1 − s]}.
 */
final class RotatedWeights {
  /** Weights that are rotated on the heap at once; at least those of one kernel. */
  private static final int CHUNK = 1 << 12;

  private final Memory stored;
  private final int plane;
  private final int count;
  private final float[] chunk;
  private final Memory source;
  private final Memory rotated;
  private final Reorder reorder;

  /**
   * Prepares the copy.
   *
   * @param stored {@code (maps, channels, rows, columns)}, row-major
   * @param wanted layout of {@code t}, of shape {@code (channels, maps, rows, columns)}
   */
  RotatedWeights(Engine engine, Resources owner, Memory stored, Layout wanted) {
    this.stored = stored;
    long[] shape = stored.layout().shape();
    plane = Math.toIntExact(shape[2] * shape[3]);
    count = Math.toIntExact(shape[0] * shape[1] * plane);
    chunk = new float[Math.min(count, Math.max(1, CHUNK / plane) * plane)];
    Layout exchanged =
        Layout.strided(
            new long[] {shape[1], shape[0], shape[2], shape[3]},
            new long[] {plane, shape[1] * plane, shape[3], 1});
    source = plane == 1 ? engine.view(owner, exchanged) : engine.memory(owner, exchanged);
    rotated = engine.memory(owner, wanted);
    reorder = engine.reorder(owner, source, rotated);
  }

  /** Returns the memory of the copy. */
  Memory rotated() {
    return rotated;
  }

  /** Copies the current weights. */
  void run() {
    if (plane == 1) {
      source.setAddress(stored.address());
    } else {
      rotate();
    }
    reorder.run();
  }

  /** Rotates each kernel by reversing its values. */
  private void rotate() {
    for (int first = 0; first < count; first += chunk.length) {
      int end = Math.min(chunk.length, count - first);
      Native.read(stored.address(), first, chunk, end);
      for (int kernel = 0; kernel < end; kernel += plane) {
        for (int left = kernel, right = kernel + plane - 1; left < right; left++, right--) {
          float value = chunk[left];
          chunk[left] = chunk[right];
          chunk[right] = value;
        }
      }
      Native.write(chunk, end, source.address(), first);
    }
  }
}

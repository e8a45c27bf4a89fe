package dev.convoy.worker.replica;

import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.BatchMix;
import org.bytedeco.javacpp.FloatPointer;

/** Mixes the rows of the two tensors of a batch; a row belongs to one image. */
final class RowMixer {
  private final ImageShape shape;
  private final boolean channelsLast;
  private float[] stored = new float[0];
  private float[] row = new float[0];

  RowMixer(ImageShape shape, boolean channelsLast) {
    this.shape = shape;
    this.channelsLast = channelsLast;
  }

  /**
   * Mixes images: blends them, or replaces the area of the mixing by the partner's.
   *
   * @param rows {@code n} rows of the images' normalised values
   * @param length values of a row
   */
  void mixRows(FloatPointer rows, int n, int length, BatchMix mix) {
    if (mix.isBlend()) {
      blendRows(rows, n, length, mix);
      return;
    }
    read(rows, n, length);
    BatchMix.Area area = mix.area();
    for (int i = 0; i < n; i++) {
      System.arraycopy(stored, i * length, row, 0, length);
      int partner = mix.partner(i) * length;
      for (int y = area.top(); y < area.bottom(); y++) {
        if (channelsLast) {
          copy(
              partner,
              (y * shape.width() + area.left()) * shape.channels(),
              area,
              shape.channels());
        } else {
          for (int channel = 0; channel < shape.channels(); channel++) {
            copy(partner, channel * shape.plane() + y * shape.width() + area.left(), area, 1);
          }
        }
      }
      rows.position((long) i * length).put(row, 0, length);
    }
  }

  private void copy(int partner, int at, BatchMix.Area area, int valuesOfPixel) {
    System.arraycopy(stored, partner + at, row, at, (area.right() - area.left()) * valuesOfPixel);
  }

  /** Replaces every row by {@code own·row + (1 − own)·partner}. */
  void blendRows(FloatPointer rows, int n, int length, BatchMix mix) {
    read(rows, n, length);
    float own = (float) mix.own();
    float other = (float) (1 - mix.own());
    for (int i = 0; i < n; i++) {
      int first = i * length;
      int partner = mix.partner(i) * length;
      for (int k = 0; k < length; k++) {
        row[k] = own * stored[first + k] + other * stored[partner + k];
      }
      rows.position(first).put(row, 0, length);
    }
  }

  private void read(FloatPointer rows, int n, int length) {
    int values = Math.multiplyExact(n, length);
    if (stored.length < values) {
      stored = new float[values];
    }
    if (row.length < length) {
      row = new float[length];
    }
    rows.position(0).get(stored, 0, values);
  }
}

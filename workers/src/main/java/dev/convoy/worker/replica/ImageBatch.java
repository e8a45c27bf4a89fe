package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Turns stored bytes into the tensors of one batch: features {@code (n, channels, height, width)},
 * normalised, and the labels to train against {@code (n, labels)}: {@code (1 − s)·onehot + s /
 * labels} with label smoothing {@code s}.
 *
 * <p>The native arrays of the {@value #SIZES_KEPT} sizes {@code (n, height, width)} used last are
 * kept and reused, as long as they have no more than {@value #BYTES_KEPT} bytes together: what they
 * hold is valid until the next batch. All others are freed: partitions end with a remainder of any
 * {@code n}, and images of any height and width may come. Owned by one network's thread.
 */
public final class ImageBatch implements AutoCloseable {
  private static final int SIZES_KEPT = 3;
  private static final long BYTES_KEPT = 256L << 20;

  /** Values that are normalised on the heap before they are copied. */
  private static final int CHUNK = 1 << 14;

  private final ImageShape shape;
  private final int labels;
  private final float hot;
  private final float cold;
  private final float[][] tables;
  private final float[] chunk = new float[CHUNK];
  private final Map<Size, Arrays> arraysOfSize = new LinkedHashMap<>(8, 0.75f, true);

  private record Size(int n, ImageShape shape) {
    long featureBytes() {
      return (long) Float.BYTES * n * shape.size();
    }
  }

  private record Arrays(INDArray features, INDArray labels, float[] targets) {
    void close() {
      features.close();
      labels.close();
    }
  }

  /** Batches of labels without smoothing. */
  ImageBatch(ImageShape shape, int labels, Normalisation normalisation) {
    this(shape, labels, normalisation, 0);
  }

  /**
   * Batches for one network.
   *
   * @param shape of the images that it trains on
   * @param labelSmoothing {@code s}, at least 0 and less than 1
   */
  ImageBatch(ImageShape shape, int labels, Normalisation normalisation, double labelSmoothing) {
    Checks.that(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        labelSmoothing + " (must be at least 0 and less than 1)");
    this.shape = shape;
    this.labels = labels;
    this.hot = (float) (1 - labelSmoothing + labelSmoothing / labels);
    this.cold = (float) (labelSmoothing / labels);
    this.tables = new float[shape.channels()][];
    for (int channel = 0; channel < tables.length; channel++) {
      tables[channel] = normalisation.table(channel);
    }
  }

  /** One batch: what fills it, image by image, in order. */
  public interface Images {
    /** The array that holds the bytes of image {@code index} of the batch. */
    byte[] pixels(int index);

    /** Where the image starts in {@link #pixels}. */
    int offset(int index);

    /** The label number, or -1 where the image has none: its row of labels is 0 then. */
    int label(int index);
  }

  /** The tensors of a batch. */
  public record Tensors(INDArray features, INDArray labels) {}

  /** Fills a batch of {@code n} images of the shape that the network trains on. */
  public Tensors fill(int n, Images images) {
    return fill(shape, n, images);
  }

  /**
   * Fills a batch of {@code n} images of another shape, all of it.
   *
   * @throws IllegalArgumentException if it has other channels
   */
  public Tensors fill(ImageShape size, int n, Images images) {
    Checks.that(
        size.channels() == shape.channels(),
        "images",
        size + " for a network on " + shape.channels() + " channels");
    Arrays arrays = arrays(new Size(n, size));
    fillFeatures(arrays, size, n, images);
    fillLabels(arrays, n, images);
    return new Tensors(arrays.features, arrays.labels);
  }

  private void fillFeatures(Arrays arrays, ImageShape size, int n, Images images) {
    // A view, so that the position of the array's own pointer stays where it is.
    FloatPointer to = new FloatPointer(arrays.features.data().pointer());
    int plane = size.plane();
    long at = 0;
    for (int i = 0; i < n; i++) {
      byte[] bytes = images.pixels(i);
      int from = images.offset(i);
      for (float[] table : tables) {
        for (int done = 0; done < plane; done += CHUNK) {
          int count = Math.min(CHUNK, plane - done);
          for (int p = 0; p < count; p++) {
            chunk[p] = table[bytes[from++] & 0xFF];
          }
          to.position(at).put(chunk, 0, count);
          at += count;
        }
      }
    }
  }

  private void fillLabels(Arrays arrays, int n, Images images) {
    float[] targets = arrays.targets;
    java.util.Arrays.fill(targets, cold);
    for (int i = 0; i < n; i++) {
      int label = images.label(i);
      if (label >= 0) {
        targets[i * labels + label] = hot;
      } else {
        java.util.Arrays.fill(targets, i * labels, (i + 1) * labels, 0);
      }
    }
    ((FloatPointer) arrays.labels.data().pointer()).put(targets);
  }

  private Arrays arrays(Size size) {
    Arrays arrays = arraysOfSize.get(size);
    if (arrays == null) {
      makeRoomFor(size);
      arrays = allocate(size);
      arraysOfSize.put(size, arrays);
    }
    return arrays;
  }

  private void makeRoomFor(Size size) {
    long bytes = size.featureBytes();
    for (Size kept : arraysOfSize.keySet()) {
      bytes += kept.featureBytes();
    }
    Iterator<Map.Entry<Size, Arrays>> oldestFirst = arraysOfSize.entrySet().iterator();
    while (oldestFirst.hasNext() && (arraysOfSize.size() >= SIZES_KEPT || bytes > BYTES_KEPT)) {
      Map.Entry<Size, Arrays> oldest = oldestFirst.next();
      bytes -= oldest.getKey().featureBytes();
      oldest.getValue().close();
      oldestFirst.remove();
    }
  }

  /** Frees all arrays: what the last batch holds is no longer valid. */
  @Override
  public void close() {
    arraysOfSize.values().forEach(Arrays::close);
    arraysOfSize.clear();
  }

  private Arrays allocate(Size size) {
    int n = size.n;
    return new Arrays(
        Nd4j.createUninitialized(
            DataType.FLOAT, n, size.shape.channels(), size.shape.height(), size.shape.width()),
        Nd4j.createUninitialized(DataType.FLOAT, n, labels),
        new float[Math.multiplyExact(n, labels)]);
  }
}

package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.BatchMix;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.worker.engine.LruCache;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Converts stored bytes into the tensors of one batch: normalised features {@code (n, channels,
 * height, width)} and target labels {@code (n, labels)}: {@code (1 − s)·onehot + s / labels} with
 * label smoothing {@code s}.
 *
 * <p>The native arrays of the {@value #SIZES_KEPT} sizes {@code (n, height, width)} used last are
 * kept and reused, up to {@value #BYTES_KEPT} bytes in total; their contents are valid until the
 * next batch. Others are freed, because the last batch of a partition may have any {@code n} and
 * images may have any size. It is owned by one network's thread.
 */
public final class ImageBatch implements AutoCloseable {
  private static final int SIZES_KEPT = 3;
  private static final long BYTES_KEPT = 256L << 20;

  /** Number of pixels that are normalised on the heap before they are copied. */
  private static final int CHUNK = 1 << 13;

  private final ImageShape shape;
  private final int labels;
  private final Order order;
  private final RowMixer mixer;
  private final float hot;
  private final float cold;
  private final Normalisation normalisation;

  /** The values of bytes, by channel: of all images, or of the last one. */
  private float[][] tables;

  private final float[] chunk;
  private final LruCache<Size, Arrays> arraysOfSize =
      new LruCache<>(SIZES_KEPT, Size::featureBytes, BYTES_KEPT, Arrays::close);

  private record Size(int n, ImageShape shape) {
    long featureBytes() {
      return (long) Float.BYTES * n * shape.size();
    }
  }

  /** The memory layout of an image; the indices of the array do not depend on it. */
  enum Order {
    /** One plane per channel. */
    CHANNELS_FIRST,
    /** The channels of one pixel adjacent, the layout of native layers. */
    CHANNELS_LAST
  }

  /**
   * The arrays of one size.
   *
   * @param memory memory of the features
   */
  private record Arrays(INDArray memory, INDArray features, INDArray labels, float[] targets) {
    void close() {
      memory.close();
      labels.close();
    }
  }

  /** Creates batches without label smoothing. */
  ImageBatch(ImageShape shape, int labels, Normalisation normalisation) {
    this(shape, labels, normalisation, 0, Order.CHANNELS_FIRST);
  }

  /**
   * Creates the batches of one network.
   *
   * @param shape shape of the training images
   * @param labelSmoothing {@code s}, at least 0 and less than 1
   */
  ImageBatch(
      ImageShape shape,
      int labels,
      Normalisation normalisation,
      double labelSmoothing,
      Order order) {
    Checks.that(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        labelSmoothing + " (must be at least 0 and less than 1)");
    this.shape = shape;
    this.labels = labels;
    this.order = order;
    this.mixer = new RowMixer(shape, order == Order.CHANNELS_LAST);
    this.hot = (float) (1 - labelSmoothing + labelSmoothing / labels);
    this.cold = (float) (labelSmoothing / labels);
    this.chunk = new float[CHUNK * shape.channels()];
    this.normalisation = normalisation;
    this.tables =
        normalisation.isPerImage() ? new float[shape.channels()][] : normalisation.tables();
  }

  /**
   * The images of one batch, which are read in order. Unless it says otherwise, every image has an
   * array of its own and no label.
   */
  @FunctionalInterface
  public interface Images {
    /**
     * Returns the array that holds the bytes of image {@code index} of the batch. They are read
     * before the next image is requested.
     */
    byte[] pixels(int index);

    /** Returns the offset of the image in {@link #pixels}. */
    default int offset(int index) {
      return 0;
    }

    /** Returns the label number, or -1 if the image has none; its row of labels is then 0. */
    default int label(int index) {
      return -1;
    }
  }

  /** Fills a batch of {@code n} images of the shape that the network trains on. */
  public OpenGraph.Tensors fill(int n, Images images) {
    return fill(shape, n, images);
  }

  /**
   * Fills a batch of {@code n} images of the shape that the network trains on, and mixes their
   * normalised values and their target labels.
   */
  OpenGraph.Tensors fillMixed(int n, Images images, BatchMix mix) {
    OpenGraph.Tensors tensors = fill(n, images);
    Arrays arrays = arraysOfSize.get(new Size(n, shape), this::allocate);
    mixer.mixRows(new FloatPointer(arrays.memory.data().pointer()), n, shape.size(), mix);
    mixer.blendRows(new FloatPointer(arrays.labels.data().pointer()), n, labels, mix);
    return tensors;
  }

  /**
   * Fills a batch of {@code n} images that all have another shape.
   *
   * @throws IllegalArgumentException if the number of channels differs
   */
  public OpenGraph.Tensors fill(ImageShape size, int n, Images images) {
    Checks.that(
        size.channels() == shape.channels(),
        "images",
        size + " for a network on " + shape.channels() + " channels");
    Arrays arrays = arraysOfSize.get(new Size(n, size), this::allocate);
    fillFeatures(arrays, size, n, images);
    fillLabels(arrays, n, images);
    return new OpenGraph.Tensors(arrays.features, arrays.labels);
  }

  private void fillFeatures(Arrays arrays, ImageShape size, int n, Images images) {
    // A view, so that the position of the array's own pointer does not change.
    FloatPointer to = new FloatPointer(arrays.memory.data().pointer());
    long at = 0;
    for (int i = 0; i < n; i++) {
      byte[] bytes = images.pixels(i);
      int from = images.offset(i);
      if (normalisation.isPerImage()) {
        tables = normalisation.tables(bytes, from, size.size());
      }
      if (order == Order.CHANNELS_LAST) {
        fillPixels(to, at, size.plane(), bytes, from);
      } else {
        fillPlanes(to, at, size.plane(), bytes, from);
      }
      at += size.size();
    }
  }

  private void fillPlanes(FloatPointer to, long first, int plane, byte[] bytes, int from) {
    int next = from;
    long at = first;
    for (float[] table : tables) {
      for (int done = 0; done < plane; done += CHUNK) {
        int count = Math.min(CHUNK, plane - done);
        for (int p = 0; p < count; p++) {
          chunk[p] = table[bytes[next++] & 0xFF];
        }
        to.position(at).put(chunk, 0, count);
        at += count;
      }
    }
  }

  private void fillPixels(FloatPointer to, long first, int plane, byte[] bytes, int from) {
    int channels = tables.length;
    for (int done = 0; done < plane; done += CHUNK) {
      int count = Math.min(CHUNK, plane - done);
      for (int channel = 0; channel < channels; channel++) {
        float[] table = tables[channel];
        int next = from + channel * plane + done;
        for (int p = 0, k = channel; p < count; p++, k += channels) {
          chunk[k] = table[bytes[next + p] & 0xFF];
        }
      }
      to.position(first + (long) done * channels).put(chunk, 0, count * channels);
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

  /** Frees all arrays, including those of the last batch. */
  @Override
  public void close() {
    arraysOfSize.close();
  }

  private Arrays allocate(Size size) {
    int n = size.n;
    int channels = size.shape.channels();
    int height = size.shape.height();
    int width = size.shape.width();
    INDArray memory =
        order == Order.CHANNELS_LAST
            ? Nd4j.createUninitialized(DataType.FLOAT, n, height, width, channels)
            : Nd4j.createUninitialized(DataType.FLOAT, n, channels, height, width);
    INDArray features = order == Order.CHANNELS_LAST ? memory.permute(0, 3, 1, 2) : memory;
    return new Arrays(
        memory,
        features,
        Nd4j.createUninitialized(DataType.FLOAT, n, labels),
        new float[Math.multiplyExact(n, labels)]);
  }
}

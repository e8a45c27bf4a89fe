package dev.convoy.worker.replica;

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
 * normalised, and labels {@code (n, labels)}, one-hot.
 *
 * <p>The native arrays of the {@value #SIZES_KEPT} sizes {@code n} used last are kept and reused:
 * what they hold is valid until the next batch. Those of other sizes are freed, since partitions
 * end with a remainder of any size. Owned by one network's thread.
 */
public final class ImageBatch {
  private static final int SIZES_KEPT = 3;

  private final ImageShape shape;
  private final int labels;
  private final float[][] tables;
  private final Map<Integer, Arrays> arraysOfSize = new LinkedHashMap<>(8, 0.75f, true);

  private record Arrays(INDArray features, INDArray labels, float[] pixels, float[] oneHot) {}

  ImageBatch(ImageShape shape, int labels, Normalisation normalisation) {
    this.shape = shape;
    this.labels = labels;
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

    /** The label number, or -1 where the image has none. */
    int label(int index);
  }

  /** The tensors of a batch. */
  public record Tensors(INDArray features, INDArray labels) {}

  /** Fills a batch of {@code n} images. */
  public Tensors fill(int n, Images images) {
    Arrays arrays = arraysOfSize.get(n);
    if (arrays == null) {
      freeAllBut(SIZES_KEPT - 1);
      arrays = allocate(n);
      arraysOfSize.put(n, arrays);
    }
    float[] pixels = arrays.pixels;
    float[] oneHot = arrays.oneHot;
    java.util.Arrays.fill(oneHot, 0);
    int plane = shape.plane();
    int to = 0;
    for (int i = 0; i < n; i++) {
      byte[] bytes = images.pixels(i);
      int from = images.offset(i);
      for (float[] table : tables) {
        for (int p = 0; p < plane; p++) {
          pixels[to++] = table[bytes[from++] & 0xFF];
        }
      }
      int label = images.label(i);
      if (label >= 0) {
        oneHot[i * labels + label] = 1;
      }
    }
    ((FloatPointer) arrays.features.data().pointer()).put(pixels);
    ((FloatPointer) arrays.labels.data().pointer()).put(oneHot);
    return new Tensors(arrays.features, arrays.labels);
  }

  private void freeAllBut(int kept) {
    Iterator<Arrays> oldestFirst = arraysOfSize.values().iterator();
    while (arraysOfSize.size() > kept) {
      Arrays oldest = oldestFirst.next();
      oldest.features.close();
      oldest.labels.close();
      oldestFirst.remove();
    }
  }

  private Arrays allocate(int n) {
    return new Arrays(
        Nd4j.createUninitialized(
            DataType.FLOAT, n, shape.channels(), shape.height(), shape.width()),
        Nd4j.createUninitialized(DataType.FLOAT, n, labels),
        new float[Math.multiplyExact(n, shape.size())],
        new float[Math.multiplyExact(n, labels)]);
  }
}

package dev.convoy.worker.dl4j;

import dev.convoy.worker.replica.Examples;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/**
 * The examples of one DL4J data set in order, each as its bytes in a shard; or the reason why they
 * cannot be packed.
 *
 * @param fault the reason; empty if there is none
 * @param examples shapes and bytes; null if there is a fault or no example
 */
public record PackedPairs(String fault, Batch examples) implements Serializable {
  private static final int LEAST_RANK = 2;

  /** Examples of one shape. */
  public static final class Batch implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Examples.Tensors shapes;
    private final byte[][] packed;

    Batch(Examples.Tensors shapes, byte[][] packed) {
      this.shapes = shapes;
      this.packed = packed;
    }

    public Examples.Tensors shapes() {
      return shapes;
    }

    public int size() {
      return packed.length;
    }

    /** Returns the bytes of one example; not copied. */
    public byte[] packed(int index) {
      return packed[index];
    }
  }

  /** Number of examples. */
  public int size() {
    return examples == null ? 0 : examples.size();
  }

  /** Packs the examples of a data set. */
  public static PackedPairs pack(DataSet pairs) {
    return pairs.getFeaturesMaskArray() == null && pairs.getLabelsMaskArray() == null
        ? pack(pairs.getFeatures(), pairs.getLabels())
        : masked();
  }

  /** Packs the examples of a data set with one input and one output. */
  public static PackedPairs pack(MultiDataSet pairs) {
    if (pairs.numFeatureArrays() != 1 || pairs.numLabelsArrays() != 1) {
      return faulty(
          "a MultiDataSet has "
              + pairs.numFeatureArrays()
              + " feature arrays and "
              + pairs.numLabelsArrays()
              + " label arrays (Convoy trains networks with one of each)");
    }
    return hasMask(pairs.getFeaturesMaskArrays()) || hasMask(pairs.getLabelsMaskArrays())
        ? masked()
        : pack(pairs.getFeatures(0), pairs.getLabels(0));
  }

  private static boolean hasMask(INDArray[] masks) {
    return masks != null && Arrays.stream(masks).anyMatch(mask -> mask != null);
  }

  private static PackedPairs masked() {
    return faulty(
        "a data set has a mask (Convoy trains on examples of one shape, without masks; use DL4J's"
            + " own ParameterAveragingTrainingMaster for others)");
  }

  private static PackedPairs faulty(String fault) {
    return new PackedPairs(fault, null);
  }

  private static PackedPairs pack(INDArray features, INDArray labels) {
    if (features == null || labels == null) {
      return faulty("a data set has no " + (features == null ? "features" : "labels"));
    }
    if (features.isEmpty() && labels.isEmpty()) {
      return new PackedPairs("", null);
    }
    if (features.rank() < LEAST_RANK
        || labels.rank() < LEAST_RANK
        || features.size(0) != labels.size(0)) {
      return faulty(
          "a data set has features of shape "
              + Arrays.toString(features.shape())
              + " and labels of shape "
              + Arrays.toString(labels.shape())
              + " (the first extent of both must be the number of examples)");
    }
    Examples.Tensors shapes = new Examples.Tensors(shape(features), shape(labels));
    float[] ofFeatures = floats(features);
    float[] ofLabels = floats(labels);
    byte[][] packed = new byte[Math.toIntExact(features.size(0))][];
    int width = ofFeatures.length / packed.length;
    int labelWidth = ofLabels.length / packed.length;
    for (int i = 0; i < packed.length; i++) {
      packed[i] = new byte[shapes.bytes()];
      ByteBuffer.wrap(packed[i])
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .put(ofFeatures, i * width, width)
          .put(ofLabels, i * labelWidth, labelWidth);
    }
    return new PackedPairs("", new Batch(shapes, packed));
  }

  private static List<Long> shape(INDArray array) {
    List<Long> shape = new ArrayList<>();
    for (int axis = 1; axis < array.rank(); axis++) {
      shape.add(array.size(axis));
    }
    return shape;
  }

  /** Returns the values as floats, row-major. */
  private static float[] floats(INDArray array) {
    return array.castTo(DataType.FLOAT).dup('c').data().asFloat();
  }
}

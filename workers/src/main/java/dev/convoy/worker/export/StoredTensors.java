package dev.convoy.worker.export;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.StoredTensor;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Access to the parameters of a model by layer and name. */
final class StoredTensors {
  private record Key(String layer, String parameter) {}

  private final Map<Key, TensorSpec> tensors = new HashMap<>();
  private final float[] parameters;

  StoredTensors(Model model) {
    this.parameters = model.parameters();
    model.tensors().forEach(spec -> tensors.put(new Key(spec.layer(), spec.parameter()), spec));
  }

  /**
   * Returns one tensor in row-major order.
   *
   * @param shape its required shape
   */
  float[] rowMajor(String layer, String parameter, long... shape) {
    TensorSpec spec = tensors.get(new Key(layer, parameter));
    List<Long> expected = Arrays.stream(shape).boxed().toList();
    if (spec == null || !spec.shape().equals(expected)) {
      throw new IllegalStateException(
          "The model has "
              + (spec == null ? "no" : "another shape " + spec.shape() + " of")
              + " parameter "
              + parameter
              + " of layer "
              + layer
              + ": "
              + expected
              + " was expected");
    }
    float[] stored = stored(spec);
    return spec.order().equals("c") || shape.length < 2 ? stored : transposed(stored, spec.shape());
  }

  /**
   * Returns one tensor with its axes permuted, the last varying fastest.
   *
   * @param axes all those of the tensor whose extents are not 1
   */
  float[] ordered(String layer, StoredTensor tensor, Axis... axes) {
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    float[] stored = rowMajor(layer, tensor.parameter(), shape);
    float[] ordered = new float[stored.length];
    for (int to = 0; to < ordered.length; to++) {
      long left = to;
      long from = 0;
      for (int i = axes.length - 1; i >= 0; i--) {
        from += left % tensor.extent(axes[i]) * tensor.stride(axes[i]);
        left /= tensor.extent(axes[i]);
      }
      ordered[to] = stored[Math.toIntExact(from)];
    }
    return ordered;
  }

  /** Returns one tensor in its stored order. */
  float[] stored(TensorSpec spec) {
    int from = Math.toIntExact(spec.offset());
    return Arrays.copyOfRange(parameters, from, from + Math.toIntExact(spec.length()));
  }

  /** Converts column-major to row-major order. */
  private static float[] transposed(float[] columnMajor, List<Long> shape) {
    float[] rowMajor = new float[columnMajor.length];
    List<Integer> strides = new ArrayList<>();
    int stride = 1;
    for (long extent : shape) {
      strides.add(stride);
      stride *= Math.toIntExact(extent);
    }
    int[] index = new int[shape.size()];
    int from = 0;
    for (int to = 0; to < rowMajor.length; to++) {
      rowMajor[to] = columnMajor[from];
      for (int axis = index.length - 1; axis >= 0; axis--) {
        index[axis]++;
        from += strides.get(axis);
        if (index[axis] < shape.get(axis)) {
          break;
        }
        from -= index[axis] * strides.get(axis);
        index[axis] = 0;
      }
    }
    return rowMajor;
  }
}

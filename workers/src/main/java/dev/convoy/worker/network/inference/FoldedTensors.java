package dev.convoy.worker.network.inference;

import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.TensorLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stored values of a network while batch normalisation is folded into the layers before it. */
final class FoldedTensors {
  private final Map<Key, Tensor> tensors = new LinkedHashMap<>();

  private record Key(String layer, String parameter) {}

  private static Key key(Leaf layer, TensorLayout tensor) {
    return new Key(layer.name(), tensor.parameter());
  }

  /** Values of a tensor in their stored order. */
  private static final class Tensor {
    final List<Long> shape;
    final String order;
    final float[] values;

    Tensor(List<Long> shape, String order, float[] values) {
      this.shape = shape;
      this.order = order;
      this.values = values;
    }

    Tensor withValues(float[] values) {
      return new Tensor(shape, order, values);
    }
  }

  FoldedTensors(List<TensorSpec> specs, float[] parameters) {
    for (TensorSpec spec : specs) {
      int from = Math.toIntExact(spec.offset());
      float[] values = Arrays.copyOfRange(parameters, from, from + Math.toIntExact(spec.length()));
      tensors.put(
          new Key(spec.layer(), spec.parameter()), new Tensor(spec.shape(), spec.order(), values));
    }
  }

  /**
   * Folds a normalisation into a linear layer. Returns false and changes nothing if that would give
   * values that are not finite, or if a tensor is missing or has an unexpected length.
   */
  boolean fold(Leaf linear, BatchNorm norm) {
    TensorLayout stored = weightsOf(linear);
    Tensor weights = tensors.get(key(linear, stored));
    Tensor bias = tensors.get(key(linear, TensorLayout.BIAS));
    Tensor gamma = tensors.get(key(norm, BatchNorm.GAMMA));
    Tensor beta = tensors.get(key(norm, BatchNorm.BETA));
    Tensor mean = tensors.get(key(norm, BatchNorm.MEAN));
    Tensor variance = tensors.get(key(norm, BatchNorm.VARIANCE));
    if (weights == null || gamma == null || beta == null || mean == null || variance == null) {
      return false;
    }
    int maps = gamma.values.length;
    if (bias == null && !linear.stored().contains(TensorLayout.BIAS)) {
      bias = new Tensor(List.of(1L, (long) maps), "f", new float[maps]);
    }
    MapPositions positions = MapPositions.of(weights, stored.outputs().orElseThrow());
    if (bias == null
        || positions.maps != maps
        || bias.values.length != maps
        || beta.values.length != maps
        || mean.values.length != maps
        || variance.values.length != maps) {
      return false;
    }
    double[] factors = new double[maps];
    float[] shifted = new float[maps];
    for (int map = 0; map < maps; map++) {
      factors[map] = gamma.values[map] / Math.sqrt(variance.values[map] + norm.epsilon());
      shifted[map] =
          (float)
              (((double) bias.values[map] - mean.values[map]) * factors[map] + beta.values[map]);
    }
    float[] scaled = new float[weights.values.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (weights.values[i] * factors[positions.mapOf(i)]);
    }
    if (!areFinite(scaled) || !areFinite(shifted)) {
      return false;
    }
    tensors.put(key(linear, stored), weights.withValues(scaled));
    tensors.put(key(linear, TensorLayout.BIAS), bias.withValues(shifted));
    norm.stored().forEach(layout -> tensors.remove(key(norm, layout)));
    return true;
  }

  /** Returns the layout of the weights that have an axis of output maps. */
  private static TensorLayout weightsOf(Leaf linear) {
    return linear.stored().stream()
        .filter(one -> one.role() == TensorLayout.Role.WEIGHTS && one.outputs().isPresent())
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(linear.name() + " is a " + linear.kind()));
  }

  private static boolean areFinite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Maps the position of a weight to its output map: the map changes every {@code inner} values and
   * repeats after {@code maps} changes.
   *
   * @param maps number of output maps; 0 if the order of the axes does not allow this
   */
  private record MapPositions(int maps, int inner) {
    static MapPositions of(Tensor weights, TensorLayout.Outputs stored) {
      int rank = weights.shape.size();
      boolean lastRunsFastest = weights.order.equals("c");
      if (stored.last() >= rank || (!lastRunsFastest && stored.first() != stored.last())) {
        return new MapPositions(0, 1);
      }
      List<Long> faster =
          lastRunsFastest
              ? weights.shape.subList(stored.last() + 1, rank)
              : weights.shape.subList(0, stored.first());
      return new MapPositions(
          product(weights.shape.subList(stored.first(), stored.last() + 1)), product(faster));
    }

    private static int product(List<Long> extents) {
      return Math.toIntExact(extents.stream().reduce(1L, Math::multiplyExact));
    }

    int mapOf(int position) {
      return position / inner % maps;
    }
  }

  /** Returns the layout of the tensors in {@link #values}. */
  List<TensorSpec> specs() {
    List<TensorSpec> specs = new ArrayList<>();
    long offset = 0;
    for (Map.Entry<Key, Tensor> one : tensors.entrySet()) {
      Tensor tensor = one.getValue();
      specs.add(
          new TensorSpec(
              one.getKey().layer, one.getKey().parameter, tensor.shape, tensor.order, offset));
      offset += tensor.values.length;
    }
    return specs;
  }

  /** Returns the values of all tensors, concatenated. */
  float[] values() {
    float[] all = new float[tensors.values().stream().mapToInt(one -> one.values.length).sum()];
    int offset = 0;
    for (Tensor tensor : tensors.values()) {
      System.arraycopy(tensor.values, 0, all, offset, tensor.values.length);
      offset += tensor.values.length;
    }
    return all;
  }
}

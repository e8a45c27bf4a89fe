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

  /** Values as they lie, of a shape and order. */
  private static final class Tensor {
    final List<Long> shape;
    final String order;
    final float[] values;

    Tensor(List<Long> shape, String order, float[] values) {
      this.shape = shape;
      this.order = order;
      this.values = values;
    }

    Tensor with(float[] others) {
      return new Tensor(shape, order, others);
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
   * Folds a normalisation into a linear layer, unless that gives values that are not finite or the
   * two do not have the tensors that they should; says whether it did.
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
    Places places = Places.of(weights, stored.outputs().orElseThrow());
    if (bias == null
        || places.maps != maps
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
      scaled[i] = (float) (weights.values[i] * factors[places.mapOf(i)]);
    }
    if (!areFinite(scaled) || !areFinite(shifted)) {
      return false;
    }
    tensors.put(key(linear, stored), weights.with(scaled));
    tensors.put(key(linear, TensorLayout.BIAS), bias.with(shifted));
    norm.stored().forEach(layout -> tensors.remove(key(norm, layout)));
    return true;
  }

  /** The weights of a linear layer, whose maps put out can be told apart. */
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
   * Which map each weight belongs to, by where it lies: the axes of the maps count up once in
   * {@code inner} values, and begin again after {@code maps} counts.
   *
   * @param maps 0 where they cannot be told apart in this way
   */
  private record Places(int maps, int inner) {
    static Places of(Tensor weights, TensorLayout.Outputs stored) {
      int rank = weights.shape.size();
      boolean lastRunsFastest = weights.order.equals("c");
      if (stored.last() >= rank || (!lastRunsFastest && stored.first() != stored.last())) {
        return new Places(0, 1);
      }
      List<Long> faster =
          lastRunsFastest
              ? weights.shape.subList(stored.last() + 1, rank)
              : weights.shape.subList(0, stored.first());
      return new Places(
          product(weights.shape.subList(stored.first(), stored.last() + 1)), product(faster));
    }

    private static int product(List<Long> extents) {
      return Math.toIntExact(extents.stream().reduce(1L, Math::multiplyExact));
    }

    int mapOf(int place) {
      return place / inner % maps;
    }
  }

  /** Where each tensor lies in {@link #values}. */
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

  /** All values, tensor after tensor. */
  float[] values() {
    float[] all = new float[tensors.values().stream().mapToInt(one -> one.values.length).sum()];
    int at = 0;
    for (Tensor tensor : tensors.values()) {
      System.arraycopy(tensor.values, 0, all, at, tensor.values.length);
      at += tensor.values.length;
    }
    return all;
  }
}

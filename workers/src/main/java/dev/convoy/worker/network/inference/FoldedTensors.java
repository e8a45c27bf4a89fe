package dev.convoy.worker.network.inference;

import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.SeparableConv;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The stored values of a network while batch normalisation is folded into the layers before it. */
final class FoldedTensors {
  private static final String BIAS = "b";

  private final Map<Key, Tensor> tensors = new LinkedHashMap<>();

  private record Key(String layer, String parameter) {}

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

  /**
   * How a layer stores its weights.
   *
   * @param parameter their name
   * @param firstAxis the axis of the maps or units that it puts out
   * @param lastAxis the same, or where there are two such axes, the one that runs faster
   * @param bias whether there is one, too
   */
  private record Weights(String parameter, int firstAxis, int lastAxis, boolean bias) {}

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
  boolean fold(LayerDefinition linear, BatchNorm norm) {
    Weights stored = weightsOf(linear);
    Tensor weights = tensors.get(new Key(linear.name(), stored.parameter));
    Tensor bias = tensors.get(new Key(linear.name(), BIAS));
    Tensor gamma = tensors.get(new Key(norm.name(), "gamma"));
    Tensor beta = tensors.get(new Key(norm.name(), "beta"));
    Tensor mean = tensors.get(new Key(norm.name(), "mean"));
    Tensor variance = tensors.get(new Key(norm.name(), "var"));
    if (weights == null || gamma == null || beta == null || mean == null || variance == null) {
      return false;
    }
    int maps = gamma.values.length;
    if (bias == null && !stored.bias) {
      bias = new Tensor(List.of(1L, (long) maps), "f", new float[maps]);
    }
    Places places = Places.of(weights, stored);
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
    tensors.put(new Key(linear.name(), stored.parameter), weights.with(scaled));
    tensors.put(new Key(linear.name(), BIAS), bias.with(shifted));
    List.of("gamma", "beta", "mean", "var")
        .forEach(parameter -> tensors.remove(new Key(norm.name(), parameter)));
    return true;
  }

  private static Weights weightsOf(LayerDefinition linear) {
    if (linear instanceof Conv conv) {
      return new Weights("W", 0, 0, conv.bias());
    }
    if (linear instanceof DepthwiseConv conv) {
      return new Weights("W", 2, 3, conv.bias());
    }
    if (linear instanceof SeparableConv conv) {
      return new Weights("pW", 0, 0, conv.bias());
    }
    if (linear instanceof Dense dense) {
      return new Weights("W", 1, 1, dense.bias());
    }
    throw new IllegalArgumentException(linear.name() + " is a " + linear.kind());
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
    static Places of(Tensor weights, Weights stored) {
      int rank = weights.shape.size();
      boolean lastRunsFastest = weights.order.equals("c");
      if (stored.lastAxis >= rank || (!lastRunsFastest && stored.firstAxis != stored.lastAxis)) {
        return new Places(0, 1);
      }
      List<Long> faster =
          lastRunsFastest
              ? weights.shape.subList(stored.lastAxis + 1, rank)
              : weights.shape.subList(0, stored.firstAxis);
      return new Places(
          product(weights.shape.subList(stored.firstAxis, stored.lastAxis + 1)), product(faster));
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

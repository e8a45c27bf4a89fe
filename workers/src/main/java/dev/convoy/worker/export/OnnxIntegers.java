package dev.convoy.worker.export;

import static dev.convoy.worker.export.OnnxGraph.attribute;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the integers of a quantized model as pairs of QuantizeLinear and DequantizeLinear nodes,
 * from which a reader knows that the layer between them can compute in integers. All zero points
 * are 0.
 */
final class OnnxIntegers {
  private static final float LARGEST_WEIGHT = 127;

  private final OnnxGraph graph;
  private final Network network;
  private final Quantization quantization;
  private final Set<String> layers;
  private final Map<String, String> rounded = new HashMap<>();

  /**
   * The scales of a layer.
   *
   * @param input scale of its input
   * @param weights scale of the weights of each output map
   */
  record Scales(float input, float[] weights) {}

  /**
   * Starts without nodes.
   *
   * @param layers names of the layers that compute in integers
   */
  OnnxIntegers(OnnxGraph graph, Network network, Quantization quantization, Set<String> layers) {
    this.graph = graph;
    this.network = network;
    this.quantization = quantization;
    this.layers = Set.copyOf(layers);
  }

  /** Returns whether a layer computes in integers. */
  boolean has(Node node) {
    return layers.contains(node.name());
  }

  /** Returns the range of the input of a node with one input. */
  Range input(Node node) {
    return range(node.inputs().get(0));
  }

  /** Returns the range of a value that is inside of a layer. */
  Range inside(String name) {
    return quantization.ranges().get(name);
  }

  private Range range(int index) {
    if (index == Node.IMAGE) {
      return quantization.ranges().get(Quantization.IMAGE);
    }
    Node node = network.nodes().get(index);
    Range own = quantization.ranges().get(node.name());
    // A node without a range passes its input on.
    return own == null ? range(node.inputs().get(0)) : own;
  }

  /**
   * Adds the rounding of a value to integers, once for each value and range; returns the result.
   */
  String round(String value, Range range) {
    return rounded.computeIfAbsent(
        value + " " + range,
        key -> {
          String name = value + (rounded.isEmpty() ? "" : "." + rounded.size());
          String scale = graph.constant(name + ".scale", new float[] {range.scale()});
          String zero =
              range.isUnsigned()
                  ? graph.bytes(name + ".zero", new byte[1], false)
                  : graph.bytes(name + ".zero", new byte[1], true);
          String integers =
              graph.add("QuantizeLinear", name + ".quantize", List.of(value, scale, zero));
          return graph.add(
              "DequantizeLinear", name + ".dequantize", List.of(integers, scale, zero));
        });
  }

  /**
   * Returns the scales of a layer.
   *
   * @param weights row-major
   * @param maps number of output maps
   * @param axis 0 if each map's weights lie together, 1 if the weights of all maps alternate
   */
  static Scales scales(Range input, float[] weights, int maps, int axis) {
    float[] scales = new float[maps];
    for (int i = 0; i < weights.length; i++) {
      int map = map(i, weights.length, maps, axis);
      scales[map] = Math.max(scales[map], Math.abs(weights[i]));
    }
    for (int map = 0; map < maps; map++) {
      scales[map] = scales[map] > 0 ? scales[map] / LARGEST_WEIGHT : 1;
    }
    return new Scales(input.scale(), scales);
  }

  private static int map(int index, int length, int maps, int axis) {
    return axis == 0 ? index / (length / maps) : index % maps;
  }

  /** Adds weights as integers; returns their values. */
  String weights(String name, float[] weights, Scales scales, int axis, long... shape) {
    byte[] integers = new byte[weights.length];
    for (int i = 0; i < weights.length; i++) {
      float scale = scales.weights[map(i, weights.length, scales.weights.length, axis)];
      integers[i] = (byte) Math.rint(weights[i] / scale);
    }
    String scale = graph.constant(name + ".scale", scales.weights, scales.weights.length);
    return graph.add(
        "DequantizeLinear",
        name + ".dequantize",
        List.of(graph.bytes(name, integers, true, shape), scale),
        attribute("axis", axis));
  }

  /** Adds biases as integers of 32 bits, in the scale of the sums; returns their values. */
  String bias(String name, float[] biases, Scales scales) {
    float[] products = new float[biases.length];
    int[] integers = new int[biases.length];
    for (int map = 0; map < biases.length; map++) {
      products[map] = scales.input * scales.weights[map];
      integers[map] = (int) Math.rint((double) biases[map] / products[map]);
    }
    String scale = graph.constant(name + ".scale", products, products.length);
    return graph.add(
        "DequantizeLinear",
        name + ".dequantize",
        List.of(graph.integers(name, integers), scale),
        attribute("axis", 0));
  }
}

package dev.convoy.benchmarks.libtorch;

import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Initialisation;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.Training;
import java.util.Arrays;
import java.util.Random;

/** Initial values of a network's stored tensors. */
@FunctionalInterface
interface InitialValues {
  /**
   * Returns the values of one tensor in Convoy's order.
   *
   * @param parameter Convoy's key, such as {@code W} (see {@code TensorSpec})
   * @param length number of values
   * @param fanIn number of inputs of one output; 0 for other tensors than weights
   * @param fanOut number of outputs of one input; 0 for other tensors than weights
   */
  float[] of(Node node, String parameter, int length, long fanIn, long fanOut);

  /**
   * Returns weights from a normal distribution of the layer's variance; other tensors get their
   * constant initial value.
   */
  static InitialValues drawn(long seed) {
    Random random = new Random(seed);
    return (node, parameter, length, fanIn, fanOut) -> {
      float[] values = new float[length];
      if (parameter.equals("gamma") || parameter.equals("var")) {
        Arrays.fill(values, 1);
      } else if (parameter.equals("W")) {
        double deviation = Math.sqrt(variance(node, fanIn, fanOut));
        for (int i = 0; i < length; i++) {
          values[i] = (float) (deviation * random.nextGaussian());
        }
      }
      return values;
    };
  }

  private static double variance(Node node, long fanIn, long fanOut) {
    Initialisation initialisation =
        node.leaf().flatMap(Leaf::trainedBy).map(Training::initialisation).orElseThrow();
    return switch (initialisation) {
      case HE_NORMAL, HE_UNIFORM -> 2.0 / fanIn;
      case GLOROT_NORMAL, GLOROT_UNIFORM -> 2.0 / (fanIn + fanOut);
      case LECUN_NORMAL -> 1.0 / fanIn;
      case ZERO -> 0;
    };
  }
}

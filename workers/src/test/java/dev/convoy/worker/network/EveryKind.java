package dev.convoy.worker.network;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.Random;

/** A network that has every kind of layer, every padding and every activation. */
public final class EveryKind {
  private static final String DEFINITION =
      """
      frozen = [ still ]
      layers = [
        { conv { maps = 4, kernel = [3, 2], padding = { top = 1, bottom = 0, left = 1, right = 2 },
                 activation = relu, initialisation = he-uniform } }
        { norm { type = local-response, size = 3, alpha = 0.2 } }
        { inception { branches = [
            []
            [ { conv { maps = 3, kernel = 1, activation = tanh, l2 = 0.1 } } ]
            [ { activation { function = swish } }
              { depthwise-conv { multiplier = 2, kernel = 3, padding = same, activation = elu } } ]
            [ { dropout { rate = 0.3 } }
              { residual {
                  body = [ { activation { function = softplus } }
                           { separable-conv { maps = 5, multiplier = 2, kernel = 3, padding = 1,
                                              activation = leaky-relu } } ]
                  projection = [ { conv { maps = 5, kernel = 1, bias = false } } ]
                  activation = relu6 } } ]
            [ { pool { type = max, size = 3, stride = 1, padding = same } } ] ] } }
        { norm { type = batch } }
        { norm { type = batch, name = still } }
        { pool { type = l2, size = 2, exponent = 3 } }
        { conv { maps = 6, kernel = 2, dilation = 2, padding = same, activation = sigmoid,
                 initialisation = lecun-normal, learningRateFactor = 0.5 } }
        { pool { type = average, size = 3, stride = 2, padding = 1 } }
        { residual { body = [ { depthwise-conv { kernel = 1, bias = false } } ] } }
        { inception { branches = [
            [ { global-pool { type = average } } ]
            [ { global-pool { type = max } } ]
            [ { global-pool { type = l2 } } ]
            [ { flatten {} }, { flatten {} } ] ] } }
        { norm { type = batch, learningRateFactor = 2 } }
        { dense { units = 7, activation = tanh, initialisation = glorot-uniform } }
        { dropout { rate = 0.2 } }
        { dense { units = 5, bias = false, initialisation = zero } }
        { output { labelSmoothing = 0.1 } }
      ]
      """;

  private EveryKind() {}

  public static Network network(ImageShape images, int labels) {
    return NetworkReader.parse(DEFINITION, "every-kind", "every-kind.conf").on(images, labels);
  }

  /** Gives every stored value another: variances above 0, scales about 1, all others about 0. */
  public static void stir(TrainableNetwork network, long seed) {
    Random random = new Random(seed);
    float[] values = network.parameters();
    for (TensorSpec tensor : network.tensors()) {
      for (int i = 0; i < tensor.length(); i++) {
        double value = 0.4 * random.nextGaussian();
        if (tensor.parameter().equals("var")) {
          value = 0.5 + Math.abs(value);
        } else if (tensor.parameter().equals("gamma")) {
          value += 1;
        }
        values[Math.toIntExact(tensor.offset() + i)] = (float) value;
      }
    }
    network.parameters(values);
  }
}

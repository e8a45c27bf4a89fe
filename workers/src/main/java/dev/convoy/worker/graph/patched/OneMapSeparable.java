package dev.convoy.worker.graph.patched;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.SeparableConvolution2DLayer;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A separable convolution of one input map, computed as one of two input maps: a map of zeros is
 * appended to the input, and zeros to the weights. With multiplier {@code m} the first {@code m}
 * maps between the two convolutions depend on the input map and the other {@code m} on the zeros,
 * so each gradient is the first half of that of the wider layer.
 *
 * <p>ND4J's operation omits the 1×1 convolution for one input map. It then fails, except with
 * multiplier 1 and one output map, where its values are wrong.
 */
final class OneMapSeparable extends SeparableConvolution2DLayer {
  private static final long serialVersionUID = 1L;

  /** Weights whose axis 1 is that of their inputs, which is doubled. */
  private static final String[] WEIGHTS = {
    SeparableConvolutionParamInitializer.DEPTH_WISE_WEIGHT_KEY,
    SeparableConvolutionParamInitializer.POINT_WISE_WEIGHT_KEY
  };

  OneMapSeparable(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  protected INDArray getParamWithNoise(
      String name, boolean training, LayerWorkspaceMgr workspaces) {
    INDArray stored = super.getParamWithNoise(name, training, workspaces);
    return name.equals(SeparableConvolutionParamInitializer.BIAS_KEY) ? stored : widened(stored);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
    INDArray map = input;
    input = widened(map);
    try {
      return super.activate(training, workspaces);
    } finally {
      input = map;
    }
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    INDArray map = input;
    Map<String, INDArray> views = gradientViews;
    Map<String, INDArray> wide = new HashMap<>(views);
    for (String name : WEIGHTS) {
      wide.put(name, zerosTwiceAsWide(views.get(name)));
    }
    input = widened(map);
    gradientViews = wide;
    Pair<Gradient, INDArray> gradients;
    try {
      gradients = super.backpropGradient(epsilon, workspaces);
    } finally {
      input = map;
      gradientViews = views;
    }
    for (String name : WEIGHTS) {
      INDArray weights = views.get(name);
      weights.assign(firstHalf(wide.get(name)));
      gradients.getFirst().setGradientFor(name, weights, 'c');
    }
    INDArray both = gradients.getSecond();
    INDArray first =
        workspaces.createUninitialized(
            ArrayType.ACTIVATION_GRAD, both.dataType(), map.shape(), 'c');
    return new Pair<>(gradients.getFirst(), first.assign(firstHalf(both)));
  }

  /**
   * Returns the values followed by as many zeros along axis 1, in the working memory of the pass.
   */
  private static INDArray widened(INDArray values) {
    INDArray wide = zerosTwiceAsWide(values);
    firstHalf(wide).assign(values);
    return wide;
  }

  private static INDArray zerosTwiceAsWide(INDArray values) {
    long[] shape = values.shape().clone();
    shape[1] *= 2;
    return Nd4j.create(values.dataType(), shape, 'c');
  }

  private static INDArray firstHalf(INDArray wide) {
    return wide.get(NDArrayIndex.all(), NDArrayIndex.interval(0, wide.size(1) / 2));
  }
}

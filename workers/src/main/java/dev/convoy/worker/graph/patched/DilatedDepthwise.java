package dev.convoy.worker.graph.patched;

import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.DepthwiseConvolution2DLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A depthwise convolution with dilation {@code d}, computed as one without: its kernel of {@code k}
 * weights along an axis becomes one of {@code (k − 1)·d + 1}, with {@code d − 1} zeros between
 * neighbours. The gradient of the weights is that of the larger kernel at their positions.
 *
 * <p>ND4J computes a multiplier of 1 with oneDNN, and fails there for any dilation.
 */
final class DilatedDepthwise extends DepthwiseConvolution2DLayer {
  private static final long serialVersionUID = 1L;

  private final transient ConvolutionLayer undilated;
  private final int[] dilation;

  DilatedDepthwise(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
    undilated = (ConvolutionLayer) conf.getLayer().clone();
    int[] kernel = undilated.getKernelSize();
    int[] gap = undilated.getDilation();
    // Dilation has no effect along an axis of one weight.
    dilation = new int[] {kernel[0] == 1 ? 1 : gap[0], kernel[1] == 1 ? 1 : gap[1]};
    undilated.setKernelSize(
        new int[] {(kernel[0] - 1) * dilation[0] + 1, (kernel[1] - 1) * dilation[1] + 1});
    undilated.setDilation(new int[] {1, 1});
  }

  static boolean isDilated(ConvolutionLayer layer) {
    int[] dilation = layer.getDilation();
    return dilation[0] != 1 || dilation[1] != 1;
  }

  /** Returns the undilated configuration, from which DL4J reads kernel and dilation. */
  @Override
  public ConvolutionLayer layerConf() {
    return undilated == null ? super.layerConf() : undilated;
  }

  @Override
  protected INDArray getParamWithNoise(
      String name, boolean training, LayerWorkspaceMgr workspaces) {
    INDArray stored = super.getParamWithNoise(name, training, workspaces);
    if (!name.equals(DefaultParamInitializer.WEIGHT_KEY)) {
      return stored;
    }
    INDArray large = largeKernel(stored);
    dilatedView(large).assign(stored);
    return large;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    Map<String, INDArray> views = gradientViews;
    INDArray weights = views.get(DefaultParamInitializer.WEIGHT_KEY);
    INDArray large = largeKernel(weights);
    gradientViews = new HashMap<>(views);
    gradientViews.put(DefaultParamInitializer.WEIGHT_KEY, large);
    Pair<Gradient, INDArray> gradients;
    try {
      gradients = super.backpropGradient(epsilon, workspaces);
    } finally {
      gradientViews = views;
    }
    weights.assign(dilatedView(large));
    gradients.getFirst().setGradientFor(DefaultParamInitializer.WEIGHT_KEY, weights, 'c');
    return gradients;
  }

  /**
   * Creates a large kernel of zeros for weights {@code (rows, columns, input maps, multiplier)}.
   */
  private INDArray largeKernel(INDArray weights) {
    int[] kernel = undilated.getKernelSize();
    long[] shape = {kernel[0], kernel[1], weights.size(2), weights.size(3)};
    return Nd4j.create(weights.dataType(), shape, 'c');
  }

  /** Returns the view of the large kernel that holds the weights. */
  private INDArray dilatedView(INDArray large) {
    INDArrayIndex all = NDArrayIndex.all();
    return large.get(
        NDArrayIndex.interval(0, dilation[0], large.size(0)),
        NDArrayIndex.interval(0, dilation[1], large.size(1)),
        all,
        all);
  }
}

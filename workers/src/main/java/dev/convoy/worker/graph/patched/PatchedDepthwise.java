package dev.convoy.worker.graph.patched;

import dev.convoy.worker.engine.layer.LayerSetup;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.params.DepthwiseConvolutionParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A depthwise convolution, whose parameters are the biases and then the weights {@code (rows,
 * columns, input maps, multiplier)}.
 *
 * <p>DL4J's layer lists its weights first although the biases come first in the flat parameters.
 * The updater assumes that both orders are equal, and applies l2 to the wrong values. The layer
 * also counts all input maps in the fan-in, although each weight applies to one: see {@link
 * DepthwiseWeights} for the correct fans. With dilation it fails: see {@link DilatedDepthwise}.
 */
final class PatchedDepthwise extends DepthwiseConvolution2D {
  private static final long serialVersionUID = 1L;

  PatchedDepthwise(Builder builder) {
    super(builder);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return DilatedDepthwise.isDilated(this)
        ? LayerSetup.set(
            new DilatedDepthwise(conf, type), conf, listeners, index, parameters, initialize)
        : super.instantiate(conf, listeners, index, parameters, initialize, type);
  }

  @Override
  public ParamInitializer initializer() {
    return new Initializer();
  }

  /** Draws the initial weights, and lists the parameters in the order of their values. */
  static final class Initializer extends DepthwiseConvolutionParamInitializer {
    @Override
    public Map<String, INDArray> init(
        NeuralNetConfiguration conf, INDArray values, boolean initialize) {
      return BiasFirst.order(super.init(conf, values, initialize));
    }

    @Override
    public Map<String, INDArray> getGradientsFromFlattened(
        NeuralNetConfiguration conf, INDArray gradients) {
      return BiasFirst.order(super.getGradientsFromFlattened(conf, gradients));
    }

    @Override
    protected INDArray createDepthWiseWeightMatrix(
        NeuralNetConfiguration conf, INDArray values, boolean initialize) {
      if (!initialize) {
        return super.createDepthWiseWeightMatrix(conf, values, false);
      }
      DepthwiseConvolution2D layer = (DepthwiseConvolution2D) conf.getLayer();
      int[] kernel = layer.getKernelSize();
      long[] shape = {kernel[0], kernel[1], layer.getNIn(), layer.getDepthMultiplier()};
      return DepthwiseWeights.init(layer, layer.getDepthMultiplier(), shape, values);
    }
  }
}

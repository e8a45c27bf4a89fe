package dev.convoy.worker.graph.patched;

import dev.convoy.worker.engine.layer.LayerSetup;
import java.util.Collection;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.params.SeparableConvolutionParamInitializer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A separable convolution, whose parameters are the biases, the depthwise weights {@code
 * (multiplier, input maps, rows, columns)} and the pointwise weights {@code (maps, input
 * maps·multiplier, 1, 1)}.
 *
 * <p>DL4J's layer has the faults that {@link PatchedDepthwise} corrects: the order of its
 * parameters, which applies l2 to the wrong values, and the fan-in of the depthwise weights. It
 * also uses the fan-in of the pointwise weights as their fan-out, which here is the number of
 * output maps. For one input map it omits the pointwise weights: see {@link OneMapSeparable}.
 */
final class PatchedSeparable extends SeparableConvolution2D {
  private static final long serialVersionUID = 1L;

  PatchedSeparable(Builder builder) {
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
    return getNIn() == 1
        ? LayerSetup.set(
            new OneMapSeparable(conf, type), conf, listeners, index, parameters, initialize)
        : super.instantiate(conf, listeners, index, parameters, initialize, type);
  }

  @Override
  public ParamInitializer initializer() {
    return new Initializer();
  }

  /** Draws the initial weights, and lists the parameters in the order of their values. */
  static final class Initializer extends SeparableConvolutionParamInitializer {
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
      SeparableConvolution2D layer = (SeparableConvolution2D) conf.getLayer();
      int[] kernel = layer.getKernelSize();
      long[] shape = {layer.getDepthMultiplier(), layer.getNIn(), kernel[0], kernel[1]};
      return DepthwiseWeights.init(layer, layer.getDepthMultiplier(), shape, values);
    }

    @Override
    protected INDArray createPointWiseWeightMatrix(
        NeuralNetConfiguration conf, INDArray values, boolean initialize) {
      if (!initialize) {
        return super.createPointWiseWeightMatrix(conf, values, false);
      }
      SeparableConvolution2D layer = (SeparableConvolution2D) conf.getLayer();
      long between = layer.getNIn() * layer.getDepthMultiplier();
      long[] shape = {layer.getNOut(), between, 1, 1};
      return layer.getWeightInitFn().init(between, layer.getNOut(), shape, 'c', values);
    }
  }
}

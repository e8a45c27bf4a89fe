package dev.convoy.worker.graph.patched;

import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The initialisation of depthwise weights, each of which applies to one input map. */
final class DepthwiseWeights {
  private DepthwiseWeights() {}

  /**
   * Draws the initial weights. The fan-in is the area of the kernel; the fan-out is the multiplier
   * times that area, divided by the area of the stride.
   *
   * @param shape shape of the weights
   * @param values the part of the flat parameters that receives them
   */
  static INDArray init(ConvolutionLayer layer, int multiplier, long[] shape, INDArray values) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    double fanIn = (double) kernel[0] * kernel[1];
    double fanOut = multiplier * fanIn / ((double) stride[0] * stride[1]);
    return layer.getWeightInitFn().init(fanIn, fanOut, shape, 'c', values);
  }
}

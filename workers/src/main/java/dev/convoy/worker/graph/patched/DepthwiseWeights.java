package dev.convoy.worker.graph.patched;

import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The start of depthwise weights, each of which sees one input map. */
final class DepthwiseWeights {
  private DepthwiseWeights() {}

  /**
   * Draws them with the area of the kernel for the fan-in, and the multiplier times that area over
   * that of the stride for the fan-out.
   *
   * @param shape of the weights
   * @param values the part of the flat parameters that they become
   */
  static INDArray drawn(ConvolutionLayer layer, int multiplier, long[] shape, INDArray values) {
    int[] kernel = layer.getKernelSize();
    int[] stride = layer.getStride();
    double fanIn = (double) kernel[0] * kernel[1];
    double fanOut = multiplier * fanIn / ((double) stride[0] * stride[1]);
    return layer.getWeightInitFn().init(fanIn, fanOut, shape, 'c', values);
  }
}

package dev.convoy.worker.engine;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNConvHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * DL4J's oneDNN helper, without its second forward pass: DL4J computes every convolution once
 * forward and once more at the start of the backward pass, on the same input and weights.
 *
 * <p>The output of a training pass is kept for the backward pass that follows it. ReLU has then
 * been applied to it in place, which changes nothing: its derivative is 1 where {@code z > 0}, and
 * that is where {@code max(z, 0) > 0}. Other activations are computed again, as DL4J does.
 *
 * <p>A training pass must be followed by its backward pass, as {@code ComputationGraph.fit} does.
 */
final class OneDnnConvolution extends MKLDNNConvHelper {
  private INDArray input;
  private INDArray output;
  private boolean awaitsBackwardPass;

  OneDnnConvolution() {
    super(DataType.FLOAT);
  }

  @Override
  public INDArray preOutput(
      INDArray newInput,
      INDArray weights,
      INDArray bias,
      int[] kernel,
      int[] strides,
      int[] pad,
      ConvolutionLayer.AlgoMode mode,
      ConvolutionLayer.FwdAlgo algorithm,
      ConvolutionMode convolutionMode,
      int[] dilation,
      CNN2DFormat format,
      LayerWorkspaceMgr workspaces) {
    if (awaitsBackwardPass && newInput == input) {
      INDArray kept = output;
      forget();
      return kept;
    }
    forget();
    INDArray z =
        super.preOutput(
            newInput,
            weights,
            bias,
            kernel,
            strides,
            pad,
            mode,
            algorithm,
            convolutionMode,
            dilation,
            format,
            workspaces);
    input = newInput;
    output = z;
    return z;
  }

  @Override
  public INDArray activate(INDArray z, IActivation activation, boolean training) {
    INDArray activated = super.activate(z, activation, training);
    if (training && z == output && keepsItsDerivative(activation) && activated == z) {
      awaitsBackwardPass = true;
    } else {
      forget();
    }
    return activated;
  }

  private void forget() {
    input = null;
    output = null;
    awaitsBackwardPass = false;
  }

  private static boolean keepsItsDerivative(IActivation activation) {
    return activation instanceof ActivationReLU || activation instanceof ActivationIdentity;
  }
}

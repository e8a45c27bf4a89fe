package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The output layer {@code p = softmax(x·W + b)}, trained on the {@link CrossEntropy} of its labels.
 * oneDNN computes the product, and ND4J the softmax, since oneDNN's turns NaN into finite
 * probabilities. It computes in float32 in every precision of the network. The input is a row-major
 * matrix or feature maps. The parameters are the weights {@code (inputs, labels)}, with contiguous
 * inputs of one label, and then the biases.
 */
public final class NativeOutput extends OutputLayer implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final boolean inputGradient;

  /**
   * Creates the output layer of a network.
   *
   * @param builder labels, bias and training options
   * @param inputGradient whether a preceding layer needs the gradient with respect to the input
   */
  public NativeOutput(Builder builder, boolean inputGradient) {
    super(builder);
    this.inputGradient = inputGradient;
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return LayerSetup.set(
        new Running(conf, type, this), conf, listeners, index, parameters, initialize);
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType type) {
    return null;
  }

  @Override
  public void setNIn(InputType type, boolean override) {
    if (nIn <= 0 || override) {
      nIn = type.arrayElementsPerExample();
    }
  }

  @Override
  public InputType getOutputType(int index, InputType type) {
    return InputType.feedForward(nOut);
  }

  private static final class Running extends org.deeplearning4j.nn.layers.OutputLayer
      implements NativeLayer, BatchProbabilities {
    private static final long serialVersionUID = 1L;

    private final NativeOutput plan;
    private final transient CrossEntropy loss = new CrossEntropy();
    private transient DenseProduct product;
    private transient boolean lossIsCurrent;

    Running(NeuralNetConfiguration conf, DataType type, NativeOutput plan) {
      super(conf, type);
      this.plan = plan;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      product =
          new DenseProduct(engine, ValueType.FLOAT32, plan.nOut, plan.hasBias, Function.IDENTITY);
    }

    @Override
    public void setInput(INDArray newInput, LayerWorkspaceMgr workspaces) {
      super.setInput(newInput, workspaces);
      lossIsCurrent = false;
    }

    /** Computes the logits, from which DL4J computes the losses of single images. */
    @Override
    protected INDArray preOutput(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      return product.forward(workspaces, ArrayType.ACTIVATIONS, input, params);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      return probabilities(workspaces, ArrayType.ACTIVATIONS);
    }

    private INDArray probabilities(LayerWorkspaceMgr workspaces, ArrayType type) {
      assertInputSet(false);
      INDArray rows = product.forward(workspaces, type, input, params);
      return layerConf().getActivationFn().getActivation(rows, false);
    }

    /** Computes the loss, and returns the probabilities. */
    private INDArray computeLoss(LayerWorkspaceMgr workspaces, ArrayType type) {
      if (labels == null) {
        throw new IllegalStateException("The loss of a batch needs its labels");
      }
      INDArray rows = probabilities(workspaces, type);
      loss.set(rows, Rows.of(workspaces, type, labels));
      return rows;
    }

    /** Computes the gradients from the labels; {@code epsilon} is not used. */
    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      INDArray sumGradient = computeLoss(workspaces, ArrayType.BP_WORKING_MEM);
      loss.gradient(sumGradient);
      lossIsCurrent = true;
      return product.backward(
          workspaces, sumGradient, sumGradient, params, gradientViews, plan.inputGradient);
    }

    @Override
    public float[] lastProbabilities() {
      return loss.probabilities();
    }

    /** Returns the mean loss of the batch plus the regularisation term of the whole network. */
    @Override
    public double computeScore(
        double regularization, boolean training, LayerWorkspaceMgr workspaces) {
      if (!lossIsCurrent) {
        computeLoss(workspaces, ArrayType.FF_WORKING_MEM);
      }
      lossIsCurrent = false;
      score = loss.sum() / getInputMiniBatchSize() + regularization;
      return score;
    }

    @Override
    public void clear() {
      super.clear();
      product.clear();
      lossIsCurrent = false;
    }
  }
}

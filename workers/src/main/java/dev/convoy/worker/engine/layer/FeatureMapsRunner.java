package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The forward and backward passes that layers without parameters have in common. */
abstract class FeatureMapsRunner {
  private KernelCache<FeatureMapsShape, FeatureMapsPass> passes;
  private Features features;
  private FeatureMapsPass trained;
  private INDArray input;
  private INDArray output;

  /** Builds the kernels for one input shape. */
  abstract FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape);

  /** Creates an array for the output. */
  INDArray output(LayerWorkspaceMgr workspaces, FeatureMapsShape shape) {
    return features.like(workspaces, ArrayType.ACTIVATIONS, input, shape);
  }

  /**
   * Returns the gradient with respect to the output in the layout of the kernels: itself or a copy.
   */
  INDArray toKernelLayout(LayerWorkspaceMgr workspaces, INDArray epsilon) {
    return features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
  }

  /**
   * Returns the type of the values with which the layer computes.
   *
   * @param ofNetwork type of the network's values
   */
  ValueType values(ValueType ofNetwork) {
    return ofNetwork;
  }

  final void attach(Engine engine, ValueType ofNetwork) {
    passes = new KernelCache<>(engine);
    features = new Features(engine, values(ofNetwork));
  }

  final INDArray forward(INDArray maps, boolean training, LayerWorkspaceMgr workspaces) {
    input = features.of(workspaces, ArrayType.ACTIVATIONS, maps);
    FeatureMapsShape shape = Features.shape(input);
    FeatureMapsPass pass = passes.get(shape, (engine, owner) -> build(engine, owner, shape));
    output = output(workspaces, pass.outputShape());
    if (training) {
      pass.train(Native.address(input), Native.address(output));
      trained = pass;
    } else {
      pass.score(Native.address(input), Native.address(output));
      trained = null;
    }
    return output;
  }

  /** Computes the gradient with respect to the input of the last training pass. */
  final INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (trained == null) {
      throw new IllegalStateException("The gradient requires a preceding training pass");
    }
    INDArray outputGradient = toKernelLayout(workspaces, epsilon);
    INDArray inputGradient = features.like(workspaces, ArrayType.ACTIVATION_GRAD, input);
    trained.backward(
        Native.address(input),
        Native.address(output),
        Native.address(outputGradient),
        Native.address(inputGradient));
    Reference.reachabilityFence(outputGradient);
    return inputGradient;
  }

  final void clear() {
    trained = null;
    input = null;
    output = null;
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import java.lang.ref.Reference;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers without stored values do alike when a network runs. */
abstract class FeatureMapsRunner {
  private KernelCache<FeatureMapsShape, FeatureMapsPass> passes;
  private FeatureMapsPass trained;
  private INDArray input;
  private INDArray output;

  /** The kernels of one input shape. */
  abstract FeatureMapsPass build(Engine engine, Resources owner, FeatureMapsShape shape);

  /** An array for the output. */
  INDArray output(LayerWorkspaceMgr workspaces, FeatureMapsShape shape) {
    return Features.like(workspaces, ArrayType.ACTIVATIONS, input, shape);
  }

  /** The gradient by the output as kernels take it, itself or a copy. */
  INDArray arranged(LayerWorkspaceMgr workspaces, INDArray epsilon) {
    return Features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
  }

  final void attach(Engine engine) {
    passes = new KernelCache<>(engine);
  }

  final INDArray forward(INDArray maps, boolean training, LayerWorkspaceMgr workspaces) {
    input = Features.of(workspaces, ArrayType.ACTIVATIONS, maps);
    FeatureMapsShape shape = Features.shape(input);
    FeatureMapsPass pass = passes.of(shape, (engine, owner) -> build(engine, owner, shape));
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

  /** The gradient by the input of the training pass before. */
  final INDArray backward(INDArray epsilon, LayerWorkspaceMgr workspaces) {
    if (trained == null) {
      throw new IllegalStateException("There is a gradient after a training pass only");
    }
    INDArray outputGradient = arranged(workspaces, epsilon);
    INDArray inputGradient = Features.like(workspaces, ArrayType.ACTIVATION_GRAD, input);
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

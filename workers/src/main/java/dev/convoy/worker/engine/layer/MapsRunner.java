package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What layers without stored values do alike when a network runs. */
abstract class MapsRunner {
  private Recent<MapsShape, MapsPass> passes;
  private MapsPass trained;
  private INDArray input;
  private INDArray output;

  /** The kernels of one input shape. */
  abstract MapsPass build(Engine engine, Resources owner, MapsShape shape);

  /** An array for the output, whose memory lies channels-last. */
  INDArray output(LayerWorkspaceMgr workspaces, MapsShape shape) {
    return ChannelsLast.create(
        workspaces,
        ArrayType.ACTIVATIONS,
        shape.n(),
        shape.channels(),
        shape.height(),
        shape.width());
  }

  /** The gradient by the output with its memory channels-last, itself or a copy. */
  INDArray arranged(LayerWorkspaceMgr workspaces, INDArray epsilon) {
    return ChannelsLast.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
  }

  final void attach(Engine engine) {
    passes = new Recent<>(engine);
  }

  final INDArray forward(INDArray maps, boolean training, LayerWorkspaceMgr workspaces) {
    input = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, maps);
    MapsShape shape = MapsShape.of(input);
    MapsPass pass = passes.of(shape, (engine, owner) -> build(engine, owner, shape));
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
    INDArray inputGradient =
        ChannelsLast.create(
            workspaces,
            ArrayType.ACTIVATION_GRAD,
            input.size(0),
            input.size(1),
            input.size(2),
            input.size(3));
    trained.backward(
        Native.address(input),
        Native.address(output),
        Native.address(outputGradient),
        Native.address(inputGradient));
    return inputGradient;
  }

  final void clear() {
    trained = null;
    input = null;
    output = null;
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What pools over windows and over whole maps do alike when a network runs. */
abstract class PoolRunner {
  private Recent<MapsShape, PoolPass> passes;
  private PoolPass trained;
  private INDArray input;
  private INDArray output;

  /** The kernels of one input shape. */
  abstract PoolPass build(Engine engine, Resources owner, MapsShape shape);

  /** An array for the output, whose memory lies channels-last. */
  abstract INDArray output(LayerWorkspaceMgr workspaces, MapsShape shape);

  /** The gradient by the output with its memory channels-last, itself or a copy. */
  abstract INDArray arranged(LayerWorkspaceMgr workspaces, INDArray epsilon);

  final void attach(Engine engine) {
    passes = new Recent<>(engine);
  }

  final INDArray forward(INDArray maps, boolean training, LayerWorkspaceMgr workspaces) {
    input = ChannelsLast.of(workspaces, ArrayType.ACTIVATIONS, maps);
    MapsShape shape = MapsShape.of(input);
    PoolPass pass = passes.of(shape, (engine, owner) -> build(engine, owner, shape));
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
      throw new IllegalStateException("A pool has a gradient after a training pass only");
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

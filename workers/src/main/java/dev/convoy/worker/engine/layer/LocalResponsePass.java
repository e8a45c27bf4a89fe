package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.LocalResponse;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * Local response normalisation of inputs of one shape. Each kernel is built when it is first
 * needed.
 */
final class LocalResponsePass implements FeatureMapsPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape shape;
  private final LocalResponse operation;
  private final Memory input;
  private final Memory output;
  private Kernel scoring;
  private Kernel training;
  private Memory workspace;
  private Memory inputGradient;
  private Memory outputGradient;
  private Kernel backward;

  LocalResponsePass(
      Engine engine, Resources owner, FeatureMapsShape shape, LocalResponse operation) {
    this.engine = engine;
    this.owner = owner;
    this.shape = shape;
    this.operation = operation;
    input = engine.view(owner, operation.layout());
    output = engine.view(owner, operation.layout());
  }

  @Override
  public FeatureMapsShape outputShape() {
    return shape;
  }

  @Override
  public void score(long x, long y) {
    if (scoring == null) {
      scoring =
          operation.scoring(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
    }
    input.setAddress(x);
    output.setAddress(y);
    scoring.run();
  }

  @Override
  public void train(long x, long y) {
    if (training == null) {
      training = operation.training(engine, owner);
      workspace = engine.memory(owner, training.layout(Argument.WORKSPACE));
      training
          .with(Argument.SRC, input)
          .with(Argument.DST, output)
          .with(Argument.WORKSPACE, workspace);
    }
    input.setAddress(x);
    output.setAddress(y);
    training.run();
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    if (backward == null) {
      inputGradient = engine.view(owner, operation.layout());
      outputGradient = engine.view(owner, operation.layout());
      backward =
          operation
              .backward(engine, owner, training)
              .with(Argument.SRC, input)
              .with(Argument.DIFF_DST, outputGradient)
              .with(Argument.WORKSPACE, workspace)
              .with(Argument.DIFF_SRC, inputGradient);
    }
    input.setAddress(x);
    outputGradient.setAddress(dy);
    inputGradient.setAddress(dx);
    backward.run();
  }
}

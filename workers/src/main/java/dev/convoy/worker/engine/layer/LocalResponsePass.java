package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.LocalResponse;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * Local response normalisation of inputs of one shape. Kernels are built when they are first
 * needed.
 */
final class LocalResponsePass implements FeatureMapsPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape shape;
  private final LocalResponse operation;
  private final Memory input;
  private final Memory output;
  private final Lazy<Kernel> scoring = new Lazy<>(this::buildScoring);
  private final Lazy<Training> training = new Lazy<>(Training::new);

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
    input.setAddress(x);
    output.setAddress(y);
    scoring.get().run();
  }

  private Kernel buildScoring() {
    return operation.scoring(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
  }

  @Override
  public void train(long x, long y) {
    input.setAddress(x);
    output.setAddress(y);
    training.get().forward.run();
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    input.setAddress(x);
    training.get().backward(dy, dx);
  }

  private final class Training {
    private final Kernel forward = operation.training(engine, owner);
    private final Memory inputGradient = engine.view(owner, operation.layout());
    private final Memory outputGradient = engine.view(owner, operation.layout());
    private final Kernel backward = operation.backward(engine, owner, forward);

    Training() {
      Memory workspace = engine.memory(owner, forward.layout(Argument.WORKSPACE));
      forward
          .with(Argument.SRC, input)
          .with(Argument.DST, output)
          .with(Argument.WORKSPACE, workspace);
      backward
          .with(Argument.SRC, input)
          .with(Argument.DIFF_DST, outputGradient)
          .with(Argument.WORKSPACE, workspace)
          .with(Argument.DIFF_SRC, inputGradient);
    }

    void backward(long dy, long dx) {
      outputGradient.setAddress(dy);
      inputGradient.setAddress(dx);
      backward.run();
    }
  }
}

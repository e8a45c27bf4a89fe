package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.engine.onednn.Resources;

/** Max or average pooling by oneDNN. Kernels are built when they are first needed. */
final class PoolPass implements FeatureMapsPass {
  private final Engine engine;
  private final Resources owner;
  private final Pooling pooling;
  private final FeatureMapsShape outputShape;
  private final Memory input;
  private final Memory output;
  private final OutputDerivative derivative;
  private final Lazy<Kernel> scoring = new Lazy<>(this::buildScoring);
  private final Lazy<Training> training = new Lazy<>(Training::new);

  /**
   * Creates a pass.
   *
   * @param kind max or average
   */
  PoolPass(
      Engine engine,
      Resources owner,
      FeatureMapsShape inputShape,
      Sliding sliding,
      PoolRule.Kind kind) {
    this(engine, owner, inputShape, sliding, kind, Function.IDENTITY);
  }

  /**
   * Creates a pass that applies the derivative of the preceding activation.
   *
   * @param before the preceding activation whose derivative the gradient is multiplied by, or the
   *     identity; only for max pooling
   */
  PoolPass(
      Engine engine,
      Resources owner,
      FeatureMapsShape inputShape,
      Sliding sliding,
      PoolRule.Kind kind,
      Function before) {
    this.engine = engine;
    this.owner = owner;
    this.outputShape = sliding.over(inputShape, inputShape.channels());
    this.derivative = new OutputDerivative(engine, owner, before, outputShape.layout());
    this.pooling = sliding.pooling(inputShape, kind);
    input = engine.view(owner, inputShape.layout());
    output = engine.view(owner, outputShape.layout());
  }

  @Override
  public FeatureMapsShape outputShape() {
    return outputShape;
  }

  @Override
  public void score(long x, long y) {
    input.setAddress(x);
    output.setAddress(y);
    scoring.get().run();
  }

  private Kernel buildScoring() {
    return pooling.scoring(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
  }

  @Override
  public void train(long x, long y) {
    input.setAddress(x);
    output.setAddress(y);
    training.get().forward.run();
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    training.get().backward(derivative.times(y, dy), dx);
  }

  private final class Training {
    private final Kernel forward =
        pooling.training(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
    private final Memory inputGradient = engine.view(owner, input.layout());
    private final Memory outputGradient = engine.view(owner, output.layout());
    private final Kernel backward =
        pooling
            .backward(engine, owner, forward)
            .with(Argument.DIFF_DST, outputGradient)
            .with(Argument.DIFF_SRC, inputGradient);

    Training() {
      if (pooling.max()) {
        Memory places = engine.memory(owner, forward.layout(Argument.WORKSPACE));
        forward.with(Argument.WORKSPACE, places);
        backward.with(Argument.WORKSPACE, places);
      }
    }

    void backward(long dy, long dx) {
      outputGradient.setAddress(dy);
      inputGradient.setAddress(dx);
      backward.run();
    }
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.engine.onednn.Resources;

/** Max or average pooling by oneDNN. Each kernel is built when it is first needed. */
final class PoolPass implements FeatureMapsPass {
  private final Engine engine;
  private final Resources owner;
  private final Pooling pooling;
  private final FeatureMapsShape outputShape;
  private final Memory input;
  private final Memory output;
  private final OutputDerivative derivative;
  private Kernel scoring;
  private Kernel training;
  private Memory workspace;
  private Memory inputGradient;
  private Memory outputGradient;
  private Kernel backward;

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
    this.pooling =
        new Pooling(
            switch (kind) {
              case MAX -> true;
              case AVERAGE -> false;
              case LP -> throw new IllegalArgumentException("oneDNN has no pool by norms");
            },
            inputShape.layout(),
            outputShape.layout(),
            sliding.kernel(),
            sliding.strides(),
            sliding.before(inputShape),
            sliding.after(inputShape));
    input = engine.view(owner, inputShape.layout());
    output = engine.view(owner, outputShape.layout());
  }

  @Override
  public FeatureMapsShape outputShape() {
    return outputShape;
  }

  @Override
  public void score(long x, long y) {
    if (scoring == null) {
      scoring = pooling.scoring(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
    }
    input.setAddress(x);
    output.setAddress(y);
    scoring.run();
  }

  @Override
  public void train(long x, long y) {
    if (training == null) {
      training =
          pooling.training(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
      if (pooling.max()) {
        workspace = engine.memory(owner, training.layout(Argument.WORKSPACE));
        training.with(Argument.WORKSPACE, workspace);
      }
    }
    input.setAddress(x);
    output.setAddress(y);
    training.run();
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    if (training == null) {
      throw new IllegalStateException("No training pass went before the gradient of " + pooling);
    }
    if (backward == null) {
      buildBackward();
    }
    outputGradient.setAddress(derivative.times(y, dy));
    inputGradient.setAddress(dx);
    backward.run();
  }

  private void buildBackward() {
    inputGradient = engine.view(owner, input.layout());
    outputGradient = engine.view(owner, output.layout());
    backward =
        pooling
            .backward(engine, owner, training)
            .with(Argument.DIFF_DST, outputGradient)
            .with(Argument.DIFF_SRC, inputGradient);
    if (pooling.max()) {
      backward.with(Argument.WORKSPACE, workspace);
    }
  }
}

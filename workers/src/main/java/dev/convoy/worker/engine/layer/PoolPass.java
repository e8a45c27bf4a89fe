package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.engine.onednn.Resources;

/** The largest values or the means of windows, by oneDNN. A kernel is built when it first runs. */
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
  private Memory places;
  private Memory inputGradient;
  private Memory outputGradient;
  private Kernel backward;

  /**
   * A pool.
   *
   * @param kind other than a norm
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
   * The same.
   *
   * @param before the function by whose derivative the gradient is multiplied on its way, or the
   *     identity; of largest values only
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
    input = engine.window(owner, inputShape.layout());
    output = engine.window(owner, outputShape.layout());
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
    input.at(x);
    output.at(y);
    scoring.run();
  }

  @Override
  public void train(long x, long y) {
    if (training == null) {
      training =
          pooling.training(engine, owner).with(Argument.SRC, input).with(Argument.DST, output);
      if (pooling.largest()) {
        places = engine.memory(owner, training.layout(Argument.WORKSPACE));
        training.with(Argument.WORKSPACE, places);
      }
    }
    input.at(x);
    output.at(y);
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
    outputGradient.at(derivative.times(y, dy));
    inputGradient.at(dx);
    backward.run();
  }

  private void buildBackward() {
    inputGradient = engine.window(owner, input.layout());
    outputGradient = engine.window(owner, output.layout());
    backward =
        pooling
            .backward(engine, owner, training)
            .with(Argument.DIFF_DST, outputGradient)
            .with(Argument.DIFF_SRC, inputGradient);
    if (pooling.largest()) {
      backward.with(Argument.WORKSPACE, places);
    }
  }
}

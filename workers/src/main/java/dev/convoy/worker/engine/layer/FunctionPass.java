package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * An element-wise function of tensors of one shape. The kernel of its derivative is built when it
 * is first needed.
 */
final class FunctionPass implements FeatureMapsPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape shape;
  private final Function function;
  private final Memory input;
  private final Memory output;
  private final Kernel forward;
  private final Memory outputGradient;
  private final Memory inputGradient;
  private final Lazy<Kernel> derivative = new Lazy<>(this::buildDerivative);

  FunctionPass(Engine engine, Resources owner, FeatureMapsShape shape, Function function) {
    this.engine = engine;
    this.owner = owner;
    this.shape = shape;
    this.function = function;
    Layout layout = shape.layout();
    input = engine.view(owner, layout);
    output = engine.view(owner, layout);
    outputGradient = engine.view(owner, layout);
    inputGradient = engine.view(owner, layout);
    forward =
        function
            .forward(engine, owner, layout)
            .with(Argument.SRC, input)
            .with(Argument.DST, output);
  }

  @Override
  public FeatureMapsShape outputShape() {
    return shape;
  }

  @Override
  public void score(long x, long y) {
    input.setAddress(x);
    output.setAddress(y);
    forward.run();
  }

  @Override
  public void train(long x, long y) {
    score(x, y);
  }

  /**
   * {@inheritDoc} It reads only {@code y} if the derivative can be computed from it, else only
   * {@code x}.
   */
  @Override
  public void backward(long x, long y, long dy, long dx) {
    if (function.isDerivedFromOutput()) {
      output.setAddress(y);
    } else {
      input.setAddress(x);
    }
    outputGradient.setAddress(dy);
    inputGradient.setAddress(dx);
    derivative.get().run();
  }

  private Kernel buildDerivative() {
    return function
        .backward(engine, owner, input.layout())
        .with(function.derivativeArgument(), function.isDerivedFromOutput() ? output : input)
        .with(Argument.DIFF_DST, outputGradient)
        .with(Argument.DIFF_SRC, inputGradient);
  }
}

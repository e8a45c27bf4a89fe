package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Addition;
import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/** The sum of two inputs of one shape, with an activation function. */
final class SumPass {
  private final Memory first;
  private final Memory second;
  private final Memory output;
  private final Kernel add;
  private final Function function;
  private final FunctionPass apply;
  private final Memory sum;

  SumPass(Engine engine, Resources owner, FeatureMapsShape shape, Function function) {
    this.function = function;
    Layout layout = shape.layout();
    boolean fused = function.isDerivedFromOutput();
    first = engine.view(owner, layout);
    second = engine.view(owner, layout);
    output = engine.view(owner, layout);
    sum = fused ? output : engine.memory(owner, layout);
    apply = new FunctionPass(engine, owner, shape, function);
    add =
        new Addition(layout)
            .forward(engine, owner, fused ? function : Function.IDENTITY)
            .with(Argument.SRC, first)
            .with(Argument.SRC_1, second)
            .with(Argument.DST, sum);
  }

  /** Computes {@code y = f(a + b)}. Arguments are native addresses. */
  void forward(long a, long b, long y) {
    first.setAddress(a);
    second.setAddress(b);
    output.setAddress(y);
    add.run();
    if (sum != output) {
      apply.score(sum.address(), y);
    }
  }

  /**
   * Computes {@code dx = dy·f′}, the gradient of the last forward pass with respect to either
   * input. Arguments are native addresses.
   */
  void backward(long y, long dy, long dx) {
    apply.backward(function.isDerivedFromOutput() ? 0 : sum.address(), y, dy, dx);
  }
}

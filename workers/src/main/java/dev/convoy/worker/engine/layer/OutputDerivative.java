package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/** The derivative of a function at values {@code f(x)} that it has put out, by oneDNN. */
final class OutputDerivative {
  private final Engine engine;
  private final Resources owner;
  private final Function function;
  private final Layout layout;
  private Memory values;
  private Memory gradient;
  private Memory product;
  private Kernel kernel;

  /**
   * A derivative. Its kernel is built when it first runs.
   *
   * @param layout of the values and of the gradient
   */
  OutputDerivative(Engine engine, Resources owner, Function function, Layout layout) {
    this.engine = engine;
    this.owner = owner;
    this.function = function;
    this.layout = layout;
  }

  /**
   * The address of {@code gradient · f′}: that of the gradient itself where the function is the
   * identity, else {@link Engine#temporary}.
   */
  long times(long valuesAddress, long gradientAddress) {
    if (function == Function.IDENTITY) {
      return gradientAddress;
    }
    if (kernel == null) {
      values = engine.window(owner, layout);
      gradient = engine.window(owner, layout);
      product = engine.window(owner, layout);
      kernel =
          function
              .backward(engine, owner, layout)
              .with(function.derivedAt(), values)
              .with(Argument.DIFF_DST, gradient)
              .with(Argument.DIFF_SRC, product);
    }
    values.at(valuesAddress);
    gradient.at(gradientAddress);
    product.at(engine.temporary(layout.bytes()));
    kernel.run();
    return product.address();
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * Multiplies a gradient by the derivative of a function, computed by oneDNN from the outputs {@code
 * f(x)}.
 */
final class OutputDerivative {
  private final Engine engine;
  private final Resources owner;
  private final Function function;
  private final Layout layout;
  private final Lazy<Product> product = new Lazy<>(Product::new);

  /**
   * Creates a derivative. Its kernel is built when it first runs.
   *
   * @param layout layout of the values and of the gradient
   */
  OutputDerivative(Engine engine, Resources owner, Function function, Layout layout) {
    this.engine = engine;
    this.owner = owner;
    this.function = function;
    this.layout = layout;
  }

  /**
   * Computes {@code gradient · f′} and returns its address: that of the gradient itself for the
   * identity, else one in {@link Engine#temporary}.
   */
  long times(long values, long gradient) {
    return function == Function.IDENTITY ? gradient : product.get().times(values, gradient);
  }

  private final class Product {
    private final Memory values = engine.view(owner, layout);
    private final Memory gradient = engine.view(owner, layout);
    private final Memory result = engine.view(owner, layout);
    private final Kernel kernel =
        function
            .backward(engine, owner, layout)
            .with(function.derivativeArgument(), values)
            .with(Argument.DIFF_DST, gradient)
            .with(Argument.DIFF_SRC, result);

    long times(long valuesAddress, long gradientAddress) {
      values.setAddress(valuesAddress);
      gradient.setAddress(gradientAddress);
      result.setAddress(engine.temporary(layout.bytes()));
      kernel.run();
      return result.address();
    }
  }
}

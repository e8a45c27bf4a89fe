package dev.convoy.benchmarks.ceiling;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.InnerProduct;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/** The rate of a product of large square float matrices by oneDNN, on the calling thread. */
final class MatrixProduct {
  private static final int EXTENT = 1_536;
  private static final double SECONDS = 2;
  private static final double NANOS = 1e9;

  private MatrixProduct() {}

  /** Returns the rate in 10⁹ multiply-adds a second. */
  static double gigaflops() {
    try (Engine engine = new Engine()) {
      Resources owner = engine.resources();
      Layout any = Layout.any(EXTENT, EXTENT);
      Kernel kernel =
          new InnerProduct(any, any, any, false).forward(engine, owner, Function.IDENTITY);
      for (Argument argument : new Argument[] {Argument.SRC, Argument.WEIGHTS, Argument.DST}) {
        Memory memory = engine.memory(owner, kernel.layout(argument));
        Zeros.fill(memory.address(), memory.layout().bytes());
        kernel.with(argument, memory);
      }
      kernel.run();
      long products = 0;
      long start = System.nanoTime();
      long now = start;
      while (now - start < SECONDS * NANOS) {
        kernel.run();
        products++;
        now = System.nanoTime();
      }
      return 2.0 * EXTENT * EXTENT * EXTENT * products / (now - start);
    }
  }
}

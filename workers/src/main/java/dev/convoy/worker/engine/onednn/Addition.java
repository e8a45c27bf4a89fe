package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The element-wise sum {@code DST = f(SRC + SRC_1)}.
 *
 * @param layout layout of all three tensors
 */
public record Addition(Layout layout) {
  /**
   * Builds the kernel that computes {@code DST} from {@code SRC} and {@code SRC_1}.
   *
   * @param fused the function {@code f}
   */
  public Kernel forward(Engine engine, Resources owner, Function fused) {
    try (dnnl_binary_desc_t operation = new dnnl_binary_desc_t()) {
      Status.check(
          dnnl.dnnl_binary_desc_init(
              operation,
              dnnl.dnnl_binary_add,
              layout.descriptor(),
              layout.descriptor(),
              layout.descriptor()),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, fused.asPostOp(), null);
    }
  }

  @Override
  public String toString() {
    return "a sum of " + Arrays.toString(layout.shape());
  }
}

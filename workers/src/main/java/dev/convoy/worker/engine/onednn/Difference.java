package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * The element-wise difference {@code DST = SRC − SRC_1}.
 *
 * @param layout layout of {@code SRC} and {@code DST}
 * @param subtrahend layout of {@code SRC_1}, which is broadcast along its axes of extent 1
 */
public record Difference(Layout layout, Layout subtrahend) {
  /** Builds the kernel that computes {@code DST}. */
  public Kernel forward(Engine engine, Resources owner) {
    try (dnnl_binary_desc_t operation = new dnnl_binary_desc_t()) {
      Status.check(
          dnnl.dnnl_binary_desc_init(
              operation,
              dnnl.dnnl_binary_sub,
              layout.descriptor(),
              subtrahend.descriptor(),
              layout.descriptor()),
          "describe " + this);
      return Kernel.build(engine, owner, toString(), operation, new Attributes(), null);
    }
  }

  @Override
  public String toString() {
    return "a difference of " + Arrays.toString(layout.shape());
  }
}

package dev.convoy.worker.engine.onednn;

import java.util.Arrays;
import org.bytedeco.dnnl.dnnl_binary_desc_t;
import org.bytedeco.dnnl.global.dnnl;

/**
 * {@code DST = SRC − SRC_1}.
 *
 * @param layout of {@code SRC} and {@code DST}
 * @param taken layout of {@code SRC_1}, which is repeated along its axes of extent 1
 */
public record Difference(Layout layout, Layout taken) {
  /** {@code DST} from {@code SRC} and {@code SRC_1}. */
  public Kernel forward(Engine engine, Resources owner) {
    try (dnnl_binary_desc_t operation = new dnnl_binary_desc_t()) {
      Status.check(
          dnnl.dnnl_binary_desc_init(
              operation,
              dnnl.dnnl_binary_sub,
              layout.descriptor(),
              taken.descriptor(),
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

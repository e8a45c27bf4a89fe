package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.dnnl.global.dnnl;

/** Copies a tensor from one layout to another, possibly with a factor of its values. */
public final class Reorder {
  private final Kernel kernel;

  /**
   * Creates a copy.
   *
   * @param factors none, one for all values, or one for each index of the axes of the mask
   */
  Reorder(Engine engine, Resources owner, Memory from, Memory to, float[] factors, int mask) {
    dnnl_primitive_desc description = new dnnl_primitive_desc();
    try (Attributes attributes = new Attributes()) {
      if (factors.length > 0) {
        attributes.scale(factors, mask);
      }
      Status.check(
          dnnl.dnnl_reorder_primitive_desc_create(
              description,
              from.layout().descriptor(),
              engine.handle(),
              to.layout().descriptor(),
              engine.handle(),
              attributes.handle()),
          "describe a reorder");
    }
    kernel =
        new Kernel(engine, owner, "a reorder", description)
            .with(dnnl.DNNL_ARG_FROM, from)
            .with(dnnl.DNNL_ARG_TO, to);
  }

  /** Copies the tensor. */
  public void run() {
    kernel.run();
  }
}

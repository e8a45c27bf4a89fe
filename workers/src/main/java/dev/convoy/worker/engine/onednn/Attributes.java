package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/** The attributes of a oneDNN primitive: its scratchpad mode and its post-operations. */
final class Attributes implements AutoCloseable {
  private final dnnl_primitive_attr handle = new dnnl_primitive_attr();
  private final dnnl_post_ops postOps = new dnnl_post_ops();

  /** Creates attributes without post-operations. The engine provides the scratch memory. */
  Attributes() {
    Status.check(dnnl.dnnl_primitive_attr_create(handle), "make attributes");
    Status.check(
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl.dnnl_scratchpad_mode_user),
        "set the scratchpad");
    Status.check(dnnl.dnnl_post_ops_create(postOps), "make post-operations");
  }

  /** Appends {@code factor} times an element-wise function; see {@code dnnl_eltwise_*}. */
  Attributes appendFunction(int algorithm, float alpha, float beta, float factor) {
    Status.check(
        dnnl.dnnl_post_ops_append_eltwise(postOps, factor, algorithm, alpha, beta),
        "fuse a function");
    return this;
  }

  /** Appends {@code factor} times the previous values of the destination, of the given type. */
  Attributes addPrevious(float factor, ValueType type) {
    Status.check(dnnl.dnnl_post_ops_append_sum_v2(postOps, factor, type.number()), "fuse a sum");
    return this;
  }

  /**
   * Sets factors of the results, before post-operations.
   *
   * @param factors one for all, or one for each index of the axes of the mask
   * @param mask the axes of the output along which factors differ, as bits
   */
  Attributes scale(float[] factors, int mask) {
    Status.check(
        dnnl.dnnl_primitive_attr_set_output_scales(handle, factors.length, mask, factors),
        "set the factors of an output");
    return this;
  }

  dnnl_primitive_attr handle() {
    Status.check(dnnl.dnnl_primitive_attr_set_post_ops(handle, postOps), "set the post-operations");
    return handle;
  }

  @Override
  public void close() {
    dnnl.dnnl_post_ops_destroy(postOps);
    dnnl.dnnl_primitive_attr_destroy(handle);
  }
}

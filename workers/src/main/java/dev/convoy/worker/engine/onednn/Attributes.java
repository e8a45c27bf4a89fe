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

  /** Appends an element-wise function; see {@code dnnl_eltwise_*}. */
  Attributes appendFunction(int algorithm, float alpha, float beta) {
    Status.check(
        dnnl.dnnl_post_ops_append_eltwise(postOps, 1, algorithm, alpha, beta), "fuse a function");
    return this;
  }

  /** Appends the sum with the previous values of the destination. */
  Attributes addToDestination() {
    Status.check(dnnl.dnnl_post_ops_append_sum(postOps, 1), "fuse a sum");
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

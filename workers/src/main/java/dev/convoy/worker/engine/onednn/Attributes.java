package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.dnnl_post_ops;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.global.dnnl;

/** What a kernel does beside its operation. */
final class Attributes implements AutoCloseable {
  private final dnnl_primitive_attr handle = new dnnl_primitive_attr();
  private final dnnl_post_ops after = new dnnl_post_ops();

  /** Nothing; its scratch memory is the engine's. */
  Attributes() {
    Status.check(dnnl.dnnl_primitive_attr_create(handle), "make attributes");
    Status.check(
        dnnl.dnnl_primitive_attr_set_scratchpad_mode(handle, dnnl.dnnl_scratchpad_mode_user),
        "set the scratchpad");
    Status.check(dnnl.dnnl_post_ops_create(after), "make post-operations");
  }

  /** Afterwards applies a function to every value; see {@code dnnl_eltwise_*}. */
  Attributes then(int algorithm, float alpha, float beta) {
    Status.check(
        dnnl.dnnl_post_ops_append_eltwise(after, 1, algorithm, alpha, beta), "fuse a function");
    return this;
  }

  /** Adds to what the destination held before. */
  Attributes addToDestination() {
    Status.check(dnnl.dnnl_post_ops_append_sum(after, 1), "fuse a sum");
    return this;
  }

  dnnl_primitive_attr handle() {
    Status.check(dnnl.dnnl_primitive_attr_set_post_ops(handle, after), "set the post-operations");
    return handle;
  }

  @Override
  public void close() {
    dnnl.dnnl_post_ops_destroy(after);
    dnnl.dnnl_primitive_attr_destroy(handle);
  }
}

package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** The role of a tensor in a kernel. */
public enum Argument {
  /** The input of a forward kernel. */
  SRC(dnnl.DNNL_ARG_SRC),
  /** The second input of a kernel with two. */
  SRC_1(dnnl.DNNL_ARG_SRC_1),
  /** The output of a forward kernel. */
  DST(dnnl.DNNL_ARG_DST),
  WEIGHTS(dnnl.DNNL_ARG_WEIGHTS),
  BIAS(dnnl.DNNL_ARG_BIAS),
  MEAN(dnnl.DNNL_ARG_MEAN),
  VARIANCE(dnnl.DNNL_ARG_VARIANCE),
  SCALE(dnnl.DNNL_ARG_SCALE),
  SHIFT(dnnl.DNNL_ARG_SHIFT),
  /** Data that a forward kernel saves for its backward kernel. */
  WORKSPACE(dnnl.DNNL_ARG_WORKSPACE),
  /** The gradient with respect to {@code SRC}. */
  DIFF_SRC(dnnl.DNNL_ARG_DIFF_SRC),
  /** The gradient with respect to {@code DST}. */
  DIFF_DST(dnnl.DNNL_ARG_DIFF_DST),
  DIFF_WEIGHTS(dnnl.DNNL_ARG_DIFF_WEIGHTS),
  DIFF_BIAS(dnnl.DNNL_ARG_DIFF_BIAS),
  DIFF_SCALE(dnnl.DNNL_ARG_DIFF_SCALE),
  DIFF_SHIFT(dnnl.DNNL_ARG_DIFF_SHIFT);

  private final int key;

  Argument(int key) {
    this.key = key;
  }

  /** oneDNN's number of the argument. */
  int key() {
    return key;
  }

  /** oneDNN's query for the layout that a kernel requires for the argument. */
  int query() {
    return switch (this) {
      case SRC -> dnnl.dnnl_query_src_md;
      case DST -> dnnl.dnnl_query_dst_md;
      case WEIGHTS -> dnnl.dnnl_query_weights_md;
      case DIFF_SRC -> dnnl.dnnl_query_diff_src_md;
      case DIFF_DST -> dnnl.dnnl_query_diff_dst_md;
      case DIFF_WEIGHTS -> dnnl.dnnl_query_diff_weights_md;
      case WORKSPACE -> dnnl.dnnl_query_workspace_md;
      default -> throw new IllegalArgumentException("No layout is asked for " + this);
    };
  }
}

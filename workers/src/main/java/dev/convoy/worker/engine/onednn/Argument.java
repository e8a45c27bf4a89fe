package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** The part that a memory has in a kernel. */
public enum Argument {
  /** What a forward kernel takes. */
  SRC(dnnl.DNNL_ARG_SRC),
  /** The second of two. */
  SRC_1(dnnl.DNNL_ARG_SRC_1),
  /** What a forward kernel puts out. */
  DST(dnnl.DNNL_ARG_DST),
  WEIGHTS(dnnl.DNNL_ARG_WEIGHTS),
  BIAS(dnnl.DNNL_ARG_BIAS),
  MEAN(dnnl.DNNL_ARG_MEAN),
  VARIANCE(dnnl.DNNL_ARG_VARIANCE),
  SCALE(dnnl.DNNL_ARG_SCALE),
  SHIFT(dnnl.DNNL_ARG_SHIFT),
  /** What a forward kernel leaves for its backward kernel. */
  WORKSPACE(dnnl.DNNL_ARG_WORKSPACE),
  /** The gradient by {@code SRC}. */
  DIFF_SRC(dnnl.DNNL_ARG_DIFF_SRC),
  /** The gradient by {@code DST}. */
  DIFF_DST(dnnl.DNNL_ARG_DIFF_DST),
  DIFF_WEIGHTS(dnnl.DNNL_ARG_DIFF_WEIGHTS),
  DIFF_BIAS(dnnl.DNNL_ARG_DIFF_BIAS),
  DIFF_SCALE(dnnl.DNNL_ARG_DIFF_SCALE),
  DIFF_SHIFT(dnnl.DNNL_ARG_DIFF_SHIFT);

  private final int key;

  Argument(int key) {
    this.key = key;
  }

  /** oneDNN's number of it. */
  int key() {
    return key;
  }

  /** The query for the layout that a kernel wants of it. */
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

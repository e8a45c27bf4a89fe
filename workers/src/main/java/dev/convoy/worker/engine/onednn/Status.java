package dev.convoy.worker.engine.onednn;

import org.bytedeco.dnnl.global.dnnl;

/** The status codes of oneDNN's functions. */
final class Status {
  private Status() {}

  /**
   * Checks that a call succeeded.
   *
   * @param verb the attempted action for the message, such as {@code run a convolution}
   */
  static void check(int status, String verb) {
    if (status == dnnl.dnnl_success) {
      return;
    }
    if (status == dnnl.dnnl_out_of_memory) {
      throw new OutOfMemoryError("oneDNN cannot " + verb + ": native memory has run out");
    }
    throw new OneDnnException("oneDNN cannot " + verb + ": " + name(status));
  }

  private static String name(int status) {
    if (status == dnnl.dnnl_invalid_arguments) {
      return "its arguments are invalid";
    }
    return status == dnnl.dnnl_unimplemented ? "it is not implemented" : "status " + status;
  }
}

package dev.convoy.worker.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** What a model is written as. */
public enum ExportFormat {
  /** Open Neural Network Exchange, for onnxruntime and many others. */
  ONNX(0, OnnxModel.MARK),
  /** A zip for DL4J's {@code ModelSerializer.restoreComputationGraph}. */
  DL4J(Dl4jZip.MARK_OFFSET, Dl4jZip.DESCRIPTION);

  /** As many bytes of a file as {@link #wrote} needs. */
  static final int HEAD_BYTES = 64;

  private final int offset;
  private final byte[] mark;

  ExportFormat(int offset, String mark) {
    this.offset = offset;
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a file that begins so was exported by Convoy in this format. */
  boolean wrote(byte[] head) {
    int end = offset + mark.length;
    return head.length >= end && Arrays.equals(head, offset, end, mark, 0, mark.length);
  }

  /** The word of the command line: {@code onnx}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.convoy.worker.export;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/** The file format of an export. */
public enum ExportFormat {
  /** Open Neural Network Exchange, for onnxruntime and many others. */
  ONNX(0, OnnxModel.MARK),
  /** A zip for DL4J's {@code ModelSerializer.restoreComputationGraph}. */
  DL4J(Dl4jZip.MARK_OFFSET, Dl4jZip.DESCRIPTION);

  /** Number of leading bytes of a file that {@link #matches} needs. */
  static final int HEAD_BYTES = 64;

  private final int offset;
  private final byte[] mark;

  ExportFormat(int offset, String mark) {
    this.offset = offset;
    this.mark = mark.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether a file with that head was exported by Convoy in this format. */
  boolean matches(byte[] head) {
    int end = offset + mark.length;
    return head.length >= end && Arrays.equals(head, offset, end, mark, 0, mark.length);
  }

  /** Returns the word on the command line: {@code onnx}. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.convoy.worker.engine.onednn;

/** A number of rows and a number of columns. */
public record Span(long rows, long columns) {
  long[] values() {
    return new long[] {rows, columns};
  }
}

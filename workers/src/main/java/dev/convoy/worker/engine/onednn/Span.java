package dev.convoy.worker.engine.onednn;

/** A number of rows and a number of columns. */
public record Span(long rows, long columns) {
  /** Creates a span with equal numbers of rows and columns. */
  static Span of(long both) {
    return new Span(both, both);
  }

  Span minus(Span other) {
    return new Span(rows - other.rows, columns - other.columns);
  }

  boolean isNegative() {
    return rows < 0 || columns < 0;
  }

  long[] values() {
    return new long[] {rows, columns};
  }
}

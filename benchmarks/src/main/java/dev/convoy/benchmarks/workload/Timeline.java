package dev.convoy.benchmarks.workload;

import dev.convoy.data.Checks;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Progress over time of one process or thread.
 *
 * @param marks at least two, in order
 */
public record Timeline(List<Mark> marks) {
  private static final double MICROS = 1e6;

  /**
   * Progress at one time.
   *
   * @param micros microseconds since 1970
   * @param examples examples finished until then
   */
  public record Mark(long micros, long examples) {}

  public Timeline {
    marks = List.copyOf(marks);
    Checks.atLeast(2, marks.size(), "marks");
    for (int i = 1; i < marks.size(); i++) {
      Checks.that(marks.get(i).micros >= marks.get(i - 1).micros, "marks", "they are not in order");
    }
  }

  private long start() {
    return marks.get(0).micros;
  }

  private long end() {
    return marks.get(marks.size() - 1).micros;
  }

  /** Returns the examples finished until then, linearly interpolated between two marks. */
  private double examplesAt(double micros) {
    int next = 1;
    while (next < marks.size() - 1 && marks.get(next).micros < micros) {
      next++;
    }
    Mark from = marks.get(next - 1);
    Mark to = marks.get(next);
    if (to.micros == from.micros) {
      return to.examples;
    }
    double share = (micros - from.micros) / (to.micros - from.micros);
    return from.examples + share * (to.examples - from.examples);
  }

  /**
   * Returns the examples a second of all timelines together, over the time that they have in
   * common.
   *
   * @throws IllegalArgumentException if they have no time in common
   */
  public static double examplesPerSecond(List<Timeline> timelines) {
    long from = timelines.stream().mapToLong(Timeline::start).max().orElseThrow();
    long to = timelines.stream().mapToLong(Timeline::end).min().orElseThrow();
    Checks.that(from < to, "timelines", "they do not overlap");
    double examples =
        timelines.stream().mapToDouble(line -> line.examplesAt(to) - line.examplesAt(from)).sum();
    return examples / ((to - from) / MICROS);
  }

  /** Records a timeline during the work. */
  public static final class Recorder {
    private final List<Mark> marks = new ArrayList<>();
    private final long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    private final long startNanos = System.nanoTime();
    private long examples;

    /** Starts the timeline. */
    public Recorder() {
      marks.add(new Mark(startMicros, 0));
    }

    /** Records further finished examples. */
    public void done(long more) {
      examples += more;
      marks.add(new Mark(startMicros + (System.nanoTime() - startNanos) / 1_000, examples));
    }

    /** True if that much time has passed and some examples are finished. */
    public boolean isOver(double seconds) {
      return marks.size() > 1 && (System.nanoTime() - startNanos) / 1e9 >= seconds;
    }

    public Timeline timeline() {
      return new Timeline(marks);
    }
  }
}

package dev.convoy.driver.scaling;

import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.report.TextTable;
import dev.convoy.driver.scaling.ScalingPlan.Chosen;
import dev.convoy.driver.scaling.ScalingPlan.Projection;
import java.util.List;
import java.util.Locale;

/**
 * The projection of a run.
 *
 * @param plan the run
 * @param imagesPerSecond of one replica
 * @param projections with several periods, the shorter first; that of the plan is among them
 * @param enough the shortest period with which {@link ScalingPlan#ENOUGH} of a round is computing;
 *     null if a round of a whole epoch is too short for that
 * @param memory that the processes need
 */
public record ScalingReport(
    ScalingPlan plan,
    double imagesPerSecond,
    List<Projection> projections,
    Integer enough,
    MemoryNeed memory) {
  private static final double MILLIS = 1000;
  private static final long MIB = 1 << 20;

  public ScalingReport {
    projections = List.copyOf(projections);
  }

  /** The projection with the period of the plan. */
  public Projection planned() {
    return projections.stream()
        .filter(one -> one.averageEvery() == plan.planned())
        .findFirst()
        .orElseThrow();
  }

  /** Returns the report as text. */
  public String toText() {
    TextTable table =
        new TextTable(
            "average every",
            "round",
            "computing",
            "waiting",
            "exchange",
            "images/s",
            "efficiency",
            "run",
            "sent in a round",
            "in the run");
    for (int column = 1; column < 10; column++) {
      table.alignRight(column);
    }
    for (Projection one : projections) {
      RoundModel.Parts round = one.round();
      table.row(
          Numbers.count(one.averageEvery(), "step"),
          millis(round.total()),
          millis(round.computing()),
          millis(round.starting() + round.waiting()),
          millis(round.exchange()),
          Numbers.rate(one.imagesPerSecond()),
          Numbers.percent(one.efficiency()),
          Numbers.duration(one.seconds()),
          Numbers.bytes(one.roundBytes()),
          Numbers.bytes(one.runBytes()));
    }
    return String.join(
        System.lineSeparator(),
        header(),
        "",
        table.toString().stripTrailing(),
        "",
        period(),
        limit(),
        memoryText());
  }

  private String header() {
    return String.format(
        Locale.ROOT,
        "%s (%s parameters, %s sent by a replica in a round) on %s of %s, %s: %s of one core with one"
            + " replica, batch %d, %.0f images/s each%s.",
        plan.network().name(),
        Numbers.count(plan.network().parameters()),
        Numbers.bytes(plan.exchange().bytesOfReplica()),
        Numbers.count(plan.examples(), "example"),
        plan.network().input(),
        Numbers.count(plan.epochs(), "epoch"),
        Numbers.count(plan.workers(), "worker"),
        plan.batch(),
        imagesPerSecond,
        plan.overlap() == 0
            ? ""
            : ", up to "
                + Numbers.count(plan.overlap(), "round")
                + " in a row averaged beside the next round's steps");
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%,.1f ms", seconds * MILLIS);
  }

  /** Says which period the run has, and whether another is advised. */
  private String period() {
    Projection planned = planned();
    String now =
        String.format(
            Locale.ROOT,
            "Period: every %s%s; %s of a round is computing.",
            planned.averageEvery() == 1 ? "step" : Numbers.count(planned.averageEvery(), "step"),
            plan.chosen() == Chosen.DEFAULT ? " (the default of train for so many replicas)" : "",
            Numbers.percent(planned.round().computingShare()));
    if (planned.round().computingShare() >= ScalingPlan.ENOUGH) {
      return now;
    }
    String wanted = Numbers.percent(ScalingPlan.ENOUGH);
    return enough == null
        ? now
            + " Not even one round an epoch reaches "
            + wanted
            + (plan.exchange().bytesOfReplica() < plan.exchange().parameters() * (long) Float.BYTES
                ? ": use fewer workers or a larger --batch."
                : ": use fewer workers, a larger --batch, or --sent int8 --optimizer-state reset.")
        : now
            + " --average-every "
            + enough
            + " is the shortest period with "
            + wanted
            + "; longer rounds cost accuracy (docs/averaging.md).";
  }

  /** Says what the exchange takes its time for. */
  private String limit() {
    if (plan.workers() == 1) {
      return "Exchange: one worker exchanges nothing.";
    }
    RoundModel.Parts round = planned().round();
    Exchange exchange = plan.exchange();
    String parts =
        String.format(
            Locale.ROOT,
            "Exchange: %s of the driver, %s to copy and encode, then the longer of %s on the link and"
                + " %s of work.",
            millis(round.fixed()),
            millis(round.preparing()),
            millis(round.link()),
            millis(round.work()));
    if (exchange.chunks() >= exchange.executors()) {
      return parts;
    }
    double ideal = 2.0 * (exchange.executors() - 1) / exchange.executors();
    return parts
        + String.format(
            Locale.ROOT,
            " The vectors have only %s, so the busiest worker sends or receives %s in a round, %.1f"
                + " times as much as with equal parts.",
            Numbers.count(exchange.chunks(), "chunk"),
            Numbers.bytes(exchange.busiest().busierDirection()),
            exchange.busiest().busierDirection() / (ideal * exchange.bytesOfReplica()));
  }

  private String memoryText() {
    return String.format(
        Locale.ROOT,
        "Memory: spark.executor.memory=%dm, spark.executor.memoryOverhead=%dm,"
            + " CONVOY_DRIVER_MEMORY=%dm.",
        memory.executorHeap() / MIB,
        memory.executorOverhead() / MIB,
        memory.driverHeap() / MIB);
  }
}

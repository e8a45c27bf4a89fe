package dev.convoy.benchmarks;

import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.report.TextTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * How the contenders did.
 *
 * @param machine that they ran on
 * @param network that they trained
 * @param replicas of each, one core and one native thread for every replica
 * @param batch examples of a minibatch on each replica
 * @param averageEvery local steps between two averagings
 * @param repetitions of each
 * @param standings in the order of the plan
 */
record BenchmarkReport(
    Machine machine,
    String network,
    int replicas,
    int batch,
    int averageEvery,
    int repetitions,
    List<Standing> standings) {

  /**
   * How one contender did.
   *
   * @param images of its dataset
   * @param epochs measured in each run
   * @param imagesPerSecond over its runs
   * @param usedImagesPerSecond likewise, counting only examples that local steps were made with
   * @param usedShare of the examples, that local steps were made with; mean over its runs
   * @param ratioToStock of medians, to the best form of stock dl4j-spark; absent where none ran
   * @param runs one after the other
   */
  record Standing(
      String contender,
      String description,
      int images,
      int epochs,
      Spread imagesPerSecond,
      Spread usedImagesPerSecond,
      double usedShare,
      Double ratioToStock,
      List<Measurement> runs) {}

  /** The middle of some values, and their ends. */
  record Spread(double median, double min, double max) {
    static Spread of(double... values) {
      DescriptiveStatistics statistics = new DescriptiveStatistics(values);
      return new Spread(statistics.getPercentile(50), statistics.getMin(), statistics.getMax());
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%,.0f (%,.0f..%,.0f)", median, min, max);
    }
  }

  static BenchmarkReport of(
      BenchmarkPlan plan, Machine machine, Map<Contender, List<Measurement>> measurements) {
    Optional<Double> stock =
        measurements.keySet().stream()
            .filter(Contender::isStock)
            .map(contender -> throughput(measurements.get(contender)).median())
            .max(Comparator.naturalOrder());
    List<Standing> standings = new ArrayList<>();
    measurements.forEach(
        (contender, runs) ->
            standings.add(
                new Standing(
                    contender.name(),
                    contender.description(),
                    plan.amount(contender).images(),
                    plan.amount(contender).epochs(),
                    throughput(runs),
                    Spread.of(
                        runs.stream().mapToDouble(Measurement::usedImagesPerSecond).toArray()),
                    runs.stream().mapToDouble(Measurement::usedShare).average().orElseThrow(),
                    stock.map(best -> throughput(runs).median() / best).orElse(null),
                    List.copyOf(runs))));
    return new BenchmarkReport(
        machine,
        plan.network().key(),
        plan.replicas(),
        BenchmarkPlan.BATCH,
        BenchmarkPlan.AVERAGE_EVERY,
        plan.repetitions(),
        standings);
  }

  private static Spread throughput(List<Measurement> runs) {
    return Spread.of(runs.stream().mapToDouble(Measurement::imagesPerSecond).toArray());
  }

  /** A table for people, with what its columns mean. */
  String toText() {
    TextTable table =
        new TextTable(
            "contender",
            "images × epochs",
            "images/s: median (min..max)",
            "ratio to stock",
            "examples used",
            "used images/s");
    for (Standing standing : standings) {
      table.row(
          standing.contender,
          Numbers.count(standing.images) + " × " + standing.epochs,
          standing.imagesPerSecond,
          standing.ratioToStock == null
              ? "-"
              : String.format(Locale.ROOT, "%.2f", standing.ratioToStock),
          String.format(Locale.ROOT, "%.1f%%", 100 * standing.usedShare),
          String.format(Locale.ROOT, "%,.0f", standing.usedImagesPerSecond.median));
    }
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Training %s: %d replicas, one core and one native thread each, batch %d, averaged"
                + " every %d steps;%n%d repetitions, each run in a JVM of its own.%n",
            network,
            replicas,
            batch,
            averageEvery,
            repetitions));
    text.append(
        String.format(
            Locale.ROOT,
            "%s; %d cores; Java %s, Spark %s, DL4J %s, Convoy %s.%n%n",
            machine.processor(),
            machine.cores(),
            machine.java(),
            machine.spark(),
            machine.dl4j(),
            machine.convoy()));
    text.append(table).append(System.lineSeparator());
    standings.forEach(
        standing ->
            text.append(String.format("%s is %s.%n", standing.contender, standing.description)));
    text.append(
        """
        images/s: the examples of the measured epochs by the seconds of training. Laying out the data
        in memory and a warm-up (an epoch) are not counted. The ratio is to the best form of stock.
        Stock drops examples by the arithmetic of its splits: they count in images/s and in the ratio,
        in its favour, but not in used images/s (median). Slow contenders get fewer images, so that a
        run stays near half a minute (--images N gives all the same).
        """);
    return text.toString();
  }
}

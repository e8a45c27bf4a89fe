package dev.convoy.benchmarks.averaging;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.benchmarks.averaging.Trial.Part;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.driver.report.Numbers;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Results of a comparison.
 *
 * @param machine machine on which the trials ran
 * @param done all trials, in the order in which they ran
 */
record ComparisonReport(Machine machine, List<Done> done) {
  private static final String NONE = "–";
  private static final double MEBIBYTE = 1 << 20;
  private static final int HASH_DIGITS = 12;

  /** Cores of the Spark masters. */
  private static final double SLOTS = 2;

  /**
   * A finished trial.
   *
   * @param outcome null if the trial failed
   * @param failure message of the failure
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Done(Trial trial, Outcome outcome, String failure) {}

  ComparisonReport {
    done = List.copyOf(done);
  }

  /** Formats all tables. */
  String format(Table.Form form) {
    StringBuilder text = new StringBuilder(machine.line()).append("\n");
    section(text, form, "Examples used in an epoch", used(), Part.USED);
    section(text, form, "Rounds", rounds(), Part.ROUNDS);
    section(text, form, "Test accuracy after equal epochs", accuracy(), Part.ACCURACY);
    section(text, form, "Parameters of two equal runs", hashes(), Part.HASH);
    section(text, form, "Memory after rounds, MiB", memory(), Part.MEMORY);
    List<Done> failed = done.stream().filter(one -> one.outcome == null).toList();
    failed.forEach(
        one ->
            text.append(
                String.format(
                    Locale.ROOT,
                    "%nFailed: %s, %s, %s, %d replicas, %s%n",
                    one.trial.part(),
                    one.trial.system().title(),
                    one.trial.master(),
                    one.trial.replicas(),
                    one.failure.lines().limit(2).collect(Collectors.joining(" ")))));
    return text.append("\n").append(remarks()).toString();
  }

  /** True if a trial has failed. */
  boolean hasFailures() {
    return done.stream().anyMatch(one -> one.failure != null);
  }

  private void section(
      StringBuilder text, Table.Form form, String heading, Table table, Part part) {
    if (!of(part).isEmpty()) {
      text.append("\n")
          .append(form == Table.Form.MARKDOWN ? "### " : "")
          .append(heading)
          .append("\n\n")
          .append(table.toText(form));
    }
  }

  private List<Done> of(Part part) {
    return done.stream().filter(one -> one.trial.part() == part && one.outcome != null).toList();
  }

  private Table used() {
    Table table = new Table("system", "examples", "replicas", "used");
    for (Done one : of(Part.USED)) {
      table.row(
          one.trial.system().title(),
          Numbers.count(one.trial.examples()),
          String.valueOf(one.trial.replicas()),
          one.outcome.usedShare() == null ? NONE : Numbers.percent(one.outcome.usedShare()));
    }
    return table;
  }

  private Table rounds() {
    Table table =
        new Table(
            "system",
            "master",
            "parameters",
            "replicas",
            "ms a round",
            "ms beyond compute",
            "MB moved a round",
            "MB sent by replicas");
    for (Done one : of(Part.ROUNDS)) {
      table.row(
          one.trial.system().title(),
          one.trial.master(),
          Numbers.count(one.outcome.parameters()),
          String.valueOf(one.trial.replicas()),
          number(one.outcome.roundMillis()),
          number(beyondCompute(one)),
          megabytes(one.outcome.movedBytes()),
          megabytes(one.outcome.sentBytes()));
    }
    return table;
  }

  /**
   * Returns the time of a round minus the compute time of its steps, which two cores share. The
   * time of a step is taken from the trial in one process with the fewest replicas, so that waiting
   * for others does not count as compute.
   */
  private Double beyondCompute(Done one) {
    return of(Part.ROUNDS).stream()
        .filter(other -> other.trial.system().isStock() == one.trial.system().isStock())
        .filter(other -> other.outcome.parameters() == one.outcome.parameters())
        .filter(other -> !other.trial.onCluster() && other.outcome.stepMillis() != null)
        .min((a, b) -> Integer.compare(a.trial.replicas(), b.trial.replicas()))
        .filter(other -> one.outcome.roundMillis() != null)
        .map(
            other ->
                one.outcome.roundMillis()
                    - other.outcome.stepMillis()
                        * one.trial.averageEvery()
                        * Math.ceil(one.trial.replicas() / SLOTS))
        .orElse(null);
  }

  private Table accuracy() {
    Table table =
        new Table(
            "system",
            "input",
            "replicas",
            "batch",
            "steps a round",
            "examples",
            "epochs",
            "seeds",
            "median",
            "least",
            "most",
            "used");
    grouped(
            Part.ACCURACY,
            trial ->
                List.of(
                    trial.system(),
                    trial.sorted(),
                    trial.replicas(),
                    trial.batch(),
                    trial.averageEvery()))
        .forEach(
            group -> {
              DescriptiveStatistics statistics = new DescriptiveStatistics();
              group.forEach(one -> statistics.addValue(one.outcome.accuracy()));
              Trial trial = group.get(0).trial;
              table.row(
                  trial.system().title(),
                  trial.sorted() ? "by label" : "as it comes",
                  String.valueOf(trial.replicas()),
                  String.valueOf(trial.batch()),
                  String.valueOf(trial.averageEvery()),
                  Numbers.count(trial.examples()),
                  String.valueOf(trial.epochs()),
                  String.valueOf(group.size()),
                  ratio(statistics.getPercentile(50)),
                  ratio(statistics.getMin()),
                  ratio(statistics.getMax()),
                  Numbers.percent(
                      group.stream()
                          .map(one -> one.outcome.usedShare())
                          .filter(Objects::nonNull)
                          .mapToDouble(Double::doubleValue)
                          .average()
                          .orElse(0)));
            });
    return table;
  }

  private Table hashes() {
    Table table = new Table("system", "replicas", "parameters' SHA-256", "equal");
    grouped(Part.HASH, trial -> trial.system().title())
        .forEach(
            group -> {
              List<String> hashes =
                  group.stream()
                      .map(one -> one.outcome.sha256().substring(0, HASH_DIGITS))
                      .toList();
              table.row(
                  group.get(0).trial.system().title(),
                  String.valueOf(group.get(0).trial.replicas()),
                  String.join(", ", hashes),
                  hashes.stream().distinct().count() == 1 ? "yes" : "no");
            });
    return table;
  }

  private Table memory() {
    Table table =
        new Table("system", "parameters", "round", "resident", "broadcasts held", "s of training");
    for (Done one : of(Part.MEMORY)) {
      for (Outcome.Memory at : one.outcome.memory()) {
        table.row(
            one.trial.system().title(),
            Numbers.count(one.outcome.parameters()),
            Numbers.count(at.round()),
            Numbers.count(Math.round(at.residentBytes() / MEBIBYTE)),
            Numbers.count(Math.round(at.broadcastBytes() / MEBIBYTE)),
            number(one.outcome.seconds()));
      }
    }
    return table;
  }

  private List<List<Done>> grouped(Part part, Function<Trial, Object> by) {
    return List.copyOf(
        of(part).stream()
            .collect(
                Collectors.groupingBy(
                    one -> by.apply(one.trial), java.util.LinkedHashMap::new, Collectors.toList()))
            .values());
  }

  private static String number(Double value) {
    return value == null ? NONE : String.format(Locale.ROOT, "%,.1f", value);
  }

  private static String megabytes(Double bytes) {
    return bytes == null ? NONE : String.format(Locale.ROOT, "%,.2f", bytes / 1e6);
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String remarks() {
    return """
        Both systems train the same network on the same examples, with equal minibatches, period,
        momentum, learning rate and weight decay, and average the updater's state. Accuracy is that
        of a lenet with a quarter of its maps, at a constant learning rate of 0.01; where replicas
        are averaged after every step it is 0.01 for each 64 examples of a step, up to 0.04.
        dl4j-spark exports its minibatches, which is its default, unless it says direct: on a
        cluster it exports to no local files. Used is what was really stepped on: dl4j-spark's by a
        training hook that counts the examples of each minibatch, Convoy's by its metrics.
        Milliseconds of a round are the median from one averaging's end to the next's, within an
        epoch and after a first epoch, so that what dl4j-spark does before every fit does not count.
        Beyond compute leaves out the steps, at the time a step takes in one process with the fewest
        replicas. Moved is what Spark's own listener reports between processes: pieces of broadcasts
        as executors store them, shuffles, results of tasks. Sent by replicas is Convoy's own count,
        of what they would send where they share a process.
        """;
  }
}

package dev.convoy.benchmarks.strategies;

import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.benchmarks.strategies.StrategyRun.Result;
import dev.convoy.driver.report.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/**
 * Results of all strategies.
 *
 * @param machine machine on which they ran
 * @param epochs epochs of every run
 * @param examples examples of the source's train split
 * @param results results of all runs
 */
record StrategyReport(Machine machine, int epochs, int examples, List<Result> results) {
  private static final double MEGA = 1e6;

  StrategyReport {
    results = List.copyOf(results);
  }

  /** Formats all tables: one for each network and number of replicas. */
  String format(Table.Form form) {
    StringBuilder text = new StringBuilder(machine.line()).append("\n");
    results.stream()
        .collect(
            Collectors.groupingBy(
                result -> result.strategy().network() + ", " + result.replicas() + " replicas",
                LinkedHashMap::new,
                Collectors.toList()))
        .forEach(
            (title, group) ->
                text.append("\n")
                    .append(form == Table.Form.MARKDOWN ? "### " : "")
                    .append(
                        String.format(
                            Locale.ROOT,
                            "%s, %s of %s images%n%n",
                            title,
                            Numbers.count(epochs, "epoch"),
                            Numbers.count(examples)))
                    .append(table(group).toText(form)));
    return text.toString();
  }

  private static Table table(List<Result> results) {
    Table table =
        new Table(
            "strategy",
            "test accuracy: mean (least–most)",
            "validation",
            "training loss",
            "rounds",
            "MB sent by replicas",
            "seeds");
    Map<String, List<Result>> byName =
        results.stream()
            .collect(
                Collectors.groupingBy(
                    result -> result.strategy().name(), LinkedHashMap::new, Collectors.toList()));
    byName.forEach(
        (name, all) -> {
          List<Result> done = all.stream().filter(result -> result.failure() == null).toList();
          if (done.isEmpty()) {
            table.row(name, "failed", "–", "–", "–", "–", "0 of " + all.size());
            return;
          }
          DescriptiveStatistics accuracy = new DescriptiveStatistics();
          done.forEach(result -> accuracy.addValue(result.accuracy()));
          table.row(
              name,
              String.format(
                  Locale.ROOT,
                  "%.4f (%.4f–%.4f)",
                  accuracy.getMean(),
                  accuracy.getMin(),
                  accuracy.getMax()),
              ratio(done.stream().mapToDouble(Result::validation).average().orElseThrow()),
              ratio(done.stream().mapToDouble(Result::loss).average().orElseThrow()),
              Numbers.count(done.get(0).rounds()),
              String.format(Locale.ROOT, "%,.1f", done.get(0).sentBytes() / MEGA),
              done.size() == all.size()
                  ? String.valueOf(all.size())
                  : done.size() + " of " + all.size());
        });
    return table;
  }

  private static String ratio(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}

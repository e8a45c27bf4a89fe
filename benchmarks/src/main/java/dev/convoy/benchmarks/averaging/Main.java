package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the comparison. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/averaging",
    description = "Measures the averaging of Convoy and of dl4j-spark, side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @Option(
      names = "--measure",
      paramLabel = "WHAT",
      split = ",",
      description = "Of: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Trial.Part> parts = List.of(Trial.Part.values());

  @Option(
      names = "--systems",
      paramLabel = "NAME",
      split = ",",
      description = "Of: ${COMPLETION-CANDIDATES} (default: all).")
  private List<Trial.TrainingSystem> systems = List.of(Trial.TrainingSystem.values());

  @Option(
      names = "--used",
      paramLabel = "EXAMPLESxREPLICAS",
      split = ",",
      defaultValue = "1000x2,5000x2,5000x4,5000x8,5000x16",
      description = "Epochs whose examples are counted (default: ${DEFAULT-VALUE}).")
  private List<String> used;

  @Option(
      names = "--points",
      paramLabel = "MILLIONSxREPLICAS",
      split = ",",
      defaultValue = "0.1x2,1x2,10x2,30x2,1x4,1x8,1x16",
      description =
          "Millions of parameters and replicas to measure rounds at (default: ${DEFAULT-VALUE}).")
  private List<String> points;

  @Option(
      names = "--masters",
      paramLabel = "URL",
      split = ";",
      defaultValue = "local[2];local-cluster[2,1,4096]",
      description = "Where, separated by semicolons (default: ${DEFAULT-VALUE}).")
  private List<String> masters;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "Rounds measured at each point (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--trainings",
      paramLabel = "REPLICASxBATCHxSTEPS",
      split = ",",
      defaultValue = "1x64x10,16x16x10,16x16x1",
      description =
          "Replicas, the minibatch of each and the local steps of a round in the runs for accuracy "
              + "(default: ${DEFAULT-VALUE}).")
  private List<String> trainings;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "6000",
      description = "Train images of the runs for accuracy (default: ${DEFAULT-VALUE}).")
  private int examples;

  @Option(
      names = "--tests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Test images, which it is taken on (default: ${DEFAULT-VALUE}).")
  private int tests;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "3",
      description = "Epochs of these runs (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each system and training (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--long-rounds",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Rounds over which memory is watched (default: ${DEFAULT-VALUE}).")
  private int longRounds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of Fashion-MNIST's IDX files (default: the sample, else Debian's).")
  private Path data;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "6g",
      description = "Heap of each process (default: ${DEFAULT-VALUE}).")
  private String heap;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures of every trial to this file too.")
  private Path json;

  @Option(names = "--markdown", description = "Print the tables as Markdown.")
  private boolean markdown;

  /** Runs the comparison and ends the JVM with the exit status. */
  public static void main(String[] args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() throws IOException {
    ComparisonPlan plan =
        new ComparisonPlan(
            EnumSet.copyOf(parts),
            EnumSet.copyOf(systems),
            used.stream().map(ComparisonPlan.Pair::of).toList(),
            points.stream().map(ComparisonPlan.Pair::of).toList(),
            masters,
            rounds,
            trainings.stream().map(ComparisonPlan.Training::of).toList(),
            examples,
            tests,
            epochs,
            seeds,
            longRounds,
            Optional.ofNullable(data),
            heap);
    Commands.requireWritable(json);
    ComparisonReport report =
        Commands.in(work -> new Comparison(plan, work, System.err::println).run());
    if (json != null) {
      Files.writeString(json, Json.pretty(report));
    }
    System.out.print(report.format(markdown ? Table.Form.MARKDOWN : Table.Form.TEXT));
    return report.hasFailures() ? 1 : 0;
  }
}

package dev.convoy.benchmarks;

import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.report.BenchmarkReport;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the benchmark. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/run",
    description = "Measures Convoy and its peers, side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  private static final String CEILINGS = "ceilings";

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      description =
          "Those to measure with, of: ${COMPLETION-CANDIDATES} (default: lenet,"
              + " resnet-8, small-inception, resnet-10).")
  private List<BenchmarkNetwork> networks = BenchmarkNetwork.USUAL;

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      description = "Those to measure (default: all but libtorch-nchw-*).")
  private List<String> contenders = Contenders.defaults().stream().map(Contender::name).toList();

  @Option(
      names = "--measure",
      paramLabel = "WHAT",
      split = ",",
      description = "Of: training, scoring, ceilings (default: all).")
  private List<String> measures = List.of("training", "scoring", CEILINGS);

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each contender (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "3",
      description =
          "That each contender works before the clock starts, about; Convoy trains four epochs at"
              + " least, dl4j-spark one (default: ${DEFAULT-VALUE}).")
  private double warmUpSeconds;

  @Option(
      names = "--seconds",
      paramLabel = "SECONDS",
      defaultValue = "8",
      description = "Measured in each run, about (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of Fashion-MNIST's IDX files (default: the sample in the jar).")
  private Path data;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "4g",
      description = "Heap of each process (default: ${DEFAULT-VALUE}).")
  private String heap;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures of every run to this file too.")
  private Path json;

  @Option(names = "--markdown", description = "Print the tables as Markdown.")
  private boolean markdown;

  /** Runs the benchmark and ends the JVM with the exit status. */
  public static void main(String[] args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() throws IOException {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            contenders.stream().map(Contenders::named).toList(),
            networks,
            measures.stream().filter(name -> !name.equals(CEILINGS)).map(Main::measure).toList(),
            measures.contains(CEILINGS),
            repetitions,
            warmUpSeconds,
            seconds,
            Optional.ofNullable(data),
            heap);
    Commands.requireWritable(json);
    BenchmarkReport report = Commands.in(work -> run(plan, work));
    if (json != null) {
      Files.writeString(json, Json.pretty(report));
    }
    System.out.print(markdown ? report.toMarkdown() : report.toText());
    return 0;
  }

  private static BenchmarkReport run(BenchmarkPlan plan, Path work) {
    try {
      return new Benchmark(plan, work, System.err::println).run();
    } catch (RuntimeException e) {
      FileUtils.deleteQuietly(Benchmark.unpacked(work).toFile());
      throw e;
    }
  }

  private static Measure measure(String name) {
    return Arrays.stream(Measure.values())
        .filter(measure -> measure.key().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "Cannot measure " + name + ": --measure takes training, scoring, ceilings"));
  }
}

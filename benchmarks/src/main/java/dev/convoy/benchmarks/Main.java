package dev.convoy.benchmarks;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the benchmark. Exit status as Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/run",
    description = "Measures the training throughput of Convoy and its peers, side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each contender (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "Images of every contender; above 5,000 the package dataset-fashion-mnist must be"
              + " installed (default: what keeps each run short).")
  private Integer images;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      description = "Measured epochs of every contender (default: what keeps each run short).")
  private Integer epochs;

  @Option(
      names = "--contenders",
      paramLabel = "NAME",
      split = ",",
      description = "Those to measure, separated by commas (default: all).")
  private List<String> contenders = Contenders.all().stream().map(Contender::name).toList();

  @Option(
      names = "--network",
      paramLabel = "NAME",
      defaultValue = "lenet",
      description = "One of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private BenchmarkNetwork network;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "2",
      description = "Replicas of each contender, and cores (default: ${DEFAULT-VALUE}).")
  private int replicas;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of Fashion-MNIST's IDX files (default: the sample in the jar).")
  private Path data;

  @Option(
      names = "--memory",
      paramLabel = "SIZE",
      defaultValue = "4g",
      description = "Heap of each run (default: ${DEFAULT-VALUE}).")
  private String heap;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Write the figures of every run to this file too.")
  private Path json;

  /** Measures and ends the JVM with the exit status. */
  public static void main(String[] args) {
    CommandLine commandLine = new CommandLine(new Main()).setUsageHelpAutoWidth(true);
    System.exit(
        commandLine
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(Main::tellFailure)
            .execute(args));
  }

  private static int tellFailure(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof InvalidRequestException || failure instanceof JobFailedException) {
      commandLine.getErr().println(failure.getMessage());
      return failure instanceof InvalidRequestException ? 2 : 1;
    }
    throw failure;
  }

  @Override
  public Integer call() throws IOException {
    BenchmarkPlan plan =
        new BenchmarkPlan(
            contenders.stream().map(Contenders::named).toList(),
            network,
            repetitions,
            optional(images),
            optional(epochs),
            replicas,
            Optional.ofNullable(data),
            heap);
    if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
      throw new InvalidRequestException(
          "Cannot write --json " + json + ": its directory does not exist");
    }
    Path work = Files.createTempDirectory("convoy-benchmarks");
    BenchmarkReport report;
    try {
      report = new Benchmark(plan, work, System.err::println).run();
    } catch (RuntimeException e) {
      System.err.println("The logs of all runs are in " + work);
      throw e;
    }
    if (json != null) {
      Files.writeString(json, Json.pretty(report));
    }
    System.out.print(report.toText());
    FileUtils.deleteDirectory(work.toFile());
    return 0;
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}

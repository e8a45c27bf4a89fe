package dev.convoy.benchmarks.strategies;

import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.jvm.ForkedJvm;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.benchmarks.workload.FirstImages;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the strategies. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/strategies",
    description = "Trains with every strategy of averaging, and puts the results side by side.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  @Option(
      names = "--only",
      paramLabel = "NAME",
      split = ",",
      description = "Strategies to try (default: all; benchmarks/strategies --list names them).")
  private List<String> only = Strategies.all().stream().map(Strategy::name).toList();

  @Option(names = "--list", description = "Name the strategies and their options, and end.")
  private boolean list;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      defaultValue = "5",
      description = "Of every run (default: ${DEFAULT-VALUE}).")
  private int epochs;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      split = ",",
      defaultValue = "2,4,8,16",
      description = "Numbers of replicas (default: ${DEFAULT-VALUE}).")
  private List<Integer> replicas;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Runs of each (default: ${DEFAULT-VALUE}).")
  private int seeds;

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "60000",
      description = "First train images, a tenth of them for validation (default: all).")
  private int examples;

  @Option(
      names = "--tests",
      paramLabel = "N",
      defaultValue = "10000",
      description = "First test images (default: all; 1000 are in the jar).")
  private int tests;

  @Option(
      names = "--batch",
      paramLabel = "N",
      defaultValue = "auto",
      description = "Examples of a minibatch on each replica (default: ${DEFAULT-VALUE}).")
  private String batch;

  @Option(
      names = "--learning-rate",
      paramLabel = "RATE",
      defaultValue = "auto",
      description = "Of every run (default: ${DEFAULT-VALUE}).")
  private String learningRate;

  @Option(
      names = "--master",
      paramLabel = "URL",
      defaultValue = "local[2]",
      description = "Of Spark; the results do not depend on it (default: ${DEFAULT-VALUE}).")
  private String master;

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
      description = "Write the figures of every run to this file too, after every strategy.")
  private Path json;

  /** Runs the trainings and ends the JVM with the exit status. */
  public static void main(String[] args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() {
    if (list) {
      Strategies.all()
          .forEach(
              one ->
                  System.out.printf(
                      Locale.ROOT,
                      "%s (%s): %s%n",
                      one.name(),
                      one.network(),
                      String.join(" ", one.options())));
      return 0;
    }
    List<Strategy> strategies = only.stream().map(Strategies::named).toList();
    Commands.requireWritable(json);
    StrategyReport report = Commands.in(work -> run(strategies, work));
    System.out.print(report.format(Table.Form.MARKDOWN));
    return report.results().stream().anyMatch(result -> result.failure() != null) ? 1 : 0;
  }

  private StrategyReport run(List<Strategy> strategies, Path work) {
    Machine machine = Machine.here();
    ForkedJvm jvm = new ForkedJvm(heap, work);
    Path images = work.resolve("images");
    Path source = data == null ? FirstImages.find(examples, tests, work.resolve("sample")) : data;
    FirstImages.copy(source, examples, tests, images);
    Path dataset = work.resolve("dataset");
    jvm.run(
        "prepare",
        1,
        dev.convoy.driver.cli.Main.class,
        List.of("prepare", "--master=local[2]", "--input=" + images, "--output=" + dataset));
    List<StrategyRun.Result> results = new ArrayList<>();
    for (Strategy strategy : strategies) {
      List<StrategyRun.Result> own = run(strategy, jvm, work, dataset);
      results.addAll(own);
      own.forEach(Main::tell);
      write(new StrategyReport(machine, epochs, examples, results));
    }
    return new StrategyReport(machine, epochs, examples, results);
  }

  private List<StrategyRun.Result> run(Strategy strategy, ForkedJvm jvm, Path work, Path dataset) {
    StrategyRun.Task task =
        new StrategyRun.Task(
            strategy,
            master,
            dataset.toString(),
            List.of("--epochs=" + epochs, "--batch=" + batch, "--learning-rate=" + learningRate),
            replicas,
            seeds,
            work.toString());
    Path file = work.resolve(strategy.name() + ".task.json");
    Path result = work.resolve(strategy.name() + ".result.json");
    try {
      Files.writeString(file, Json.pretty(task));
      jvm.run(strategy.name(), 1, StrategyRun.class, List.of(file.toString(), result.toString()));
      return Json.read(Files.readString(result), StrategyRun.Results.class, result.toString())
          .results();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot try " + strategy.name() + " in " + work, e);
    }
  }

  private void write(StrategyReport report) {
    if (json != null) {
      try {
        Files.writeString(json, Json.pretty(report));
      } catch (IOException e) {
        throw new JobFailedException("Cannot write " + json + ": " + e.getMessage(), e);
      }
    }
  }

  private static void tell(StrategyRun.Result result) {
    System.err.printf(
        Locale.ROOT,
        "%s, %d replicas, seed %d: %s%n",
        result.strategy().name(),
        result.replicas(),
        result.seed(),
        result.failure() == null
            ? String.format(
                Locale.ROOT, "accuracy %.4f, %d rounds", result.accuracy(), result.rounds())
            : result.failure());
  }
}

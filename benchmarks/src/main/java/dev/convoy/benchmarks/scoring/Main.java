package dev.convoy.benchmarks.scoring;

import dev.convoy.benchmarks.Preparation;
import dev.convoy.benchmarks.jvm.Commands;
import dev.convoy.benchmarks.jvm.ForkedJvm;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Table;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.FirstImages;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Command line of the scoring jobs. Exit statuses are Convoy's: 0 done, 1 failed, 2 refused. */
@Command(
    name = "benchmarks/scoring",
    description =
        "Measures whole scoring jobs from a Parquet table of images to a Parquet table: Convoy's"
            + " command and library, a Spark function over onnxruntime, and the parts of the work"
            + " alone.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class Main implements Callable<Integer> {
  /** Share of rows on which all jobs must agree, since kernels round differently. */
  private static final double LEAST_EQUAL = 0.999;

  @Option(
      names = "--networks",
      paramLabel = "NAME",
      split = ",",
      defaultValue = "lenet,resnet_8",
      description = "Of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<BenchmarkNetwork> networks;

  @Option(
      names = "--forms",
      paramLabel = "FORM",
      split = ",",
      description = "Of: ${COMPLETION-CANDIDATES} (default: all).")
  private List<ImageForm> forms = List.of(ImageForm.values());

  @Option(
      names = "--systems",
      paramLabel = "SYSTEM",
      split = ",",
      description = "Of: ${COMPLETION-CANDIDATES} (default: all).")
  private List<ScoringSystem> systems = List.of(ScoringSystem.values());

  @Option(
      names = "--rows",
      paramLabel = "N",
      defaultValue = "100000",
      description = "Rows of the table (default: ${DEFAULT-VALUE}).")
  private long rows;

  @Option(
      names = "--cores",
      paramLabel = "N",
      defaultValue = "2",
      description = "Task slots (default: ${DEFAULT-VALUE}).")
  private int cores;

  @Option(
      names = "--repetitions",
      paramLabel = "N",
      defaultValue = "5",
      description = "Measurements of each system, in turn (default: ${DEFAULT-VALUE}).")
  private int repetitions;

  @Option(names = "--markdown", description = "Write the table as Markdown.")
  private boolean markdown;

  public static void main(String... args) {
    System.exit(Commands.execute(new Main(), args));
  }

  @Override
  public Integer call() {
    Table table = Commands.in(this::measure);
    System.out.println(Machine.here().line());
    System.out.print(table.toText(markdown ? Table.Form.MARKDOWN : Table.Form.TEXT));
    return 0;
  }

  private Table measure(Path work) {
    ForkedJvm jvm = new ForkedJvm("4g", work);
    Table table =
        new Table(
            "network, images",
            "system",
            "images/s",
            "of the parts",
            "CPU, µs an image",
            "of the parts");
    try {
      for (BenchmarkNetwork network : networks) {
        Path examples = work.resolve(network.key() + ".examples");
        Path run = work.resolve(network.key() + ".run");
        prepare(network, jvm, work, examples, run);
        for (ImageForm form : forms) {
          String name = network.key() + "-" + form.key();
          Path directory = Files.createDirectories(work.resolve(name));
          List<ScoringSystem> measured =
              systems.stream()
                  .filter(one -> one != ScoringSystem.DECODER || form != ImageForm.PIXELS)
                  .toList();
          Path result = directory.resolve("result.json");
          Path file = directory.resolve("task.json");
          Files.writeString(
              file,
              Json.pretty(
                  new ScoringTask(
                      network,
                      run.resolve("model"),
                      onnx(network, work),
                      examples,
                      form,
                      rows,
                      cores,
                      repetitions,
                      measured,
                      directory,
                      result)));
          jvm.run(name, 1, ScoringRace.class, List.of(file.toString()));
          add(table, network + ", " + form.key(), result);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot measure in " + work, e);
    }
    return table;
  }

  private static void prepare(
      BenchmarkNetwork network, ForkedJvm jvm, Path work, Path examples, Path run)
      throws IOException {
    Path idx = work.resolve(network.key() + ".images");
    FirstImages.copy(
        FirstImages.find(network.images(), work.resolve("fashion-mnist")), network.images(), idx);
    Path definition = work.resolve(network.key() + ".conf");
    Files.writeString(definition, network.text());
    Path task = work.resolve(network.key() + ".preparation.json");
    Files.writeString(
        task,
        Json.pretty(
            new Preparation.Task(
                idx,
                network.input().height() + "x" + network.input().width(),
                network.input().channels(),
                definition,
                network.batch(),
                work.resolve(network.key() + ".dataset"),
                examples,
                run)));
    jvm.run(network.key() + "-preparation", 1, Preparation.class, List.of(task.toString()));
    jvm.run(
        network.key() + "-export",
        1,
        dev.convoy.driver.cli.Main.class,
        List.of(
            "export",
            "--model=" + run.resolve("model"),
            "--format=onnx",
            "--input-pixels=bytes",
            "--output=" + onnx(network, work)));
  }

  private static Path onnx(BenchmarkNetwork network, Path work) {
    return work.resolve(network.key() + ".onnx");
  }

  private void add(Table table, String name, Path file) throws IOException {
    ScoringResult result = Json.read(Files.readString(file), ScoringResult.class, file.toString());
    if (result.equal() < LEAST_EQUAL) {
      throw new JobFailedException(
          "Cannot compare "
              + name
              + ": the jobs predict the same label for only "
              + result.equal()
              + " of the rows");
    }
    // An image is decoded and then passed on by the same core.
    double seconds = 0;
    double micros = 0;
    for (ScoringSystem system : result.rates().keySet()) {
      if (!system.isJob()) {
        seconds += 1 / result.imagesPerSecond(system);
        micros += result.processorMicros(system);
      }
    }
    for (ScoringSystem system : result.rates().keySet()) {
      double rate = result.imagesPerSecond(system);
      double used = result.processorMicros(system);
      table.row(
          name,
          system.words(),
          String.format(Locale.ROOT, "%,.0f", rate),
          system.isJob() && seconds > 0 ? String.format(Locale.ROOT, "%.2f", rate * seconds) : "",
          String.format(Locale.ROOT, "%.1f", used),
          system.isJob() && seconds > 0 ? String.format(Locale.ROOT, "%.2f", micros / used) : "");
    }
  }
}

package dev.convoy.benchmarks;

import dev.convoy.benchmarks.ceiling.MachineCeilings;
import dev.convoy.benchmarks.jvm.ForkedJvm;
import dev.convoy.benchmarks.report.BenchmarkReport;
import dev.convoy.benchmarks.report.Ceilings;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Run;
import dev.convoy.benchmarks.report.Standings;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.FirstImages;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Runs every contender of a plan in turn, as often as the plan says, for each network and measure.
 *
 * <p>Every second repetition runs the contenders in reverse order, so that a machine that slows
 * down or warms up affects all of them equally.
 */
final class Benchmark {
  private final BenchmarkPlan plan;
  private final Path work;
  private final ForkedJvm jvm;
  private final Race race;
  private final Consumer<String> progress;

  /**
   * Creates a benchmark without starting it.
   *
   * @param work directory for datasets, runs and logs
   * @param progress receives a line after each run
   */
  Benchmark(BenchmarkPlan plan, Path work, Consumer<String> progress) {
    this.plan = plan;
    this.work = work;
    this.jvm = new ForkedJvm(plan.heap(), work);
    this.race = new Race(jvm, work);
    this.progress = progress;
  }

  /**
   * Runs all measurements.
   *
   * @throws JobFailedException if a run fails, or trains another network than it should
   */
  BenchmarkReport run() {
    Machine machine = Machine.here();
    if (machine.isBusy()) {
      progress.accept(
          String.format(
              Locale.ROOT,
              "warning: this machine is busy (load %.1f on %d cores); the figures will be low",
              machine.load(),
              machine.cores()));
    }
    Ceilings ceilings = plan.ceilings() ? ceilings() : null;
    List<Standings> standings = new ArrayList<>();
    for (BenchmarkNetwork network : plan.networks()) {
      if (!plan.measures().isEmpty()) {
        prepare(network);
      }
      for (Measure measure : plan.measures()) {
        standings.add(measure(network, measure));
      }
    }
    return new BenchmarkReport(
        machine,
        plan.repetitions(),
        plan.warmUpSeconds(),
        plan.seconds(),
        BenchmarkPlan.AVERAGE_EVERY,
        ceilings,
        standings);
  }

  private Ceilings ceilings() {
    Path result = work.resolve("ceilings.json");
    jvm.run(
        "ceilings",
        1,
        MachineCeilings.class,
        List.of(String.valueOf(plan.repetitions()), result.toString()));
    progress.accept("ceilings, " + plan.repetitions() + " repetitions: done");
    try {
      return Json.read(Files.readString(result), Ceilings.class, result.toString());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + result, e);
    }
  }

  private Standings measure(BenchmarkNetwork network, Measure measure) {
    List<Contender> contenders =
        plan.contenders().stream().filter(one -> one.measures().contains(measure)).toList();
    Map<Contender, List<Run>> runs = new LinkedHashMap<>();
    contenders.forEach(contender -> runs.put(contender, new ArrayList<>()));
    for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
      for (Contender contender : order(contenders, repetition)) {
        String name =
            String.join("-", network.key(), measure.key(), contender.name(), "run" + repetition);
        Run run = race.run(name, contender, measure, scratch -> workload(network, scratch));
        runs.get(contender).add(run);
        progress.accept(
            String.format(
                Locale.ROOT,
                "%s %s, repetition %d of %d: %s %.1f images/s",
                network,
                measure.key(),
                repetition,
                plan.repetitions(),
                contender.name(),
                run.imagesPerSecond()));
      }
    }
    return Standings.of(network, measure, runs);
  }

  /** Returns the directory for unpacked native code: half a gigabyte that is deleted afterwards. */
  static Path unpacked(Path work) {
    return work.resolve("libtorch");
  }

  private static List<Contender> order(List<Contender> contenders, int repetition) {
    List<Contender> order = new ArrayList<>(contenders);
    if (repetition % 2 == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  private Path definition(BenchmarkNetwork network) {
    return work.resolve(network.key() + ".conf");
  }

  private Path dataset(BenchmarkNetwork network) {
    return work.resolve(network.key() + ".dataset");
  }

  private Path examples(BenchmarkNetwork network) {
    return work.resolve(network.key() + ".examples");
  }

  private Path trained(BenchmarkNetwork network) {
    return work.resolve(network.key() + ".trained");
  }

  private void prepare(BenchmarkNetwork network) {
    int images = network.images();
    Path idx = work.resolve(network.key() + ".images");
    Path source =
        plan.data().orElseGet(() -> FirstImages.find(images, work.resolve("fashion-mnist")));
    FirstImages.copy(source, images, idx);
    Preparation.Task task =
        new Preparation.Task(
            idx,
            network.input().height() + "x" + network.input().width(),
            network.input().channels(),
            definition(network),
            network.batch(),
            dataset(network),
            examples(network),
            trained(network));
    Path file = work.resolve(network.key() + ".preparation.json");
    try {
      Files.writeString(definition(network), network.text());
      Files.writeString(file, Json.pretty(task));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare " + network + " in " + work, e);
    }
    jvm.run(network.key() + "-preparation", 1, Preparation.class, List.of(file.toString()));
  }

  private Workload workload(BenchmarkNetwork network, Path scratch) {
    return new Workload(
        network,
        definition(network).toString(),
        dataset(network).toString(),
        trained(network).resolve("model").toString(),
        examples(network).toString(),
        scratch.toString(),
        unpacked(work).toString(),
        plan.warmUpSeconds(),
        plan.seconds(),
        BenchmarkPlan.AVERAGE_EVERY,
        BenchmarkPlan.LEARNING_RATE,
        BenchmarkPlan.MOMENTUM,
        BenchmarkPlan.L2,
        BenchmarkPlan.SEED);
  }
}

package dev.convoy.benchmarks;

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
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;

/**
 * Runs every contender of a plan in turn, so often as the plan says.
 *
 * <p>Every other repetition goes through the contenders backwards, so that a machine that slows
 * down or warms up touches all of them alike.
 */
final class Benchmark {
  private final BenchmarkPlan plan;
  private final Path work;
  private final ForkedJvm jvm;
  private final Consumer<String> progress;

  /**
   * A benchmark that has not begun.
   *
   * @param work directory for datasets, runs and logs
   * @param progress is told a line before and after each run
   */
  Benchmark(BenchmarkPlan plan, Path work, Consumer<String> progress) {
    this.plan = plan;
    this.work = work;
    this.jvm = new ForkedJvm(plan.heap(), work);
    this.progress = progress;
  }

  /**
   * Measures.
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
    Map<Integer, Path> datasets = new TreeMap<>();
    for (Contender contender : plan.contenders()) {
      datasets.computeIfAbsent(plan.amount(contender).images(), this::prepare);
    }
    Map<Contender, List<Measurement>> measurements = new LinkedHashMap<>();
    plan.contenders().forEach(contender -> measurements.put(contender, new ArrayList<>()));
    for (int repetition = 1; repetition <= plan.repetitions(); repetition++) {
      for (Contender contender : order(repetition)) {
        Path dataset = datasets.get(plan.amount(contender).images());
        measurements.get(contender).add(measure(contender, repetition, dataset));
      }
    }
    return BenchmarkReport.of(plan, machine, measurements);
  }

  private List<Contender> order(int repetition) {
    List<Contender> order = new ArrayList<>(plan.contenders());
    if (repetition % 2 == 0) {
      Collections.reverse(order);
    }
    return order;
  }

  private Path prepare(int images) {
    Path idx = work.resolve("images-" + images);
    Path dataset = work.resolve("dataset-" + images);
    Path source =
        plan.data().orElseGet(() -> FirstImages.find(images, work.resolve("fashion-mnist")));
    FirstImages.copy(source, images, idx);
    jvm.run(
        "prepare-" + images,
        dev.convoy.driver.cli.Main.class,
        List.of(
            "prepare",
            "--master=local[" + plan.replicas() + "]",
            "--input=" + idx,
            "--output=" + dataset,
            "--validation=0"));
    return dataset;
  }

  private Measurement measure(Contender contender, int repetition, Path dataset) {
    String name = contender.name() + "-" + repetition;
    Path scratch = work.resolve(name);
    Path workload = work.resolve(name + ".workload.json");
    Path result = work.resolve(name + ".json");
    try {
      Files.createDirectory(scratch);
      Files.writeString(workload, Json.pretty(plan.workload(contender, dataset, scratch)));
      jvm.run(
          name, OneRun.class, List.of(contender.name(), workload.toString(), result.toString()));
      Measurement measurement =
          Json.read(Files.readString(result), Measurement.class, result.toString());
      FileUtils.deleteDirectory(scratch.toFile());
      requireSameNetwork(contender, measurement);
      progress.accept(
          String.format(
              Locale.ROOT,
              "repetition %d of %d: %s %.0f images/s",
              repetition,
              plan.repetitions(),
              contender.name(),
              measurement.imagesPerSecond()));
      return measurement;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot measure " + name + " in " + work, e);
    }
  }

  private void requireSameNetwork(Contender contender, Measurement measurement) {
    if (measurement.parameters() != plan.network().parameters()) {
      throw new JobFailedException(
          "Cannot compare "
              + contender.name()
              + ": its "
              + plan.network()
              + " has "
              + measurement.parameters()
              + " parameters, not "
              + plan.network().parameters());
    }
  }
}

package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.jvm.ForkedJvm;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.workload.FirstImages;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.io.FileUtils;

/** Runs all trials of a plan, one after the other, each in its own JVM. */
final class Comparison {
  private final ComparisonPlan plan;
  private final Path work;
  private final ForkedJvm jvm;
  private final Consumer<String> progress;

  /**
   * Creates a comparison without starting it.
   *
   * @param work directory for data, runs and logs
   * @param progress receives a line after each trial
   */
  Comparison(ComparisonPlan plan, Path work, Consumer<String> progress) {
    this.plan = plan;
    this.work = work;
    this.jvm = new ForkedJvm(plan.heap(), work).withClusterIn(work.resolve("spark"));
    this.progress = progress;
  }

  /** Runs all trials. A failed trial is reported, and the others continue. */
  ComparisonReport run() {
    Machine machine = Machine.here();
    Layout layout = new Layout();
    List<Trial> trials = Trials.of(plan, layout);
    layout.make();
    List<ComparisonReport.Done> done = new ArrayList<>();
    for (int i = 0; i < trials.size(); i++) {
      Trial trial = trials.get(i);
      ComparisonReport.Done one = run(trial, "trial" + (i + 1));
      done.add(one);
      progress.accept(
          String.format(
              Locale.ROOT,
              "%d of %d: %s, %s, %s, %s, %d examples: %s",
              i + 1,
              trials.size(),
              trial.part().name().toLowerCase(Locale.ROOT),
              trial.system().title(),
              trial.master(),
              trial.replicas() + " replicas",
              trial.examples(),
              one.failure() == null ? "done" : one.failure().lines().findFirst().orElse("failed")));
    }
    return new ComparisonReport(machine, done);
  }

  private ComparisonReport.Done run(Trial trial, String name) {
    Path file = work.resolve(name + ".json");
    Path result = work.resolve(name + ".outcome.json");
    try {
      Files.writeString(file, Json.pretty(trial));
      jvm.run(name, 1, TrialRun.class, List.of(file.toString(), result.toString()));
      Outcome outcome = Json.read(Files.readString(result), Outcome.class, result.toString());
      return new ComparisonReport.Done(trial, outcome, null);
    } catch (JobFailedException e) {
      return new ComparisonReport.Done(trial, null, e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + name + " in " + work, e);
    } finally {
      FileUtils.deleteQuietly(Path.of(trial.scratch()).toFile());
      FileUtils.deleteQuietly(work.resolve("spark").resolve("work").toFile());
    }
  }

  /** Files in the directory of the comparison. */
  private final class Layout implements Trials.Files {
    private record Data(int examples, boolean sorted) {}

    private final Map<String, Path> definitions = new LinkedHashMap<>();
    private final Map<Data, Path> data = new LinkedHashMap<>();
    private int scratches;

    @Override
    public String definition(String text) {
      return definitions
          .computeIfAbsent(text, key -> work.resolve("network" + definitions.size() + ".conf"))
          .toString();
    }

    @Override
    public String data(int examples, boolean sorted) {
      String name = "data" + examples + (sorted ? "-sorted" : "");
      return data.computeIfAbsent(new Data(examples, sorted), key -> work.resolve(name)).toString();
    }

    @Override
    public String scratch() {
      scratches++;
      return work.resolve("scratch" + scratches).toString();
    }

    void make() {
      int most = data.keySet().stream().mapToInt(Data::examples).max().orElse(1);
      Path source =
          plan.data()
              .orElseGet(() -> FirstImages.find(most, plan.tests(), work.resolve("fashion-mnist")));
      data.forEach(
          (key, directory) -> {
            Path images = TrialData.images(directory.toString());
            FirstImages.copy(source, key.examples, plan.tests(), images);
            if (key.sorted) {
              FirstImages.sortByLabel(images);
            }
          });
      Path task = work.resolve("data.json");
      try {
        for (Map.Entry<String, Path> one : definitions.entrySet()) {
          Files.writeString(one.getValue(), one.getKey());
        }
        Files.writeString(
            task,
            Json.pretty(new TrialData.Task(data.values().stream().map(Path::toString).toList())));
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot write to " + work, e);
      }
      jvm.run("data", 1, TrialData.class, List.of(task.toString()));
    }
  }
}

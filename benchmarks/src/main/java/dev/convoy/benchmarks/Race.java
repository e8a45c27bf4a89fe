package dev.convoy.benchmarks;

import dev.convoy.benchmarks.jvm.ForkedJvm;
import dev.convoy.benchmarks.report.Run;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.io.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.commons.io.FileUtils;

/**
 * One run of one contender: starts its processes, waits until all are warm, and lets them start the
 * measured work together.
 */
final class Race {
  private static final long POLL_NANOS = 5_000_000;
  private static final long READY_MINUTES = 10;

  private final ForkedJvm jvm;
  private final Path work;

  /**
   * Creates a race.
   *
   * @param work directory for scratch files; each race must have its own name
   */
  Race(ForkedJvm jvm, Path work) {
    this.jvm = jvm;
    this.work = work;
  }

  /** Creates the workload of one process that writes to a scratch directory. */
  interface Workloads {
    Workload in(Path scratch);
  }

  /**
   * Runs a contender.
   *
   * @throws JobFailedException if one of its processes fails, with the end of its log, or built
   *     another network than it should
   */
  Run run(String name, Contender contender, Measure measure, Workloads workloads) {
    Path go = work.resolve(name + ".go");
    List<OneRun.Task> tasks = new ArrayList<>();
    List<ForkedJvm.Running> processes = new ArrayList<>();
    try {
      for (int process = 1; process <= contender.arrangement().processes(); process++) {
        String own = name + "-" + process;
        Path scratch = Files.createDirectory(work.resolve(own));
        OneRun.Task task =
            new OneRun.Task(
                contender.name(),
                measure,
                workloads.in(scratch),
                new StartLine(work.resolve(own + ".ready"), go),
                work.resolve(own + ".result.json"));
        Path file = work.resolve(own + ".task.json");
        Files.writeString(file, Json.pretty(task));
        tasks.add(task);
        processes.add(
            jvm.start(own, contender.nativeThreads(), OneRun.class, List.of(file.toString())));
      }
      awaitReady(tasks, processes);
      Files.createFile(go);
      processes.forEach(ForkedJvm.Running::await);
      List<Measurement> measurements = new ArrayList<>();
      for (OneRun.Task task : tasks) {
        String result = Files.readString(task.result());
        measurements.add(Json.read(result, Measurement.class, task.result().toString()));
        FileUtils.deleteDirectory(new java.io.File(task.workload().scratch()));
      }
      requireNetwork(contender, tasks.get(0).workload(), measurements);
      return Run.of(measurements);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot measure " + name + " in " + work, e);
    } finally {
      processes.forEach(ForkedJvm.Running::close);
    }
  }

  private static void awaitReady(List<OneRun.Task> tasks, List<ForkedJvm.Running> processes) {
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(READY_MINUTES);
    while (!tasks.stream().allMatch(task -> Files.exists(task.start().ready()))) {
      processes.forEach(ForkedJvm.Running::requireAlive);
      if (System.nanoTime() > until) {
        throw new JobFailedException(
            "Cannot measure "
                + tasks.get(0).contender()
                + ": it was not ready after "
                + READY_MINUTES
                + " minutes");
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  private static void requireNetwork(
      Contender contender, Workload workload, List<Measurement> measurements) {
    for (Measurement measurement : measurements) {
      if (measurement.parameters() != workload.network().parameters()) {
        throw new JobFailedException(
            "Cannot compare "
                + contender.name()
                + ": its "
                + workload.network()
                + " has "
                + measurement.parameters()
                + " parameters, not "
                + workload.network().parameters());
      }
    }
  }
}

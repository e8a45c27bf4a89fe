package dev.convoy.driver.train.rounds;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.CpuFeatures;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.engine.onednn.Engine;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The properties of an executor that affect the last bits of results. Native threads, CPU and
 * library decide which kernels run; the loop parts decide the order of ND4J's sums.
 *
 * @param nativeThreads of a network's thread
 * @param loopParts number of threads among which ND4J divides its own loops
 * @param cpu architecture and vector instruction sets
 * @param kernels the library that computes layers, with its version
 */
public record ExecutorEnvironment(int nativeThreads, int loopParts, String cpu, String kernels)
    implements Serializable {

  /** Returns the environment of the calling thread, which must be a network's own. */
  static ExecutorEnvironment ofThisThread() {
    return new ExecutorEnvironment(
        NativeThreads.ofThisThread(),
        NativeThreads.loopParts(),
        CpuFeatures.describe(),
        describeKernels());
  }

  private static String describeKernels() {
    String reason = Engine.whyUnavailable();
    return reason.isEmpty() ? "oneDNN " + Engine.version() : "DL4J's own: " + reason;
  }

  /** Who trains, and so which remedies there are. */
  public enum Asker {
    /** A command of Convoy, which sets up the executors. */
    COMMAND(
        "on an executor",
        "remove spark.executorEnv.%1$s or set it to 1; the key engine.nativeThreads gives a task more threads"),
    /** An application whose tasks run in its own JVM. */
    APPLICATION_HERE(
        "in this JVM", "set %1$s=1 in the environment before this JVM starts: export %1$s=1"),
    /** An application whose tasks run on executors. */
    APPLICATION(
        "on an executor",
        "start the application with --conf spark.executorEnv.%1$s=1; spark.task.cpus gives a task more threads");

    private final String place;
    private final String remedy;

    Asker(String place, String remedy) {
      this.place = place;
      this.remedy = remedy;
    }

    private String refusal(int parts) {
      return "Cannot train: "
          + place
          + " ND4J divides its sums among "
          + parts
          + " threads, and their last bits would differ from run to run ("
          + String.format(Locale.ROOT, remedy, NativeThreads.VARIABLE)
          + ")";
    }
  }

  /**
   * Returns the environment that all executors have in common.
   *
   * @param ready results of the warm-up tasks
   * @param asker decides which remedy a refusal names
   * @throws InvalidRequestException if they differ, or ND4J divides its loops on one of them
   */
  public static ExecutorEnvironment common(List<ReplicaTasks.Ready> ready, Asker asker) {
    Set<ExecutorEnvironment> found =
        ready.stream().map(ReplicaTasks.Ready::environment).collect(Collectors.toSet());
    ExecutorEnvironment first = found.iterator().next();
    for (ExecutorEnvironment environment : found) {
      if (environment.loopParts != 1) {
        throw new InvalidRequestException(asker.refusal(environment.loopParts));
      }
      if (!environment.cpu.equals(first.cpu)) {
        throw new InvalidRequestException(
            "Cannot train: executors have different CPUs ("
                + first.cpu
                + "; "
                + environment.cpu
                + "), which choose different kernels, so that the result would depend on where"
                + " tasks run (ask the cluster for one kind of machine)");
      }
      if (!environment.kernels.equals(first.kernels)) {
        throw new InvalidRequestException(
            "Cannot train: executors compute with different kernels ("
                + first.kernels
                + "; "
                + environment.kernels
                + "), so that the result would depend on where tasks run (bin/convoy doctor --master"
                + " tells what each of them has)");
      }
    }
    return first;
  }
}

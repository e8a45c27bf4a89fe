package dev.convoy.driver.train.rounds;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.CpuFeatures;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.engine.onednn.Engine;
import java.io.Serializable;
import java.util.List;
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

  /**
   * Returns the environment that all executors have in common.
   *
   * @param ready results of the warm-up tasks
   * @throws InvalidRequestException if they differ, or ND4J divides its loops on environment of
   *     them
   */
  public static ExecutorEnvironment common(List<ReplicaTasks.Ready> ready) {
    Set<ExecutorEnvironment> found =
        ready.stream().map(ReplicaTasks.Ready::environment).collect(Collectors.toSet());
    ExecutorEnvironment first = found.iterator().next();
    for (ExecutorEnvironment environment : found) {
      if (environment.loopParts != 1) {
        throw new InvalidRequestException(
            "Cannot train: on an executor ND4J divides its sums among "
                + environment.loopParts
                + " threads, and their last bits would differ from run to run (remove"
                + " spark.executorEnv."
                + NativeThreads.VARIABLE
                + " or set it to 1; the key engine.nativeThreads gives a task more threads)");
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

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
 * What decides the last bits on an executor: kernels are chosen by the first and the last, and
 * ND4J's sums follow the second.
 *
 * @param nativeThreads of the thread of a network
 * @param loopParts into which ND4J divides its own loops
 * @param cpu architecture and vector instructions
 * @param kernels the library that computes layers, with its version
 */
public record ExecutorEnvironment(int nativeThreads, int loopParts, String cpu, String kernels)
    implements Serializable {

  /** The one of the calling thread, a network's own. */
  static ExecutorEnvironment ofThisThread() {
    return new ExecutorEnvironment(
        NativeThreads.ofThisThread(),
        NativeThreads.loopParts(),
        CpuFeatures.describe(),
        kernelsHere());
  }

  private static String kernelsHere() {
    String reason = Engine.whyUnavailable();
    return reason.isEmpty() ? "oneDNN " + Engine.version() : "DL4J's own: " + reason;
  }

  /**
   * The one that all executors share.
   *
   * @param ready what tasks have told of theirs
   * @throws InvalidRequestException if they differ, or ND4J divides its loops on one of them
   */
  public static ExecutorEnvironment common(List<ReplicaTasks.Ready> ready) {
    Set<ExecutorEnvironment> found =
        ready.stream().map(ReplicaTasks.Ready::environment).collect(Collectors.toSet());
    ExecutorEnvironment first = found.iterator().next();
    for (ExecutorEnvironment one : found) {
      if (one.loopParts != 1) {
        throw new InvalidRequestException(
            "Cannot train: on an executor ND4J divides its sums among "
                + one.loopParts
                + " threads, and their last bits would differ from run to run (remove"
                + " spark.executorEnv."
                + NativeThreads.VARIABLE
                + " or set it to 1; the key engine.nativeThreads gives a task more threads)");
      }
      if (!one.cpu.equals(first.cpu)) {
        throw new InvalidRequestException(
            "Cannot train: executors have different CPUs ("
                + first.cpu
                + "; "
                + one.cpu
                + "), which choose different kernels, so that the result would depend on where"
                + " tasks run (ask the cluster for one kind of machine)");
      }
      if (!one.kernels.equals(first.kernels)) {
        throw new InvalidRequestException(
            "Cannot train: executors compute with different kernels ("
                + first.kernels
                + "; "
                + one.kernels
                + "), so that the result would depend on where tasks run (bin/convoy doctor --master"
                + " tells what each of them has)");
      }
    }
    return first;
  }
}

package dev.convoy.driver.train;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.CpuFeatures;
import dev.convoy.worker.engine.NativeThreads;
import java.io.Serializable;
import java.util.Set;

/**
 * What decides the last bits on an executor: kernels are chosen by both.
 *
 * @param nativeThreads of a task slot
 * @param cpu architecture and vector instructions
 */
record ExecutorEnvironment(int nativeThreads, String cpu) implements Serializable {

  /** The one of this JVM. */
  static ExecutorEnvironment ofThisJvm() {
    return new ExecutorEnvironment(NativeThreads.configured(), CpuFeatures.describe());
  }

  /**
   * The one that all executors share.
   *
   * @param threads that every task slot must have
   * @throws InvalidRequestException if they differ, or have another number of threads
   */
  static ExecutorEnvironment common(Set<ExecutorEnvironment> found, int threads) {
    ExecutorEnvironment first = found.iterator().next();
    for (ExecutorEnvironment one : found) {
      if (one.nativeThreads != threads) {
        throw new InvalidRequestException(
            "Cannot train: an executor has "
                + NativeThreads.VARIABLE
                + " = "
                + one.nativeThreads
                + ", and every task slot needs "
                + threads
                + " (remove spark.executorEnv."
                + NativeThreads.VARIABLE
                + " or set it to "
                + threads
                + ")");
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
    }
    return first;
  }
}

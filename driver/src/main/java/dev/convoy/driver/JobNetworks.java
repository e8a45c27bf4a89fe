package dev.convoy.driver;

import dev.convoy.worker.replica.NetworkPool;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;

/** Closes the idle networks that a finished job has left on executors. */
public final class JobNetworks {
  private static final System.Logger LOG = System.getLogger(JobNetworks.class.getName());
  private static final int TASKS_PER_SLOT = 2;

  private JobNetworks() {}

  /**
   * Closes the job's networks in this JVM and, with a few empty tasks, on executors. Executors that
   * no task reaches close them after their idle time. A failure is only logged, since the job's
   * result is complete.
   */
  public static void release(JavaSparkContext spark, String owner) {
    NetworkPool.ofThisJvm().release(owner);
    if (spark.isLocal() || spark.sc().isStopped()) {
      return;
    }
    try {
      int tasks = TASKS_PER_SLOT * spark.defaultParallelism();
      List<Integer> numbers = IntStream.range(0, tasks).boxed().toList();
      spark.parallelize(numbers, tasks).foreachPartition(new Release(owner));
    } catch (Exception e) { // Spark throws what it does not declare
      LOG.log(
          System.Logger.Level.WARNING,
          "Cannot close the networks of a finished job on its executors: they will close them later",
          e);
    }
  }

  private record Release(String owner) implements VoidFunction<Iterator<Integer>> {
    @Override
    public void call(Iterator<Integer> numbers) {
      NetworkPool.ofThisJvm().release(owner);
    }
  }
}

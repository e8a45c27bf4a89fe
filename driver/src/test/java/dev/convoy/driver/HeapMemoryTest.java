package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class HeapMemoryTest {
  private static String told(Throwable failure, boolean onExecutors) {
    return HeapMemory.explain(failure, onExecutors).orElseThrow().getMessage();
  }

  @Test
  void aHeapThatEndsIsToldWithTheSettingThatRaisesIt() {
    Error error = new OutOfMemoryError("Java heap space");
    assertThat(told(new IllegalStateException(error), false))
        .matches(
            "The Java heap ran out of memory: Java heap space\\. The heap of the driver, in which"
                + " all tasks run, has [\\d,]+ MiB \\(raise --driver-memory, or run fewer tasks at"
                + " once with --master local\\[1]\\)");
    assertThat(told(error, true)).endsWith(" MiB (raise --driver-memory)");
    assertThat(told(new SparkException("Job aborted", error), true))
        .endsWith(
            "Java heap space. Tasks run in the heaps of the executors (raise"
                + " spark.executor.memory, or run fewer tasks at once on each with"
                + " spark.executor.cores)");
  }

  @Test
  void whatSparkTellsOfAnExecutorIsUnderstood() {
    SparkException lost =
        new SparkException(
            "Job aborted due to stage failure: Task 0 in stage 1.0 failed 4 times, most recent"
                + " failure: Lost task 0.3 in stage 1.0 (TID 9): ExecutorLostFailure (executor 4"
                + " exited caused by one of the running tasks) Reason: Command exited with code 52");
    assertThat(told(lost, true)).contains("an executor ended with status 52. Tasks run in");
    assertThat(HeapMemory.explain(new SparkException("Reason: Command exited with code 1"), true))
        .isEmpty();
    assertThat(HeapMemory.explain(new IllegalStateException("52"), false)).isEmpty();
  }

  @Test
  void aTaskWithoutMemoryIsAFailedTask() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    assertThatThrownBy(
            () ->
                spark
                    .parallelize(java.util.List.of(1), 1)
                    .map(
                        number -> {
                          throw new IllegalStateException(new OutOfMemoryError("of a test"));
                        })
                    .collect())
        .satisfies(
            failure ->
                assertThat(told(failure, false))
                    .startsWith("The Java heap ran out of memory: of a test."));
  }
}

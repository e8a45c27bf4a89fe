package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.engine.NativeMemory;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What Spark gives its tasks. */
class TaskSlotsTest {
  private static final long MIB = 1L << 20;

  private static SparkConf conf(String... settings) {
    SparkConf conf = new SparkConf(false);
    for (int i = 0; i < settings.length; i += 2) {
      conf.set(settings[i], settings[i + 1]);
    }
    return conf;
  }

  @Test
  void aTaskHasANativeThreadForEachOfItsCores() {
    assertThat(TaskSlots.nativeThreads(conf())).isEqualTo(1);
    assertThat(TaskSlots.nativeThreads(conf("spark.task.cpus", "3"))).isEqualTo(3);
  }

  @Test
  void whatTheKeySaysIsStronger() {
    SparkConf conf = conf("spark.task.cpus", "3", TaskSlots.NATIVE_THREADS, "2");
    assertThat(TaskSlots.nativeThreads(conf)).isEqualTo(2);
    assertThat(TaskSlots.cores(conf)).isEqualTo(3);
  }

  @Test
  void onlyALocalMasterHasSlotsInThisProcess() {
    int cores = Runtime.getRuntime().availableProcessors();
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "local"))).isEqualTo(1);
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "local[6]"))).isEqualTo(6);
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "local[*]"))).isEqualTo(cores);
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "local[6, 3]", "spark.task.cpus", "2")))
        .isEqualTo(3);
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "local-cluster[2,1,1024]"))).isZero();
    assertThat(TaskSlots.inThisProcess(conf("spark.master", "spark://host:7077"))).isZero();
    assertThat(TaskSlots.inThisProcess(conf())).isZero();
  }

  @Test
  void anExecutorHasWhatItsClusterManagerReckons() {
    assertThat(TaskSlots.executorMemory(conf()))
        .isEqualTo(new NativeMemory(1024 * MIB, 384 * MIB, "spark.executor.memoryOverhead"));
    assertThat(TaskSlots.executorMemory(conf("spark.executor.memory", "20g")).offHeap())
        .isEqualTo(2048 * MIB);
    assertThat(
            TaskSlots.executorMemory(
                    conf(
                        "spark.executor.memory",
                        "10g",
                        "spark.executor.memoryOverheadFactor",
                        "0.4"))
                .offHeap())
        .isEqualTo(4096 * MIB);
    assertThat(TaskSlots.executorMemory(conf("spark.executor.memoryOverhead", "700")).offHeap())
        .isEqualTo(700 * MIB);
    assertThat(
            TaskSlots.executorMemory(
                    conf(
                        "spark.executor.memoryOverhead",
                        "1g",
                        "spark.memory.offHeap.enabled",
                        "true",
                        "spark.memory.offHeap.size",
                        "512m"))
                .offHeap())
        .isEqualTo(1536 * MIB);
  }

  @Test
  void aDriverInAContainerHasItsOwnKey() {
    NativeMemory memory = TaskSlots.clusterDriverMemory(conf("spark.driver.memoryOverhead", "2g"));
    assertThat(memory.heap()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(memory.offHeap()).isEqualTo(2048 * MIB);
    assertThat(memory.key()).isEqualTo("spark.driver.memoryOverhead");
  }
}

package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.summary.ReplicaMemory;
import org.junit.jupiter.api.Test;

class MemoryNeedTest {
  private static final long MIB = 1 << 20;

  private static ReplicaMemory replica(long parameters) {
    return new ReplicaMemory(
        8, Optimizer.Kind.MOMENTUM, 4 * parameters, 4 * parameters, 4 * parameters, 0, 0, 0);
  }

  /**
   * docs/averaging.md: 16 replicas of 29,853,482 parameters train on two executors with 3 GiB and 2
   * GiB beside the heap, and with a driver of 1,500 MiB.
   */
  @Test
  void aLargeNetworkNeedsWhatItWasRunWith() {
    Exchange exchange = new Exchange(2, 8, 29_853_482, 29_853_482, DeltaCodec.FLOAT32);
    MemoryNeed need = MemoryNeed.of(exchange, false, 0, replica(29_853_482));

    assertThat(need.executorHeap()).isBetween(2_560 * MIB, 4_096 * MIB);
    assertThat(need.executorOverhead()).isBetween(512 * MIB, 2_048 * MIB);
    assertThat(need.driverHeap()).isBetween(1_024 * MIB, 1_792 * MIB);
  }

  @Test
  void aSmallNetworkNeedsTheLeastHeapThatSparkTakes() {
    MemoryNeed need =
        MemoryNeed.of(
            new Exchange(2, 1, 1_000, 1_000, DeltaCodec.FLOAT32), false, 0, replica(1_000));

    assertThat(need.executorHeap()).isEqualTo(512 * MIB);
    assertThat(need.driverHeap()).isEqualTo(512 * MIB);
  }

  @Test
  void examplesAreInTheHeapOfExecutors() {
    Exchange exchange = new Exchange(2, 1, 1_000, 1_000, DeltaCodec.FLOAT32);
    long without = MemoryNeed.of(exchange, false, 0, replica(1_000)).executorHeap();
    long with = MemoryNeed.of(exchange, false, 1_024 * MIB, replica(1_000)).executorHeap();

    assertThat(with - without).isGreaterThanOrEqualTo(1_024 * MIB);
  }
}

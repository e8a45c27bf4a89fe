package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.NativeMemory;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How much memory the driver's process may hold. */
class MemoryLimitsTest {
  private static final SparkConf CLIENT = new SparkConf(false);

  private static NativeMemory given(String size) {
    return MemoryLimits.ofDriver(Map.of("CONVOY_NATIVE_MEMORY", size), CLIENT);
  }

  @Test
  void theVariableSaysWhatLiesBesideTheHeap() {
    assertThat(given("6g").offHeap()).isEqualTo(6L << 30);
    assertThat(given(" 800m ").offHeap()).isEqualTo(800L << 20);
    assertThat(given("6g").heap()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(given("6g").key()).isEqualTo("CONVOY_NATIVE_MEMORY");
  }

  @Test
  void withoutItTheHeapLeavesTheRestOfTheMachine() {
    NativeMemory memory = MemoryLimits.ofDriver(Map.of(), CLIENT);
    assertThat(memory.offHeap()).isGreaterThanOrEqualTo(512L << 20);
    assertThat(memory.key()).isEqualTo("CONVOY_NATIVE_MEMORY");
  }

  @Test
  void aDriverThatAClusterManagerStartedFollowsItsContainer() {
    SparkConf cluster = new SparkConf(false).set("spark.submit.deployMode", "cluster");
    assertThat(MemoryLimits.ofDriver(Map.of(), cluster).key())
        .isEqualTo("spark.driver.memoryOverhead");
  }

  @ParameterizedTest
  @ValueSource(strings = {"six", "0", "-1g", "6 g b"})
  void whatIsNoSizeIsRefused(String size) {
    assertThatThrownBy(() -> given(size))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot start: CONVOY_NATIVE_MEMORY = "
                + size
                + " is not a size (write it as 6g or 800m)");
  }
}

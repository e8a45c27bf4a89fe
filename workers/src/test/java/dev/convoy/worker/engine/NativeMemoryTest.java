package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.JobFailedException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

/** The limits of native memory, and what people are told when it runs out. */
class NativeMemoryTest {
  private static final long MIB = 1L << 20;

  @Test
  void theProcessMayHoldTheHeapAndWhatIsBesideIt() {
    NativeMemory memory = new NativeMemory(1024 * MIB, 384 * MIB, "spark.executor.memoryOverhead");
    assertThat(memory.javaOptions())
        .containsExactly(
            "-Dorg.bytedeco.javacpp.maxbytes=402653184",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=1476395008",
            "-Dconvoy.nativeMemoryKey=spark.executor.memoryOverhead");
  }

  @Test
  void theLimitsOfThisJvmAreThoseOfJavacpp() {
    NativeMemory memory = NativeMemory.ofThisJvm();
    assertThat(memory.heap()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(memory.heap() + memory.offHeap()).isEqualTo(Pointer.maxPhysicalBytes());
  }

  @Test
  void everyWayToRunOutNamesTheLimitsAndTheKey() {
    String[] messages = {
      "Physical memory usage is too high: physicalBytes (944M) > maxPhysicalBytes (900M)",
      "Failed to allocate memory within limits: totalBytes (2G) > maxBytes (1G)",
      "Cannot allocate new LongPointer(2): totalBytes = 256, physicalBytes = 944M",
      "Failed to allocate [123456] bytes"
    };
    for (String message : messages) {
      Throwable wrapped =
          new IllegalStateException("while training", new OutOfMemoryError(message));
      Optional<JobFailedException> told = NativeMemory.explain(wrapped);
      assertThat(told).as(message).isPresent();
      assertThat(told.get())
          .hasMessageMatching(
              "Native memory ran out: "
                  + Pattern.quote(message)
                  + "\\. The process may hold [\\d,]+ MiB: [\\d,]+ MiB of Java heap, and [\\d,]+ MiB"
                  + " for networks and the JVM itself \\(raise \\S+, or take smaller batches or fewer"
                  + " task slots;.*\\)")
          .hasNoCause();
      assertThat(told.get().getStackTrace()).isEqualTo(wrapped.getCause().getStackTrace());
    }
    assertThat(NativeMemory.explain(new RuntimeException("Allocation failed: [none left]")))
        .isPresent();
  }

  @Test
  void otherFailuresAreLeftAsTheyAre() {
    assertThat(NativeMemory.explain(new OutOfMemoryError("Java heap space"))).isEmpty();
    assertThat(NativeMemory.explain(new IllegalStateException("Cannot allocate new hope")))
        .isEmpty();
    assertThat(NativeMemory.explain(new OutOfMemoryError())).isEmpty();
  }

  @Test
  void limitsMustLeaveRoom() {
    assertThatThrownBy(() -> new NativeMemory(MIB, 0, "key"))
        .hasMessageContaining("offHeap: 0 (must be greater than 0)");
  }

  @Test
  void trimmingIsPossible() {
    NativeMemory.trim();
  }
}

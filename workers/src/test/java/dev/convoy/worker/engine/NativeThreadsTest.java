package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;

/** Every network has the native threads that it was given, and sums come out the same. */
class NativeThreadsTest {
  @AfterEach
  void oneForTheNextTest() {
    NativeThreads.apply(1);
  }

  @Test
  void loopsThatAreNotDividedAreAccepted() {
    assertThatCode(() -> NativeThreads.requireSerialLoops(1, "1")).doesNotThrowAnyException();
    assertThatCode(() -> NativeThreads.requireSerialLoops(1, null)).doesNotThrowAnyException();
  }

  @Test
  void dividedLoopsAreRefusedWithTheRemedy() {
    assertThatThrownBy(() -> NativeThreads.requireSerialLoops(8, null))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: OMP_NUM_THREADS is not set, so that ND4J divides its sums among 8"
                + " threads and their last bits would differ from run to run (start it through"
                + " bin/convoy, or: export OMP_NUM_THREADS=1; the key engine.nativeThreads gives a"
                + " task more threads)");
    assertThatThrownBy(() -> NativeThreads.requireSerialLoops(2, "2,1"))
        .hasMessageContaining("OMP_NUM_THREADS = 2,1, so that ND4J divides its sums among 2");
  }

  @Test
  void theTestsRunAsTrainingDoes() {
    NativeThreads.requireSerialLoops();
    assertThat(NativeThreads.loopParts()).isEqualTo(1);
  }

  @Test
  void theThreadThatLoadsNd4jIsGivenTheNumberOfTheOthers() {
    Nd4j.zeros(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(7); // as loading does
    NativeThreads.apply(1);
    assertThat(NativeThreads.ofThisThread()).isEqualTo(1);
  }

  @Test
  void theNumberBelongsToTheThread() throws InterruptedException {
    NativeThreads.apply(1);
    List<Integer> ofOther = new ArrayList<>();
    Thread other =
        new Thread(
            () -> {
              NativeThreads.apply(3);
              ofOther.add(NativeThreads.ofThisThread());
            });
    other.start();
    other.join();
    assertThat(ofOther).containsExactly(3);
    assertThat(NativeThreads.ofThisThread()).isEqualTo(1);
  }

  @Test
  void openBlasHasNoHelpersThatNetworksWouldShare() {
    openblas_nolapack.blas_set_num_threads(2);
    NativeThreads.apply(2);
    assertThat(openblas_nolapack.blas_get_num_threads()).isEqualTo(1);
  }

  @Test
  void noThreadsAreRefused() {
    assertThatThrownBy(() -> NativeThreads.apply(0)).hasMessageContaining("threads");
  }
}

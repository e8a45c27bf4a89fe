package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.data.InvalidRequestException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/** The number of native threads is checked before anything is trained. */
class NativeThreadsTest {
  @Test
  void theRightNumberIsAccepted() {
    assertThatCode(() -> NativeThreads.require(2, Map.of("OMP_NUM_THREADS", " 2 ")))
        .doesNotThrowAnyException();
  }

  @Test
  void aMissingNumberIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> NativeThreads.require(1, Map.of("PATH", "/bin")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: OMP_NUM_THREADS is not set, and every task slot of this process needs 1"
                + " (run it through bin/convoy, or: export OMP_NUM_THREADS=1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "2,1", "0", "", "two", "-1", "99999999999"})
  void anotherValueIsRefusedAndShown(String value) {
    assertThatThrownBy(() -> NativeThreads.require(2, Map.of("OMP_NUM_THREADS", value)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train: OMP_NUM_THREADS = "
                + value
                + ", and every task slot of this process needs 2"
                + " (run it through bin/convoy, or: export OMP_NUM_THREADS=2)");
  }

  @Test
  void theThreadThatLoadsNd4jIsGivenTheNumberOfTheOthers() {
    assumeTrue(NativeThreads.configured() > 0, "OMP_NUM_THREADS is not set");
    Nd4j.zeros(1);
    NativeOps operations = NativeOpsHolder.getInstance().getDeviceNativeOps();
    operations.setOmpNumThreads(NativeThreads.configured() + 3); // as loading does
    NativeThreads.apply();
    assertThat(operations.ompGetMaxThreads()).isEqualTo(NativeThreads.configured());
  }

  @Test
  void theNumberOfThisProcessIsReadFromItsEnvironment() {
    String value = System.getenv(NativeThreads.VARIABLE);
    assertThat(NativeThreads.configured()).isEqualTo(value == null ? 0 : Integer.parseInt(value));
  }
}

package dev.convoy.worker.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The CPU is named by what decides which kernels run. */
class CpuFeaturesTest {
  @Test
  void theArchitectureComesFirstAndNoFeatureTwice() {
    String[] words = CpuFeatures.describe().split(" ");
    assertThat(words[0]).isEqualTo(System.getProperty("os.arch")).isNotBlank();
    assertThat(words).doesNotHaveDuplicates();
  }

  @Test
  void theSameMachineIsDescribedAlike() {
    assertThat(CpuFeatures.describe()).isEqualTo(CpuFeatures.describe());
  }
}

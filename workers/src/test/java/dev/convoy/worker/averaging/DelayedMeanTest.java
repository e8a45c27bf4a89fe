package dev.convoy.worker.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DelayedMeanTest {
  /** The replica was at 1, moved by 0.5, and the mean is 3: it goes on at 3.5. */
  @Test
  void theResultIsTheMeanAndTheReplicasOwnChange() {
    float[] sent = {1, -2};
    DelayedMean.apply(new float[] {1.5f, -4}, new float[] {3, 2}, sent, Ranges.everything(2));
    assertThat(sent).containsExactly(3.5f, 0);
  }

  @Test
  void aReplicaThatIsTheMeanKeepsItsBits() {
    float[] trained = {1e-30f, 1e30f, -0.1f, 3};
    float[] mean = {1, -7, 1e20f, 3};
    float[] sent = mean.clone();
    DelayedMean.apply(trained, mean, sent, Ranges.everything(4));
    assertThat(sent).containsExactly(trained);
  }

  @Test
  void statisticsStayAsTrained() {
    Ranges ranges = Ranges.without(List.of(new PooledVariances.Statistics(1, 2, 1)), 5);
    float[] sent = {1, 1, 1, 1, 1};
    DelayedMean.apply(new float[] {2, 0.1f, 0.2f, 2, 2}, new float[] {9, 9, 9, 9, 9}, sent, ranges);
    assertThat(sent).containsExactly(10, 0.1f, 0.2f, 10, 10);
  }
}

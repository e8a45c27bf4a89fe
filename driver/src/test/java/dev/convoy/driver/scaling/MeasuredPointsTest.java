package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.averaging.DeltaCodec;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The measured points of docs/scaling.md, with which the model must agree within a fifth. */
class MeasuredPointsTest {
  private static final int LENET = 857_738;
  private static final Percentage A_FIFTH = Percentage.withPercentage(20);

  private static RoundModel model(Exchange exchange, Link link) {
    return new RoundModel(exchange, link, Costs.measured());
  }

  /** Dense networks on two executors of one machine, in milliseconds beyond the steps. */
  @ParameterizedTest
  @CsvSource({"1000120, 1, 54", "10000315, 1, 181", "30000130, 1, 605", "1000120, 4, 81"})
  void denseNetworks(int parameters, int replicas, double millis) {
    RoundModel.Parts round =
        model(
                new Exchange(2, replicas, parameters, parameters, DeltaCodec.FLOAT32),
                Link.unlimited())
            .round(2, 0);

    assertThat((round.starting() + round.exchange()) * 1000).isCloseTo(millis, A_FIFTH);
  }

  /**
   * LeNet on two executors: milliseconds of a round that are not computing. Without updater state
   * it is the variant that sends int8 and resets the optimizer state.
   */
  @ParameterizedTest
  @CsvSource({
    "none, FLOAT32, 857738, 28.0",
    "1gbit, FLOAT32, 857738, 66.3",
    "100mbit, FLOAT32, 857738, 717",
    "none, INT8, 0, 39.9",
    "1gbit, INT8, 0, 37.3"
  })
  void lenet(String rate, DeltaCodec codec, int updaterState, double millis) {
    Link link = rate.equals("none") ? Link.unlimited() : Link.of(rate);
    RoundModel.Parts round =
        model(new Exchange(2, 1, LENET, updaterState, codec), link).round(10, 0.03);

    assertThat(round.exchange() * 1000).isCloseTo(millis, A_FIFTH);
  }

  /** LeNet on two executors with {@code --overlap 20}: nearly all rounds are overlapped. */
  @ParameterizedTest
  @CsvSource({"none, 19.0", "1gbit, 20.0"})
  void overlappedLenet(String rate, double millis) {
    Link link = rate.equals("none") ? Link.unlimited() : Link.of(rate);
    RoundModel.Parts round =
        model(new Exchange(2, 1, LENET, 0, DeltaCodec.FLOAT32), link).round(10, 0.03).overlapped();

    assertThat(round.exchange() * 1000).isCloseTo(millis, A_FIFTH);
  }
}

package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.DeltaCodec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RoundModelTest {
  private static final int CHUNK = 65_536;
  private static final double EXACT = 1e-12;

  @Test
  void aRoundIsTheSumThatOneComputesByHand() {
    Costs costs = new Costs(0.01, 0.001, 0.003, 1e-9, 2e-9, 1e-4, 3e-9, 4e-9, 1.05, 0.84, 0);
    Exchange exchange = new Exchange(2, 1, 2 * CHUNK, 0, DeltaCodec.FLOAT32);
    RoundModel.Parts round = new RoundModel(exchange, Link.of("100mbit"), costs).round(10, 0.02);

    assertThat(round.computing()).isEqualTo(0.2, within(EXACT));
    assertThat(round.waiting()).isZero();
    assertThat(round.fixed()).isEqualTo(0.012, within(EXACT));
    assertThat(round.preparing()).isEqualTo(2 * CHUNK * 4 * 1e-9, within(EXACT));
    // 524,288 bytes in each direction, a quarter more on the wire
    assertThat(round.link()).isEqualTo(2 * CHUNK * 4 * 8 * 1.25 / 1e8, within(EXACT));
    assertThat(round.work())
        .isEqualTo(4 * CHUNK * 4 * 2e-9 + 4 * 1e-4 + 2 * CHUNK * 3e-9, within(EXACT));
    assertThat(round.total())
        .isEqualTo(0.2 + 0.003 + 0.012 + round.preparing() + round.link(), within(EXACT));
  }

  @Test
  void beside200MillisecondsOfStepsALinkCountsForWhatIsLeft() {
    Costs costs = new Costs(0, 0, 0, 0, 1e-9, 0, 0, 0, 1, 1, 0);
    Exchange exchange = new Exchange(2, 1, 100 * CHUNK, 0, DeltaCodec.FLOAT32);
    // 26,214,400 bytes in each direction
    double link = 100 * CHUNK * 4 * 8 / 1e9;
    RoundModel.Parts slow =
        new RoundModel(exchange, Link.of("1gbit"), costs).round(10, 0.02).overlapped();
    RoundModel.Parts fast =
        new RoundModel(exchange, Link.of("10gbit"), costs).round(10, 0.02).overlapped();

    assertThat(slow.link()).isEqualTo(link - 0.2, within(EXACT));
    assertThat(fast.link()).isZero();
    assertThat(fast.exchange()).isEqualTo(2 * 100 * CHUNK * 4 * 1e-9, within(EXACT));
  }

  @Test
  void encodingAndDecodingAreWork() {
    Costs costs = new Costs(0, 0, 0, 0, 0, 0, 0, 4e-9, 1, 1, 0);
    Exchange exchange = new Exchange(2, 1, 2 * CHUNK, 0, DeltaCodec.INT8);
    RoundModel.Parts round = new RoundModel(exchange, Link.unlimited(), costs).round(1, 1);

    assertThat(round.preparing()).isEqualTo(2 * CHUNK * 4e-9, within(EXACT));
    assertThat(round.work()).isEqualTo(4 * CHUNK * 4e-9, within(EXACT));
  }

  @Property(tries = 100)
  void aFasterLinkIsNeverSlower(
      @ForAll @IntRange(min = 1, max = 256) int workers,
      @ForAll @IntRange(min = 1, max = 10_000_000) int parameters) {
    Exchange exchange = new Exchange(workers, 1, parameters, parameters, DeltaCodec.FLOAT32);
    double before = Double.POSITIVE_INFINITY;
    for (String rate : new String[] {"100mbit", "1gbit", "10gbit", "100gbit"}) {
      double now =
          new RoundModel(exchange, Link.of(rate), Costs.measured()).round(10, 0.02).total();
      assertThat(now).isLessThanOrEqualTo(before);
      before = now;
    }
  }

  @Property(tries = 100)
  void longerRoundsComputeForAGreaterShare(
      @ForAll @IntRange(min = 1, max = 256) int workers,
      @ForAll @IntRange(min = 1, max = 1_000) int steps) {
    RoundModel model =
        new RoundModel(
            new Exchange(workers, 1, 857_738, 857_738, DeltaCodec.FLOAT32),
            Link.of("10gbit"),
            Costs.measured());

    assertThat(model.round(steps + 1, 0.02).computingShare())
        .isGreaterThanOrEqualTo(model.round(steps, 0.02).computingShare());
  }

  @Test
  void oneExecutorOnlyComputes() {
    Exchange alone = new Exchange(1, 1, 857_738, 857_738, DeltaCodec.INT8);
    RoundModel.Parts round =
        new RoundModel(alone, Link.of("1gbit"), Costs.measured()).round(10, 0.02);

    assertThat(round.total()).isEqualTo(0.2, within(EXACT));
    assertThat(round.computingShare()).isEqualTo(1);
  }
}

package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.worker.averaging.DeltaCodec;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ExchangeTest {
  private static final int CHUNK = 65_536;
  private static final int LENET = 857_738;

  @Test
  void twoExecutorsSendAsMuchAsAReplica() {
    Exchange exchange = new Exchange(2, 1, 4 * CHUNK, 4 * CHUNK, DeltaCodec.FLOAT32);
    Exchange.Traffic busiest = exchange.busiest();

    assertThat(exchange.bytesOfReplica()).isEqualTo(2L * 4 * CHUNK * 4);
    assertThat(busiest.sent()).isEqualTo(exchange.bytesOfReplica());
    assertThat(busiest.received()).isEqualTo(exchange.bytesOfReplica());
    // 4 pieces and 4 results, sent and received
    assertThat(busiest.blocks()).isEqualTo(16);
    // 4 own chunks, of two replicas
    assertThat(busiest.summed()).isEqualTo(2L * 4 * CHUNK);
    assertThat(busiest.coded()).isZero();
  }

  @Property(tries = 200)
  void allTogetherSendTwiceTheVectorsForEveryOtherExecutor(
      @ForAll @IntRange(min = 1, max = 300) int executors,
      @ForAll @IntRange(min = 1, max = 5_000_000) int parameters,
      @ForAll @IntRange(max = 5_000_000) int updaterState) {
    Exchange exchange = new Exchange(executors, 1, parameters, updaterState, DeltaCodec.FLOAT32);

    assertThat(exchange.bytesOfAll())
        .isEqualTo(2L * (executors - 1) * (parameters + (long) updaterState) * Float.BYTES);
  }

  @Property(tries = 200)
  void theBusiestCarriesAtLeastAnEqualPart(
      @ForAll @IntRange(min = 2, max = 300) int executors,
      @ForAll @IntRange(min = 1, max = 5_000_000) int parameters) {
    Exchange exchange = new Exchange(executors, 1, parameters, parameters, DeltaCodec.FLOAT32);

    assertThat(exchange.busiest().busierDirection() * (double) executors)
        .isGreaterThanOrEqualTo(exchange.bytesOfAll());
  }

  @Test
  void oneExecutorExchangesNothing() {
    Exchange.Traffic alone = new Exchange(1, 4, LENET, LENET, DeltaCodec.FLOAT32).busiest();

    assertThat(alone.sent() + alone.received() + alone.blocks()).isZero();
  }

  @Test
  void withFewerChunksThanExecutorsAnOwnerServesAllOthers() {
    Exchange exchange = new Exchange(64, 1, CHUNK, 0, DeltaCodec.FLOAT32);

    assertThat(exchange.busiest().sent()).isEqualTo(63L * CHUNK * 4);
    assertThat(exchange.busiest().received()).isEqualTo(63L * CHUNK * 4);
  }

  @Test
  void severalReplicasOfAnExecutorSendTheirSum() {
    Exchange two = new Exchange(2, 2, 2 * CHUNK, 0, DeltaCodec.FLOAT32);
    Exchange eight = new Exchange(2, 8, 2 * CHUNK, 0, DeltaCodec.FLOAT32);

    // a piece of doubles, and a result of floats
    assertThat(two.busiest().sent()).isEqualTo(CHUNK * (8L + 4));
    assertThat(eight.busiest().sent()).isEqualTo(CHUNK * (8L + 4));
  }

  @Test
  void int8WithoutUpdaterStateSendsAByteForEachParameterAndResult() {
    Exchange small = new Exchange(2, 1, 2 * CHUNK, 0, DeltaCodec.INT8);

    // a byte for each value, and a scale for each block of 1024
    long piece = CHUNK + CHUNK / 1024 * 4;
    assertThat(small.bytesOfReplica()).isEqualTo(2 * piece);
    assertThat(small.busiest().sent()).isEqualTo(2 * piece);
    // a piece, the own result twice, and the result of the other
    assertThat(small.busiest().coded()).isEqualTo(4 * CHUNK);
  }
}

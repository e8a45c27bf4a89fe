package dev.convoy.driver.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.ReplicaMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.replica.NetworkSnapshot;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AlarmsTest {
  private final List<Alarm> raised = new CopyOnWriteArrayList<>();
  private final TrainingListener everyone =
      new TrainingListener() {
        @Override
        public void alarmRaised(Alarm alarm) {
          raised.add(alarm);
        }
      };

  private Alarms alarms(Long... validation) {
    Alarms alarms =
        new Alarms(
            new Guessing(validation.length == 0 ? 10 : validation.length, List.of(validation)));
    alarms.attached(everyone);
    return alarms;
  }

  private List<Alarm.Kind> kinds() {
    return raised.stream().map(Alarm::kind).toList();
  }

  private static RoundMetrics round(int number, double... seconds) {
    List<ReplicaMetrics> replicas =
        Arrays.stream(seconds).mapToObj(one -> new ReplicaMetrics(10, 1, one)).toList();
    return new RoundMetrics(1, number, 1, 20, 0, 1, 0.1, replicas, OptionalDouble.empty(), 2, 0, 0);
  }

  private static EpochMetrics epoch(int number, double loss, double accuracy) {
    return new EpochMetrics(
        number, number, loss, OptionalDouble.of(accuracy), OptionalDouble.of(1), 100);
  }

  @Test
  void theReplicaThatOthersAlwaysWaitForIsNamedOnce() {
    Alarms alarms = alarms();
    for (int i = 1; i <= 3 * Alarms.ROUNDS; i++) {
      alarms.roundDone(round(i, 1, 1.5, 1));
    }
    assertThat(raised).hasSize(1);
    assertThat(raised.get(0).text())
        .startsWith("Replica 1 was the slowest in 50 of the last 50 rounds, and took 1.5 times");
  }

  @Test
  void replicasThatTakeTurnsOrDifferLittleAreNoAlarm() {
    Alarms alarms = alarms();
    for (int i = 1; i <= 3 * Alarms.ROUNDS; i++) {
      alarms.roundDone(i % 2 == 0 ? round(i, 1, 2) : round(i, 2, 1));
    }
    Alarms equal = alarms();
    for (int i = 1; i <= 3 * Alarms.ROUNDS; i++) {
      equal.roundDone(round(i, 1, 1.1));
    }
    assertThat(raised).isEmpty();
  }

  @Test
  void aLossThatRisesIsToldEachTime() {
    Alarms alarms = alarms();
    alarms.epochDone(epoch(1, 1.0, 0.9));
    alarms.epochDone(epoch(2, 1.01, 0.9));
    assertThat(raised).isEmpty();
    alarms.epochDone(epoch(3, 1.2, 0.9));
    alarms.epochDone(epoch(4, 1.1, 0.9));
    alarms.epochDone(epoch(5, 1.3, 0.9));
    assertThat(kinds()).containsExactly(Alarm.Kind.LOSS_ROSE, Alarm.Kind.LOSS_ROSE);
    assertThat(raised.get(0).text()).contains("epoch 3, 1.2000", "1.0100");
  }

  /** 100 of 400 examples are of one label: 0.25, and 3 standard deviations of 0.0217 more. */
  @Test
  void accuracyThatChanceCanGiveIsToldOnce() {
    Alarms alarms = alarms(100L, 100L, 100L, 100L);
    alarms.epochDone(epoch(1, 1.0, 0.32));
    assertThat(raised).isEmpty();
    alarms.epochDone(epoch(2, 0.9, 0.31));
    alarms.epochDone(epoch(3, 0.8, 0.2));
    assertThat(kinds()).containsExactly(Alarm.Kind.CHANCE);
  }

  @Test
  void aLossFarBeyondThatOfGuessingIsToldOnce() {
    Alarms alarms = alarms();
    alarms.roundDone(lossOf(1, 9.9 * Math.log(10)));
    assertThat(raised).isEmpty();
    alarms.roundDone(lossOf(2, 913_082_181_381_798.9));
    alarms.roundDone(lossOf(3, 1e30));
    assertThat(kinds()).containsExactly(Alarm.Kind.LARGE_LOSS);
    assertThat(raised.get(0).text())
        .startsWith("The loss of round 2 is ")
        .contains("gives 2.3026: such runs mostly diverge")
        .contains("--learning-rate");
  }

  private static RoundMetrics lossOf(int number, double loss) {
    return new RoundMetrics(
        1, number, 1, 20, 0, loss, 0.1, List.of(), OptionalDouble.empty(), 2, 0, 0);
  }

  @Test
  void withoutValidationALossOfGuessingIsTold() {
    Alarms alarms = alarms();
    for (int epoch = 1; epoch <= 3; epoch++) {
      alarms.epochDone(
          new EpochMetrics(
              epoch, epoch, 2.31, OptionalDouble.empty(), OptionalDouble.empty(), 100));
    }
    assertThat(kinds()).containsExactly(Alarm.Kind.CHANCE);
    assertThat(raised.get(0).text()).startsWith("After epoch 2 the training loss, 2.3100");
  }

  @Test
  void manyDeadUnitsAreTold() {
    Alarms alarms = alarms();
    alarms.epochSeen(seen(5));
    assertThat(raised).isEmpty();
    alarms.epochSeen(seen(6));
    alarms.epochSeen(seen(7));
    assertThat(kinds()).containsExactly(Alarm.Kind.DEAD_UNITS);
    assertThat(raised.get(0).text()).contains("60 % of the units are dead");
  }

  private static EpochDetails seen(int dead) {
    NetworkSnapshot snapshot =
        new NetworkSnapshot(
            List.of(),
            new float[0],
            new float[0],
            List.of(new NetworkSnapshot.Units("relu", 10, dead)));
    return new EpochDetails(1, 1, 1, Optional.of(snapshot), Optional.empty());
  }

  @Test
  @Timeout(30)
  void aRunThatDoesNothingIsToldOnceForEachTime() throws InterruptedException {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(2);
    try (StallWatch watch =
        new StallWatch(
            1,
            () -> {
              first.countDown();
              second.countDown();
            })) {
      watch.attached(everyone);
      watch.started(10, 0);
      watch.roundDone(round(4, 1, 1));
      assertThat(first.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(raised).hasSize(1);
      assertThat(raised.get(0).kind()).isEqualTo(Alarm.Kind.STALLED);
      assertThat(raised.get(0).text()).contains("since round 4");
      watch.roundDone(round(5, 1, 1));
      assertThat(second.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(raised.get(1).text()).contains("since round 5");
    }
  }
}

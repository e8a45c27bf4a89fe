package dev.convoy.driver.train.rounds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.train.Plans;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Executors that exchange their vectors. Each of the two tasks is an executor of its own here, with
 * a connection to the other.
 */
@Tag("slow")
@Timeout(180)
class ExecutorRoundsTest extends EqualRounds {
  @Override
  String setting() {
    return RoundsWay.APART;
  }

  @Override
  String value() {
    return "true";
  }

  /** Each executor sends the sums of its replicas, along with a single one. */
  @Test
  void sumsOfReplicasGiveTheSameBits() {
    sameBits(wide(7, Optimizer.momentum(0.9)));
  }

  @Test
  void theStateOfTheOuterStepStaysWithTheOwner() {
    sameBits(
        Plans.averaged(
            wide(3, Optimizer.momentum(0.9)),
            averaging -> {
              averaging.outerStep = OuterStep.adam(0.01);
              averaging.sent = DeltaCodec.FLOAT16;
              averaging.returned = ReturnedModel.meanOfEpochs(2);
            }));
  }

  /** A job of its own needs the slots that the tasks have. */
  @Test
  void tasksStepAsideForOtherJobs() {
    TrainPlan plan = wide(2, Optimizer.momentum(0.9));
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            assertThat(SPARK.parallelize(List.of(1, 2), 2).count()).isEqualTo(2);
          }
        };
    sameBits(plan, counting);
  }

  /** Jobs that start at any moment make the tasks step aside again and again. */
  @Test
  void jobsBesideARunChangeNoBit() throws InterruptedException {
    AtomicBoolean trained = new AtomicBoolean();
    AtomicInteger jobs = new AtomicInteger();
    Thread beside =
        new Thread(
            () -> {
              while (!trained.get()) {
                SPARK.parallelize(List.of(1, 2), 2).count();
                jobs.incrementAndGet();
              }
            });
    TrainPlan plan = Plans.split(Plans.of(SMALL), 3, 2, 1);
    beside.start();
    try {
      sameBits(plan);
    } finally {
      trained.set(true);
      beside.join();
    }
    assertThat(jobs.get()).isPositive();
  }

  /** The stage ends with the task, and the rounds since the last fetch are repeated. */
  @Test
  void aTaskThatIsKilledChangesNoBit() {
    TrainPlan plan = Plans.epochs(Plans.split(Plans.of(SMALL), 3, 1, 1), 2);
    Set<Long> running = new ConcurrentSkipListSet<>();
    SparkListener tasks =
        new SparkListener() {
          @Override
          public void onTaskStart(SparkListenerTaskStart start) {
            running.add(start.taskInfo().taskId());
          }

          @Override
          public void onTaskEnd(SparkListenerTaskEnd end) {
            running.remove(end.taskInfo().taskId());
          }
        };
    List<Long> killed = new ArrayList<>();
    TrainingListener killing =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            if (metrics.round() == 4 || metrics.round() == 15) {
              running.stream()
                  .findFirst()
                  .ifPresent(
                      task -> {
                        killed.add(task);
                        SPARK.sc().killTaskAttempt(task, true, "for a test");
                      });
            }
          }
        };
    SPARK.sc().addSparkListener(tasks);
    try {
      sameBits(plan, killing);
    } finally {
      SPARK.sc().removeSparkListener(tasks);
    }
    assertThat(killed).hasSize(2);
  }

  @Test
  void theWayIsToldWithItsReason() {
    assertThat(RoundsWay.choose(SPARK).text())
        .isEqualTo("in tasks that keep running in this process");
    conf().set(RoundsWay.SETTING, "jobs");
    assertThat(RoundsWay.choose(SPARK))
        .isEqualTo(
            new RoundsWay.Choice(false, "a Spark job for each, as engine.rounds = jobs demands"));
    conf().set(RoundsWay.SETTING, "sometimes");
    assertThatThrownBy(() -> RoundsWay.choose(SPARK))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("spark.convoy.rounds = sometimes (must be auto, tasks or jobs)");
    conf().remove(RoundsWay.SETTING);
  }
}

package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.LearningRateSchedule.Shape;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strategies of averaging have in common with the plain mean, and where they part from it. */
@Tag("slow")
class StrategiesTest {
  private static final ImageShape SHAPE = new ImageShape(4, 4, 1);
  private static final int LABELS = 3;
  private static final Network NETWORK =
      TestModels.network(SHAPE, LABELS, "{ dense { units = 40, activation = tanh } }");

  /** 32 examples, two replicas, batch 2: 8 steps an epoch. */
  private static final TrainPlan PLAN =
      Plans.steps(
          Plans.split(Plans.of(NETWORK), 2, 2, 4),
          LearningRateSchedule.constant(0.05),
          Optimizer.momentum(0.9));

  @TempDir static Path shared;
  private static ImageDataset data;

  @TempDir Path directory;
  private int runs;

  @BeforeAll
  static void prepareDataset() {
    Images.random(SHAPE.width(), LABELS, 32, 1).write(shared.resolve("raw"), "train");
    data = TestDatasets.prepare(shared.resolve("raw"), shared.resolve("dataset"));
  }

  /** The parameters of the model, and what happened in its rounds. */
  private record Outcome(List<Float> parameters, List<RoundMetrics> rounds) {}

  private Outcome train(TrainPlan plan) {
    Path run = directory.resolve("run " + runs++);
    List<RoundMetrics> rounds = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void roundDone(RoundMetrics metrics) {
            rounds.add(metrics);
          }
        };
    Runs.train(plan, data, run, start -> StartNotes.none(), listener);
    List<Float> parameters = new ArrayList<>();
    for (float parameter : Runs.model(run).parameters()) {
      parameters.add(parameter);
    }
    return new Outcome(parameters, rounds);
  }

  private Outcome train(TrainPlan plan, Consumer<Plans.Averaged> changes) {
    return train(Plans.averaged(plan, changes));
  }

  private static List<Integer> steps(Outcome outcome) {
    return outcome.rounds.stream().map(RoundMetrics::steps).toList();
  }

  private static void close(Outcome found, Outcome expected, double tolerance) {
    for (int i = 0; i < expected.parameters.size(); i++) {
      assertThat((double) found.parameters.get(i))
          .as("parameter " + i)
          .isCloseTo(expected.parameters.get(i), within(tolerance));
    }
  }

  @Test
  void postLocalAveragesEveryStepAtFirst() {
    AveragingPeriod period = new AveragingPeriod(AveragingPeriod.Kind.POST_LOCAL, 4, 0.5, 0, 1, 4);
    assertThat(steps(train(PLAN, averaging -> averaging.period = period)))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 4, 4);
  }

  @Test
  void quadraticPeriodsGrowAsTheLearningRateFalls() {
    AveragingPeriod period = new AveragingPeriod(AveragingPeriod.Kind.QUADRATIC, 1, 0, 0.1, 1, 5);
    LearningRateSchedule falling = new LearningRateSchedule(Shape.COSINE, 0.1, 0.25, 1, 1);
    List<Integer> steps =
        steps(
            train(
                Plans.steps(PLAN, falling, Optimizer.sgd()),
                averaging -> averaging.period = period));
    // In the two steps of warm-up, and at the top, (0.1 / 0.1)² is 1.
    assertThat(steps.subList(0, 3)).containsExactly(1, 1, 1);
    assertThat(steps.get(steps.size() - 2)).isGreaterThan(1);
    assertThat(steps.stream().mapToInt(Integer::intValue).sum()).isEqualTo(16);
  }

  @Test
  void adaptivePeriodsFollowTheReplicas() {
    AveragingPeriod calm = new AveragingPeriod(AveragingPeriod.Kind.ADAPTIVE, 1, 0, 0, 1e9, 4);
    assertThat(steps(train(PLAN, averaging -> averaging.period = calm)))
        .containsExactly(1, 2, 4, 1, 4, 4);
    AveragingPeriod strict = new AveragingPeriod(AveragingPeriod.Kind.ADAPTIVE, 4, 0, 0, 1e-9, 4);
    assertThat(steps(train(PLAN, averaging -> averaging.period = strict)).subList(0, 4))
        .containsExactly(4, 2, 1, 1);
  }

  @Test
  void anOuterStepOfLengthOneWithoutMomentumIsTheMean() {
    close(
        train(PLAN, averaging -> averaging.outerStep = OuterStep.nesterov(1, 0)),
        train(PLAN),
        1e-6);
  }

  @Test
  void anOuterMomentumGoesFurther() {
    Outcome mean = train(PLAN);
    Outcome further = train(PLAN, averaging -> averaging.outerStep = OuterStep.nesterov(1, 0.5));
    assertThat(further.parameters).isNotEqualTo(mean.parameters);
    assertThat(further.rounds.get(0).loss()).isEqualTo(mean.rounds.get(0).loss());
  }

  @Test
  void whereThereIsNoStateToAverageResetIsNothing() {
    TrainPlan sgd = Plans.steps(PLAN, LearningRateSchedule.constant(0.05), Optimizer.sgd());
    assertThat(
            train(sgd, averaging -> averaging.updaterState = AveragingPlan.UpdaterState.RESET)
                .parameters)
        .isEqualTo(train(sgd).parameters);
  }

  /** A round that starts from no state, at step 0 of Adam's bias correction, is a run's first. */
  @Test
  void afterAResetEveryRoundIsTheFirst() {
    TrainPlan adam =
        Plans.with(
            Plans.split(PLAN, 2, 100, 1),
            draft -> {
              draft.optimizer = Optimizer.adam();
              draft.epochs = 1;
            });
    TrainPlan two =
        Plans.epochs(
            Plans.averaged(
                adam,
                averaging -> {
                  averaging.period = AveragingPeriod.fixed(1);
                  averaging.updaterState = AveragingPlan.UpdaterState.RESET;
                }),
            2);
    Runs.train(adam, data, directory.resolve("one"));
    TrainPlan again = Plans.init(adam, directory.resolve("one/model").toString());
    // A batch holds the whole shard, so that the order of an epoch changes rounding alone.
    close(train(two), train(again), 1e-6);
    assertThat(train(Plans.epochs(adam, 2)).parameters).isNotEqualTo(train(two).parameters);
  }

  @Test
  void fewerBytesAreSentAndWhatArrivesIsNear() {
    Outcome whole = train(PLAN);
    long state = Float.BYTES * NETWORK.parameters() * 2;
    long parameters = whole.rounds.get(0).bytes() - state;
    assertThat(parameters).isEqualTo(Float.BYTES * NETWORK.parameters() * 2);
    for (DeltaCodec codec : List.of(DeltaCodec.FLOAT16, DeltaCodec.INT8)) {
      Outcome coded = train(PLAN, averaging -> averaging.sent = codec);
      double share = (double) (coded.rounds.get(0).bytes() - state) / parameters;
      assertThat(share).isCloseTo(codec == DeltaCodec.FLOAT16 ? 0.5 : 0.25, within(0.01));
      close(coded, whole, codec == DeltaCodec.FLOAT16 ? 1e-3 : 0.1);
      assertThat(coded.parameters).isNotEqualTo(whole.parameters);
    }
  }

  /**
   * The parameters of the next round are sent as encoded deltas too: with int8 all changes of a
   * round are multiples of one scale, the largest change divided by 127.
   */
  @Test
  void aRoundChangesParametersByMultiplesOfOneScale() {
    TrainPlan oneRound =
        Plans.averaged(
            Plans.epochs(PLAN, 1),
            averaging -> {
              averaging.period = AveragingPeriod.fixed(8);
              averaging.sent = DeltaCodec.INT8;
            });
    List<Float> start = train(Plans.epochs(PLAN, 1)).parameters;
    Runs.train(Plans.epochs(PLAN, 1), data, directory.resolve("start"));
    Outcome coded = train(Plans.init(oneRound, directory.resolve("start/model").toString()));

    assertThat(coded.rounds).hasSize(1);
    assertThat(start.size()).as("values of one block").isLessThanOrEqualTo(1024);
    double largest = 0;
    for (int i = 0; i < start.size(); i++) {
      largest = Math.max(largest, Math.abs((double) coded.parameters.get(i) - start.get(i)));
    }
    double scale = largest / 127;
    // The rounding of a float32 near 1, in units of the scale.
    double tolerance = 2 * 0x1p-24 / scale;
    assertThat(tolerance).isLessThan(0.05);
    for (int i = 0; i < start.size(); i++) {
      double multiple = ((double) coded.parameters.get(i) - start.get(i)) / scale;
      assertThat(multiple).as("parameter " + i).isCloseTo(Math.rint(multiple), within(tolerance));
    }
  }

  @Test
  void nothingOfTheUpdaterIsSentWhereItIsReset() {
    Outcome reset =
        train(PLAN, averaging -> averaging.updaterState = AveragingPlan.UpdaterState.RESET);
    assertThat(reset.rounds)
        .allMatch(round -> round.bytes() == Float.BYTES * NETWORK.parameters() * 2);
  }

  @Test
  void aMeanOfOneIsTheLast() {
    List<Float> last = train(PLAN).parameters;
    assertThat(train(PLAN, averaging -> averaging.returned = ReturnedModel.ema(0)).parameters)
        .isEqualTo(last);
    assertThat(
            train(PLAN, averaging -> averaging.returned = ReturnedModel.meanOfEpochs(1)).parameters)
        .isEqualTo(last);
  }

  /** The rounds are those of the plain run: what is returned changes nothing of what is trained. */
  @Test
  void aMeanOfTwoEpochsIsThatOfBothModels() {
    Outcome mean = train(PLAN, averaging -> averaging.returned = ReturnedModel.meanOfEpochs(2));
    List<Float> first = train(Plans.epochs(PLAN, 1)).parameters;
    List<Float> second = train(PLAN).parameters;
    for (int i = 0; i < first.size(); i++) {
      assertThat((double) mean.parameters.get(i))
          .isCloseTo(((double) first.get(i) + second.get(i)) / 2, within(1e-7));
    }
  }
}

package dev.convoy.driver.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.driver.scaling.ScalingPlan.Chosen;
import dev.convoy.driver.train.plan.AveragingPlan.UpdaterState;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.summary.NetworkSummary;
import org.junit.jupiter.api.Test;

class ScalingPlanTest {
  private static final double EXACT = 1e-9;
  private static final int BATCH = 50;

  /** 28·28·10 + 10 = 7,850 parameters. */
  private static final Network NETWORK =
      NetworkReader.parse("layers = [ { output { } } ]", "linear", "linear.conf")
          .on(new ImageShape(28, 28, 1), 10);

  private static ScalingPlan plan(int workers, int every, UpdaterState state) {
    return plan(workers, every, state, 0);
  }

  private static ScalingPlan plan(int workers, int every, UpdaterState state, int overlap) {
    return new ScalingPlan(
        workers,
        Link.of("1gbit"),
        NetworkSummary.of(NETWORK, BATCH, Optimizer.Kind.MOMENTUM),
        10_000,
        3,
        BATCH,
        every,
        Chosen.USER,
        Optimizer.Kind.MOMENTUM,
        state,
        DeltaCodec.FLOAT32,
        overlap);
  }

  @Test
  void overlappedRoundsSendParametersAloneAndAnEpochEndsWithAnotherRound() {
    // 25 steps of an epoch: rounds of 10, 10 and 5. The second and the third end with their
    // averaging.
    ScalingReport report = plan(8, 10, UpdaterState.AVERAGE, 1).project(500, Costs.measured());
    long parameters = 2 * 7 * 7_850 * 4;
    long withMomentum = 2 * parameters;

    assertThat(report.planned().runBytes()).isEqualTo(3 * (parameters + 2 * withMomentum));
    assertThat(report.planned().roundBytes()).isEqualTo((parameters + 2 * withMomentum) / 3);
  }

  @Test
  void theShortestPeriodIsEnoughAndOneStepLessIsNot() {
    for (int overlap : new int[] {0, 3}) {
      ScalingPlan plan = plan(8, 10, UpdaterState.AVERAGE, overlap);
      int enough = plan.project(3_000, Costs.measured()).enough();

      assertThat(enough).isBetween(2, plan.stepsPerEpoch() - 1);
      for (int period : new int[] {enough - 1, enough}) {
        ScalingPlan.Projection projection =
            plan(8, period, UpdaterState.AVERAGE, overlap)
                .project(3_000, Costs.measured())
                .planned();
        assertThat(projection.round().computingShare() >= ScalingPlan.ENOUGH)
            .isEqualTo(period == enough);
      }
    }
  }

  @Test
  void oneWorkerHasEfficiency1AndTakesTheTimeOfItsImages() {
    ScalingReport report = plan(1, 10, UpdaterState.AVERAGE).project(500, Costs.measured());

    assertThat(report.projections())
        .allSatisfy(
            one -> {
              assertThat(one.efficiency()).isEqualTo(1, within(EXACT));
              assertThat(one.imagesPerSecond()).isEqualTo(500, within(EXACT));
              assertThat(one.seconds()).isEqualTo(3 * 10_000 / 500.0, within(EXACT));
              assertThat(one.runBytes()).isZero();
            });
  }

  @Test
  void anEpochHasItsRounds() {
    // 10,000 examples of 8 workers: 1,250 each, in 25 steps
    ScalingReport report = plan(8, 10, UpdaterState.AVERAGE).project(500, Costs.measured());
    ScalingPlan.Projection planned = report.planned();

    assertThat(planned.averageEvery()).isEqualTo(10);
    assertThat(planned.rounds()).isEqualTo(3);
    assertThat(planned.roundBytes()).isEqualTo(2L * 7 * 2 * 7_850 * 4);
    assertThat(planned.runBytes()).isEqualTo(3 * 3 * planned.roundBytes());
    RoundModel.Parts round = planned.round();
    assertThat(planned.seconds())
        .isEqualTo(
            3
                * ((round.computing() + round.waiting()) * 2.5
                    + 3 * (round.starting() + round.exchange())),
            within(EXACT));
  }

  @Test
  void aRoundDoesNotCrossAnEpoch() {
    ScalingReport report = plan(8, 1_000, UpdaterState.AVERAGE).project(500, Costs.measured());

    assertThat(report.planned().averageEvery()).isEqualTo(25);
    assertThat(report.projections()).extracting(one -> one.averageEvery()).contains(1, 10, 25);
  }

  @Test
  void theAdvisedPeriodIsTheShortestThatComputesEnough() {
    ScalingPlan plan = plan(8, 1, UpdaterState.AVERAGE);
    ScalingReport report = plan.project(5_000, Costs.measured());
    RoundModel model = new RoundModel(plan.exchange(), plan.link(), Costs.measured());

    assertThat(report.enough()).isGreaterThan(1);
    assertThat(model.round(report.enough(), BATCH / 5_000.0).computingShare())
        .isGreaterThanOrEqualTo(ScalingPlan.ENOUGH);
    assertThat(model.round(report.enough() - 1, BATCH / 5_000.0).computingShare())
        .isLessThan(ScalingPlan.ENOUGH);
    assertThat(report.toText())
        .contains("--average-every " + report.enough() + " is the shortest period with 80 %");
  }

  @Test
  void anEpochThatIsTooShortIsNamed() {
    ScalingReport report = plan(200, 1, UpdaterState.AVERAGE).project(1e6, Costs.measured());

    assertThat(report.enough()).isNull();
    assertThat(report.toText()).contains("Not even one round an epoch reaches 80 %");
  }

  @Test
  void resetSendsNoUpdaterState() {
    assertThat(plan(2, 1, UpdaterState.RESET).exchange().bytesOfReplica()).isEqualTo(7_850 * 4);
    assertThat(plan(2, 1, UpdaterState.AVERAGE).exchange().bytesOfReplica())
        .isEqualTo(2 * 7_850 * 4);
  }

  @Test
  void jsonHasTheFiguresAndNotTheLayers() {
    ScalingReport report = plan(8, 10, UpdaterState.AVERAGE).project(500, Costs.measured());
    var json = Json.readTree(Json.line(report), "the report");

    assertThat(json.path("plan").path("network").asText()).isEqualTo(NETWORK.name());
    assertThat(json.path("plan").path("parameters").asLong()).isEqualTo(7_850);
    assertThat(json.path("projections").get(0).path("round").path("computing").asDouble())
        .isEqualTo(0.1);
    assertThat(json.path("memory").path("executorHeap").asLong()).isPositive();
    assertThat(json.toString()).doesNotContain("receptiveField");
  }
}

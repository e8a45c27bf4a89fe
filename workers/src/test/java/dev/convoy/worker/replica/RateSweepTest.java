package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateSweepTest {
  private static final ImageShape SHAPE = new ImageShape(6, 6, 1);
  private static final Network NETWORK =
      TestNetworks.of(SHAPE, 3, "{ dense { units = 8, activation = relu } }");

  /** The loss of the first step is that of the initial network; rates grow by one factor. */
  @Test
  void aSweepStartsFromTheInitialNetworkAndEndsWhereItDiverges() {
    Shard shard = TestNetworks.shard(SHAPE, 3, 400, 3);
    ReplicaPlan plan = LocalRun.plan(NETWORK, Optimizer.sgd(), 4, List.of(shard));
    try (OpenNetwork live = LocalRun.live(plan)) {
      float[] start = live.trainable().parameters();
      RateSweep sweep = RateSweep.take(live, plan, 0, shard, 0.1);
      assertThat(sweep.rates()).hasSize(100);
      assertThat(sweep.rates().get(0)).isCloseTo(1e-4, within(1e-12));
      assertThat(sweep.rates().get(99)).isCloseTo(10, within(1e-9));
      RoundPlan one = new RoundPlan(0, 0, 0, 0, List.of(1e-4), start, new float[0]);
      RoundResult first = LocalTraining.train(live, plan, one, 0, shard);
      assertThat(sweep.losses().get(0)).isCloseTo(first.lossSum() / 4, within(1e-5));
      assertThat(sweep.losses()).hasSizeGreaterThan(50);
    }
  }

  /** By construction: a plateau at 2 until a rate of 0.01, a fall until 0.1, a rise after it. */
  @Test
  void theFallAndTheRiseAreFound() {
    List<Double> rates = new ArrayList<>();
    List<Double> losses = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      double log = -4 + step * 0.05;
      rates.add(Math.pow(10, log));
      losses.add(log < -2 ? 2 : log < -1 ? 2 - 1.5 * (log + 2) : 0.5 + 4 * (log + 1));
    }
    RateSweep sweep = new RateSweep(rates, losses);
    assertThat(sweep.fastest()).isBetween(0.01, 0.12);
    assertThat(sweep.rising()).isBetween(0.1, 1.0);
    assertThat(sweep.rising()).isGreaterThan(sweep.fastest());
  }
}

package dev.convoy.worker.replica;

import static dev.convoy.worker.TestNetworks.bits;
import static dev.convoy.worker.TestNetworks.minus;
import static dev.convoy.worker.TestNetworks.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Local steps and rounds are the training that they stand for. */
class LocalTrainingTest {
  private static final int LABELS = 3;
  private static final int BATCH = 8;
  private static final Network LENET = TestNetworks.lenet();
  private static final Normalisation NORMALISATION = TestNetworks.normalisation(1);

  /** Four batches, the last of 5 examples. */
  private static final Shard SHARD = TestNetworks.shard(TestNetworks.GREY, LABELS, 29, 1);

  private static final Network WITH_DROPOUT =
      TestNetworks.of(
          TestNetworks.GREY,
          LABELS,
          "{ conv { maps = 3, kernel = 3, activation = relu } }",
          "{ dropout { rate = 0.4 } }",
          "{ dense { units = 8, activation = relu } }",
          "{ dropout { rate = 0.5 } }");

  static Stream<Arguments> optimizersAndPeriods() {
    return Stream.of(1, 3, 1000)
        .flatMap(
            period ->
                Stream.of(
                    Arguments.of(Optimizer.sgd(), new Sgd(0.05), period),
                    Arguments.of(Optimizer.momentum(0.9), new Nesterovs(0.05, 0.9), period),
                    Arguments.of(Optimizer.adam(), new Adam(0.05), period)));
  }

  /** On the same kernels to the bit, and on DL4J's own to what sums in another order make. */
  @ParameterizedTest
  @MethodSource("optimizersAndPeriods")
  void oneReplicaEqualsPlainTraining(Optimizer optimizer, IUpdater plainUpdater, int period) {
    TrainableNetwork built = GraphBuilder.build(LENET, optimizer, LocalRun.SEED);
    built.learningRate(0.05);
    ComputationGraph plain = built.graph();
    ComputationGraph dl4j = PlainDl4j.lenet(plainUpdater);
    LocalRun run = new LocalRun(LENET, optimizer, BATCH, List.of(SHARD));
    assertThat(bits(run.parameters())).containsExactly(bits(PlainDl4j.parameters(dl4j)));
    float[] before = run.parameters();
    for (int epoch = 0; epoch < 2; epoch++) {
      LocalRun.Epoch result = run.epoch(epoch, period, 0.05);
      assertThat(result.rounds()).isEqualTo(period == 1 ? 4 : period == 3 ? 2 : 1);
      plainEpoch(plain, epoch);
      assertThat(bits(run.parameters())).containsExactly(bits(PlainDl4j.parameters(plain)));
      plainEpoch(dl4j, epoch);
      assertThat(run.parameters()).containsExactly(PlainDl4j.parameters(dl4j), within(2e-5f));
    }
    assertThat(run.parameters()).isNotEqualTo(before);
    if (optimizer.kind() != Optimizer.Kind.SGD) {
      assertThat(bits(run.updaterState()))
          .containsExactly(bits(plain.getUpdater().getStateViewArray().dup().data().asFloat()));
    }
  }

  private static void plainEpoch(ComputationGraph plain, int epoch) {
    int[] order = order(epoch);
    PlainDl4j.epoch(plain, SHARD, order, BATCH, TestNetworks.GREY, LABELS, NORMALISATION);
  }

  private static int[] order(int epoch) {
    return new EpochOrder().order(SHARD.examples(), LocalRun.SEED, epoch, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void nReplicasWithPlainSgdAveragedEveryStepEqualOneMachineWithNTimesTheBatch(int replicas) {
    // 26 examples: on 3 replicas the shards have 9, 9 and 8, and one of them runs out first.
    List<PackedExample> examples = TestNetworks.examples(TestNetworks.GREY, LABELS, 26, 2);
    int batch = 4;
    ShardPlan shardPlan = new ShardPlan(replicas, examples.size(), LocalRun.SEED);
    List<List<PackedExample>> parts = new ArrayList<>();
    for (int replica = 0; replica < replicas; replica++) {
      parts.add(new ArrayList<>());
    }
    for (int i = 0; i < examples.size(); i++) {
      parts.get(shardPlan.replicaOf(i)).add(examples.get(i));
    }
    List<Shard> shards =
        parts.stream().map(part -> TestNetworks.shard(part, TestNetworks.GREY)).toList();
    LocalRun run = new LocalRun(LENET, Optimizer.sgd(), batch, shards);
    ComputationGraph plain = PlainDl4j.lenet(new Sgd(0.1));
    for (int epoch = 0; epoch < 2; epoch++) {
      run.epoch(epoch, 1, 0.1);
      for (int first = 0; first < shards.get(0).examples(); first += batch) {
        List<DataSet> together = new ArrayList<>();
        for (int replica = 0; replica < replicas; replica++) {
          Shard shard = shards.get(replica);
          int[] order = new EpochOrder().order(shard.examples(), LocalRun.SEED, epoch, replica);
          int end = Math.min(order.length, first + batch);
          if (first < end) {
            int[] numbers = Arrays.copyOfRange(order, first, end);
            together.add(PlainDl4j.batch(shard, numbers, TestNetworks.GREY, LABELS, NORMALISATION));
          }
        }
        plain.fit(DataSet.merge(together));
      }
      assertThat(run.parameters()).containsExactly(PlainDl4j.parameters(plain), within(2e-5f));
    }
  }

  @Test
  void theRoundDependsOnlyOnItsPlans() {
    Optimizer optimizer = Optimizer.adam().withL2(1e-3).withClipNorm(0.5);
    ReplicaPlan plan = LocalRun.plan(WITH_DROPOUT, optimizer, BATCH, List.of(SHARD));
    float[] parameters = LocalRun.live(plan).trainable().parameters();
    RoundPlan first =
        new RoundPlan(0, 0, 0, 0, Collections.nCopies(4, 0.01), parameters, new float[0]);
    RoundResult fresh = LocalTraining.train(LocalRun.live(plan), plan, first, 0, SHARD);
    RoundPlan second =
        new RoundPlan(
            1, 1, 1, 4, Collections.nCopies(2, 0.02), fresh.parameters(), fresh.updaterState());
    RoundResult later = LocalTraining.train(LocalRun.live(plan), plan, second, 0, SHARD);

    OpenNetwork used = LocalRun.live(plan);
    Shard other = TestNetworks.shard(TestNetworks.GREY, LABELS, 11, 9);
    ReplicaPlan otherBatch =
        new ReplicaPlan(plan.spec(), plan.examples(), plan.shards(), 5, 99, LocalRun.EVERYTHING);
    LocalTraining.train(used, otherBatch, second, 3, other);
    used.load("scored", () -> TestNetworks.values(parameters.length, 1, 5));
    used.trainable().graph().outputSingle(used.batch().fill(2, images(other)).features());
    assertEqual(LocalTraining.train(used, plan, first, 0, SHARD), fresh);
    LocalTraining.train(used, plan, first, 1, other);
    assertEqual(LocalTraining.train(used, plan, second, 0, SHARD), later);
    try (NetworkThread<?> thread = new NetworkThread<>(plan.spec())) {
      assertEqual(thread.call(live -> LocalTraining.train(live, plan, second, 0, SHARD)), later);
      assertEqual(thread.call(live -> LocalTraining.train(live, plan, first, 0, SHARD)), fresh);
    }
  }

  @Test
  void dropoutIsDrawnFromSeedEpochRoundAndReplica() {
    float[] base = dropped(LocalRun.SEED, 0, 0, 0);
    assertThat(bits(dropped(LocalRun.SEED, 0, 0, 0))).containsExactly(bits(base));
    // The batch is the whole shard: another order of its examples alone would hardly show.
    assertThat(distance(dropped(LocalRun.SEED, 0, 0, 1), base)).isGreaterThan(1e-3);
    assertThat(distance(dropped(LocalRun.SEED, 0, 1, 0), base)).isGreaterThan(1e-3);
    assertThat(distance(dropped(LocalRun.SEED, 1, 0, 0), base)).isGreaterThan(1e-3);
    assertThat(distance(dropped(8, 0, 0, 0), base)).isGreaterThan(1e-3);
  }

  private static float[] dropped(long seed, int epoch, int round, int replica) {
    NetworkSpec spec = LocalRun.spec(WITH_DROPOUT, Optimizer.sgd());
    ReplicaPlan plan =
        new ReplicaPlan(
            spec,
            new Examples.Images(TestNetworks.GREY, Augmentation.none()),
            new ShardPlan(1, 29, seed),
            SHARD.examples(),
            seed,
            LocalRun.EVERYTHING);
    OpenNetwork live = new OpenNetwork(spec);
    RoundPlan one =
        new RoundPlan(
            epoch, round, 0, 0, List.of(0.5), live.trainable().parameters(), new float[0]);
    return LocalTraining.train(live, plan, one, replica, SHARD).parameters();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 1000})
  void everyExampleIsUsedOncePerEpoch(int period) {
    // At learning rate 0 the losses of an epoch are those of the examples, one by one.
    LocalRun run = new LocalRun(LENET, Optimizer.sgd(), BATCH, List.of(SHARD));
    ComputationGraph plain = PlainDl4j.lenet(new Sgd(0));
    double losses = 0;
    for (int i = 0; i < SHARD.examples(); i++) {
      int[] number = {i};
      losses +=
          plain.score(PlainDl4j.batch(SHARD, number, TestNetworks.GREY, LABELS, NORMALISATION));
    }
    for (int epoch = 0; epoch < 2; epoch++) {
      LocalRun.Epoch result = run.epoch(epoch, period, 0);
      assertThat(result.examples()).isEqualTo(SHARD.examples());
      assertThat(result.lossSum()).isCloseTo(losses, within(1e-4 * losses));
    }
  }

  @Test
  void aShardWhoseEpochIsOverAddsNothing() {
    ReplicaPlan plan = LocalRun.plan(LENET, Optimizer.adam(), BATCH, List.of(SHARD));
    OpenNetwork live = LocalRun.live(plan);
    RoundPlan round =
        new RoundPlan(0, 5, 4, 20, List.of(0.1, 0.1), live.trainable().parameters(), new float[0]);
    for (Shard over : List.of(SHARD, Shard.empty(TestNetworks.GREY.size()))) {
      RoundResult result = LocalTraining.train(live, plan, round, 2, over);
      assertThat(result.replica()).isEqualTo(2);
      assertThat(result.examples()).isZero();
      assertThat(result.lossSum()).isZero();
      assertThat(result.parameters()).isEmpty();
      assertThat(result.updaterState()).isEmpty();
    }
  }

  @Test
  void aLossThatIsNotFiniteEndsTheRoundAndIsTold() {
    ReplicaPlan plan = LocalRun.plan(LENET, Optimizer.sgd(), BATCH, List.of(SHARD));
    OpenNetwork live = LocalRun.live(plan);
    float[] parameters = live.trainable().parameters();
    parameters[parameters.length - 1] = Float.NaN;
    RoundPlan round =
        new RoundPlan(0, 0, 0, 0, Collections.nCopies(4, 0.1), parameters, new float[0]);
    RoundResult result = LocalTraining.train(live, plan, round, 0, SHARD);
    assertThat(result.lossSum()).isNaN();
    assertThat(result.examples()).isEqualTo(BATCH);
  }

  @Test
  void parametersOfAnotherNetworkAreRefused() {
    ReplicaPlan plan = LocalRun.plan(LENET, Optimizer.sgd(), BATCH, List.of(SHARD));
    OpenNetwork live = LocalRun.live(plan);
    RoundPlan round = new RoundPlan(0, 0, 0, 0, List.of(0.1), new float[5], new float[0]);
    assertThatThrownBy(() -> LocalTraining.train(live, plan, round, 0, SHARD))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("5 values for an array of " + LENET.parameters());
  }

  private static ImageBatch.Images images(Shard shard) {
    return new ImageBatch.Images() {
      @Override
      public byte[] pixels(int index) {
        return shard.pixels(index);
      }

      @Override
      public int offset(int index) {
        return shard.offset(index);
      }
    };
  }

  private static void assertEqual(RoundResult actual, RoundResult expected) {
    assertThat(actual.examples()).isEqualTo(expected.examples());
    assertThat(actual.lossSum()).isEqualTo(expected.lossSum());
    assertThat(bits(actual.parameters())).containsExactly(bits(expected.parameters()));
    assertThat(bits(actual.updaterState())).containsExactly(bits(expected.updaterState()));
  }

  private static double distance(float[] a, float[] b) {
    return norm(minus(a, b));
  }
}

package dev.convoy.worker.replica;

import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.List;

/** Rounds without Spark: what a driver does between them, on networks of the calling thread. */
final class LocalRun {
  /** The seed of runs, if a test asks for no other. */
  static final long SEED = 7;

  /** What a replica sends of a network without batch normalisation: all of it, bit for bit. */
  static final ReplicaPlan.Answer EVERYTHING =
      new ReplicaPlan.Answer(DeltaCodec.FLOAT32, List.of(), Ranges.everything(0), true);

  private final ReplicaPlan plan;
  private final List<Shard> shards;
  private final List<OpenNetwork> networks = new ArrayList<>();
  private float[] parameters;
  private float[] updaterState = new float[0];
  private long iteration;
  private int round;

  /** What came of one epoch. */
  record Epoch(long examples, double lossSum, int rounds) {}

  LocalRun(ReplicaPlan plan, List<Shard> shards) {
    this.plan = plan;
    this.shards = shards;
    shards.forEach(shard -> networks.add(LocalRun.live(plan)));
    this.parameters = networks.get(0).trainable().parameters();
  }

  /** The network of a plan, on the calling thread. */
  static OpenNetwork live(ReplicaPlan plan) {
    return (OpenNetwork) plan.spec().open();
  }

  LocalRun(Network network, Optimizer optimizer, int batch, List<Shard> shards) {
    this(plan(network, optimizer, batch, shards), shards);
  }

  static ReplicaPlan plan(Network network, Optimizer optimizer, int batch, List<Shard> shards) {
    long examples = shards.stream().mapToLong(Shard::examples).sum();
    return new ReplicaPlan(
        spec(network, optimizer),
        new Examples.Images(network.input(), Augmentation.none()),
        new ShardPlan(shards.size(), examples, SEED),
        batch,
        SEED,
        EVERYTHING);
  }

  static NetworkSpec spec(Network network, Optimizer optimizer) {
    ImageShape images = network.input();
    return new NetworkSpec(
        "test", network.toJson(), TestNetworks.normalisation(images.channels()), optimizer, SEED);
  }

  Epoch epoch(int epoch, int averageEvery, double learningRate) {
    long steps = plan.shards().stepsPerEpoch(plan.batch());
    long examples = 0;
    double lossSum = 0;
    int rounds = 0;
    for (int first = 0; first < steps; first += averageEvery) {
      List<Double> rates = new ArrayList<>();
      for (int step = first; step < Math.min(steps, (long) first + averageEvery); step++) {
        rates.add(learningRate);
      }
      for (RoundResult result : next(epoch, first, rates)) {
        examples += result.examples();
        lossSum += result.lossSum();
      }
      rounds++;
    }
    return new Epoch(examples, lossSum, rounds);
  }

  /** One round on every replica and the mean of what they bring back. */
  List<RoundResult> next(int epoch, int firstStep, List<Double> rates) {
    RoundPlan next =
        new RoundPlan(epoch, round, firstStep, iteration, rates, parameters, updaterState);
    List<RoundResult> results = new ArrayList<>();
    for (int replica = 0; replica < shards.size(); replica++) {
      results.add(
          LocalTraining.train(networks.get(replica), plan, next, replica, shards.get(replica)));
    }
    long examples = results.stream().mapToLong(RoundResult::examples).sum();
    int state = results.stream().mapToInt(result -> result.updaterState().length).max().getAsInt();
    WeightedMean mean = new WeightedMean(parameters, examples);
    WeightedMean meanState =
        new WeightedMean(updaterState.length == 0 ? new float[state] : updaterState, examples);
    for (RoundResult result : results) {
      mean.add(result.parameters(), result.examples());
      meanState.add(result.updaterState(), result.examples());
    }
    parameters = mean.mean();
    updaterState = meanState.mean();
    iteration += rates.size();
    round++;
    return results;
  }

  float[] parameters() {
    return parameters;
  }

  void parameters(float[] values) {
    parameters = values;
  }

  float[] updaterState() {
    return updaterState;
  }

  /** The step count that the next round begins with. */
  void iteration(long steps) {
    iteration = steps;
  }
}

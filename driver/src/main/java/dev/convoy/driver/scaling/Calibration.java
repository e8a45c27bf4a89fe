package dev.convoy.driver.scaling;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.LocalTraining;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.OpenNetwork;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Measures how fast one replica trains on this machine, on random images. */
public final class Calibration {
  /** Time of the warm-up, and time of the measurement after it. */
  private static final Duration PART = Duration.ofSeconds(4);

  private static final int LEAST_ROUNDS = 3;

  /** Number of steps of a round. */
  private static final int STEPS = 10;

  private static final double RATE = 1e-4;

  private Calibration() {}

  /**
   * Measures the images per second of one replica.
   *
   * @param imagesPerSecond median of the rounds
   * @param steps number of measured steps
   * @param seconds of the whole measurement
   */
  public record Measured(double imagesPerSecond, int steps, double seconds) {}

  /**
   * Trains for some eight seconds, of which the first half warms up, or for three rounds of ten
   * steps if these take longer.
   *
   * @param nativeThreads of the network
   */
  public static Measured measure(
      Network network,
      Normalisation normalisation,
      Optimizer optimizer,
      int batch,
      int nativeThreads) {
    return measure(network, normalisation, optimizer, batch, nativeThreads, PART);
  }

  /**
   * Measures with another duration.
   *
   * @param part time of the warm-up, and time of the measurement after it
   */
  static Measured measure(
      Network network,
      Normalisation normalisation,
      Optimizer optimizer,
      int batch,
      int nativeThreads,
      Duration part) {
    long started = System.nanoTime();
    NetworkSpec spec =
        new NetworkSpec("calibration", network.toJson(), normalisation, optimizer, 1)
            .withNativeThreads(nativeThreads);
    int examples = Math.multiplyExact(STEPS, batch);
    ReplicaPlan plan =
        new ReplicaPlan(
            spec,
            new Examples.Images(network.input(), Augmentation.none()),
            new ShardPlan(1, examples, 1),
            batch,
            1,
            new ReplicaPlan.Answer(DeltaCodec.FLOAT32, List.of(), Ranges.everything(0), false));
    Shard shard = shard(network, examples);
    List<Double> rates = new ArrayList<>();
    try (NetworkThread<OpenNetwork> thread = new NetworkThread<>(spec)) {
      float[] start = thread.call(live -> live.trainable().parameters());
      while (System.nanoTime() - started < part.toNanos()) {
        round(thread, plan, start, shard);
      }
      long measuring = System.nanoTime();
      while (rates.size() < LEAST_ROUNDS || System.nanoTime() - measuring < part.toNanos()) {
        RoundResult result = round(thread, plan, start, shard);
        rates.add(result.examples() * 1e9 / result.computeNanos());
      }
    }
    Collections.sort(rates);
    return new Measured(
        rates.get(rates.size() / 2), rates.size() * STEPS, (System.nanoTime() - started) / 1e9);
  }

  private static RoundResult round(
      NetworkThread<OpenNetwork> thread, ReplicaPlan plan, float[] start, Shard shard) {
    RoundPlan round =
        new RoundPlan(0, 0, 0, 0, Collections.nCopies(STEPS, RATE), start, new float[0]);
    return thread.call(live -> LocalTraining.train(live, plan, round, 0, shard));
  }

  private static Shard shard(Network network, int examples) {
    SplittableRandom random = new SplittableRandom(1);
    int size = network.input().size();
    List<Shard.PackedExample> packed = new ArrayList<>();
    for (int i = 0; i < examples; i++) {
      byte[] image = new byte[size];
      random.nextBytes(image);
      packed.add(new Shard.PackedExample(i % network.labels(), image));
    }
    return Shard.of(Shard.pack(packed.iterator(), size), size);
  }

  /** The normalisation of images whose bytes are uniform. */
  public static Normalisation ofRandomImages(int channels) {
    Double[] mean = new Double[channels];
    Double[] deviation = new Double[channels];
    Arrays.fill(mean, 0.5);
    Arrays.fill(deviation, Math.sqrt(1.0 / 12));
    return new Normalisation(List.of(mean), List.of(deviation));
  }
}

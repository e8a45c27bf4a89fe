package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import java.util.Collections;
import java.util.concurrent.TimeUnit;

/**
 * Tries how fast a replica trains, before the first round. The steps have no effect: every round
 * sets everything that it depends on.
 */
public final class Trial {
  /** Time after which no other steps are tried. */
  private static final long NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final int STEPS = 4;

  private Trial() {}

  /**
   * Takes some steps, for about half a second and at least once.
   *
   * @return images per second of the fastest steps
   */
  public static double imagesPerSecond(OpenGraph live, ReplicaPlan plan, int replica, Shard shard) {
    float[] parameters = live.graph().parameters();
    long started = System.nanoTime();
    // The first step builds kernels and allocates memory, and is not measured if others follow.
    double rate = rate(live, plan, replica, shard, parameters, 1);
    double best = 0;
    while (System.nanoTime() - started < NANOS) {
      best = Math.max(best, rate(live, plan, replica, shard, parameters, STEPS));
    }
    return best > 0 ? best : rate;
  }

  private static double rate(
      OpenGraph live, ReplicaPlan plan, int replica, Shard shard, float[] parameters, int steps) {
    RoundPlan round =
        new RoundPlan(0, 0, 0, 0, Collections.nCopies(steps, 0.0), parameters, new float[0]);
    RoundResult result = LocalTraining.train(live, plan, round, replica, shard);
    return result.examples() * 1e9 / Math.max(1, result.computeNanos());
  }
}

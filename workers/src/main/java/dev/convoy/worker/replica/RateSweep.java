package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A learning rate range test: some steps from the initial parameters with a learning rate that
 * grows exponentially, and their losses (Smith, Cyclical learning rates for training neural
 * networks, 2017, section 3.3). Its steps have no effect on the run.
 *
 * @param rates learning rate of each step
 * @param losses mean loss of the minibatch of each step, before it; fewer than the rates if one was
 *     not finite
 */
public record RateSweep(List<Double> rates, List<Double> losses) implements Serializable {
  /** Number of steps, in several passes over a small shard. */
  public static final int STEPS = 100;

  /** The sweep goes from a thousandth of the planned rate to a hundred times that rate. */
  private static final double BELOW = 1e-3;

  private static final double ABOVE = 1e2;

  /** Decay of the exponential mean over steps by which losses are smoothed. */
  private static final double DECAY = 0.9;

  /**
   * Steps over which a fall is measured; the first ones, with few losses to smooth, are left out.
   */
  private static final int WINDOW = 10;

  /** Part of the way back up to the first loss from which on the loss counts as rising. */
  private static final double RISEN = 0.3;

  /** Takes the steps of a sweep around a planned rate. */
  public static RateSweep take(
      OpenGraph live, ReplicaPlan plan, int replica, Shard shard, double planned) {
    List<Double> rates = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      rates.add(planned * BELOW * Math.pow(ABOVE / BELOW, step / (STEPS - 1.0)));
    }
    int ofEpoch = Math.toIntExact(plan.shards().steps(replica, plan.batch()));
    ReplicaPlan scored = plan.withExampleScores();
    List<Double> losses = new ArrayList<>();
    float[] parameters = live.graph().parameters();
    float[] updaterState = new float[0];
    for (int epoch = 0; losses.size() == (long) epoch * ofEpoch && losses.size() < STEPS; epoch++) {
      List<Double> next = rates.subList(losses.size(), Math.min(STEPS, losses.size() + ofEpoch));
      RoundPlan round = new RoundPlan(epoch, 0, 0, losses.size(), next, parameters, updaterState);
      RoundResult result = LocalTraining.train(live, scored, round, replica, shard);
      result.scores().ifPresent(scores -> addMeans(scores.losses(), plan.batch(), losses));
      parameters = live.graph().parameters();
      updaterState = live.graph().updaterState();
    }
    return new RateSweep(rates, losses);
  }

  /** Adds the mean of the losses of each minibatch. */
  private static void addMeans(float[] each, int batch, List<Double> means) {
    for (int first = 0; first < each.length; first += batch) {
      int end = Math.min(each.length, first + batch);
      double sum = 0;
      for (int i = first; i < end; i++) {
        sum += each[i];
      }
      means.add(sum / (end - first));
    }
  }

  /** Returns the losses, each as the mean of those before it, weighted less the older they are. */
  List<Double> smoothed() {
    List<Double> smooth = new ArrayList<>();
    double sum = 0;
    double weight = 0;
    for (double loss : losses) {
      sum = DECAY * sum + (1 - DECAY) * loss;
      weight = DECAY * weight + (1 - DECAY);
      smooth.add(sum / weight);
    }
    return smooth;
  }

  /** Step with the smallest smoothed loss. */
  private int lowest() {
    List<Double> smooth = smoothed();
    int lowest = 0;
    for (int step = 1; step < smooth.size(); step++) {
      if (smooth.get(step) < smooth.get(lowest)) {
        lowest = step;
      }
    }
    return lowest;
  }

  /** Returns the rate at which the smoothed loss falls fastest, over some steps. */
  public double fastest() {
    List<Double> smooth = smoothed();
    int fastest = 0;
    double most = 0;
    for (int step = 2 * WINDOW; step <= lowest(); step++) {
      double fall = smooth.get(step - WINDOW) - smooth.get(step);
      if (fall > most) {
        most = fall;
        fastest = step - WINDOW / 2;
      }
    }
    return rates.get(fastest);
  }

  /** Returns the rate from which on the loss rises again; the last one if it does not. */
  public double rising() {
    List<Double> smooth = smoothed();
    int lowest = lowest();
    double limit = smooth.get(lowest) + RISEN * (smooth.get(0) - smooth.get(lowest));
    for (int step = lowest; step < smooth.size(); step++) {
      if (smooth.get(step) > limit) {
        return rates.get(step);
      }
    }
    return rates.get(Math.min(losses.size(), rates.size() - 1));
  }
}

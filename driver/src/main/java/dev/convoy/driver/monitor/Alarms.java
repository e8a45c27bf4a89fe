package dev.convoy.driver.monitor;

import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochDetails;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.ReplicaMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.replica.NetworkSnapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Raises an alarm when a run is probably going wrong. Each kind is raised once, except that losses
 * of executors and losses that rise are raised each time.
 */
public final class Alarms implements TrainingListener {
  /** Number of last rounds in which the slowest replica is looked for. */
  static final int ROUNDS = 50;

  /** Share of these rounds in which the same replica is the slowest. */
  private static final double NEARLY_ALL = 0.9;

  /** Quotient of its time and the mean time of the others. */
  private static final double SLOW = 1.3;

  /** Factor by which the loss of an epoch is higher than that of the one before. */
  private static final double RISEN = 1.02;

  /**
   * Multiple of the loss of guessing above which a loss is large. An untrained network may exceed
   * that of guessing several times.
   */
  private static final double LARGE_LOSS = 10;

  private static final double MANY_DEAD = 0.5;

  /** A network may still guess after its first epoch. */
  private static final int FIRST_JUDGED = 2;

  private final Guessing guessing;
  private final Set<Alarm.Kind> raised = EnumSet.noneOf(Alarm.Kind.class);
  private final Deque<List<ReplicaMetrics>> last = new ArrayDeque<>();
  private TrainingListener everyone = new TrainingListener() {};
  private double lossBefore = Double.NaN;

  /**
   * Creates the alarms of a run.
   *
   * @param guessing what guessing reaches
   */
  public Alarms(Guessing guessing) {
    this.guessing = guessing;
  }

  @Override
  public void attached(TrainingListener all) {
    everyone = all;
  }

  private void raiseOnce(Alarm.Kind kind, String text) {
    if (raised.add(kind)) {
      everyone.alarmRaised(new Alarm(kind, text));
    }
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    if (metrics.loss() > LARGE_LOSS * guessing.loss()) {
      raiseOnce(
          Alarm.Kind.LARGE_LOSS,
          "The loss of round "
              + metrics.round()
              + " is "
              + Numbers.significant(metrics.loss())
              + ", while guessing among the labels gives "
              + Numbers.ratio(guessing.loss())
              + ": such runs mostly diverge (a lower --learning-rate, a longer --warmup-epochs or"
              + " --clip-norm 1 may help)");
    }
    if (metrics.replicas().size() < 2) {
      return;
    }
    last.addLast(metrics.replicas());
    if (last.size() < ROUNDS) {
      return;
    }
    int[] slowest = new int[metrics.replicas().size()];
    last.forEach(replicas -> slowest[slowest(replicas)]++);
    last.removeFirst();
    for (int replica = 0; replica < slowest.length; replica++) {
      double factor = factor(replica);
      if (slowest[replica] >= NEARLY_ALL * ROUNDS && factor >= SLOW) {
        raiseOnce(
            Alarm.Kind.SLOW_REPLICA,
            String.format(
                Locale.ROOT,
                "Replica %d was the slowest in %d of the last %d rounds, and took %.1f times as long"
                    + " as the others, which wait for it (look at the machine of its executor: other"
                    + " load, a slower CPU, or a shard on a disk)",
                replica,
                slowest[replica],
                ROUNDS,
                factor));
      }
    }
  }

  private static int slowest(List<ReplicaMetrics> replicas) {
    int slowest = 0;
    for (int replica = 1; replica < replicas.size(); replica++) {
      if (replicas.get(replica).computeSeconds() > replicas.get(slowest).computeSeconds()) {
        slowest = replica;
      }
    }
    return slowest;
  }

  /** Time of a replica in the last rounds, divided by the mean time of the others. */
  private double factor(int replica) {
    double own = 0;
    double others = 0;
    for (List<ReplicaMetrics> round : last) {
      double all = round.stream().mapToDouble(ReplicaMetrics::computeSeconds).sum();
      double one = round.get(replica).computeSeconds();
      own += one;
      others += (all - one) / (round.size() - 1);
    }
    return own / others;
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    if (metrics.loss() > RISEN * lossBefore) {
      everyone.alarmRaised(
          new Alarm(
              Alarm.Kind.LOSS_ROSE,
              "The training loss of epoch "
                  + metrics.epoch()
                  + ", "
                  + Numbers.ratio(metrics.loss())
                  + ", is above that of the epoch before, "
                  + Numbers.ratio(lossBefore)
                  + " (a lower --learning-rate, a longer --warmup-epochs or --clip-norm 1 may"
                  + " help)"));
    }
    lossBefore = metrics.loss();
    if (metrics.epoch() >= FIRST_JUDGED
        && metrics.validationAccuracy().isEmpty()
        && metrics.loss() >= guessing.loss()) {
      raiseOnce(
          Alarm.Kind.CHANCE,
          "After epoch "
              + metrics.epoch()
              + " the training loss, "
              + Numbers.ratio(metrics.loss())
              + ", is no lower than that of guessing among the labels, "
              + Numbers.ratio(guessing.loss())
              + " (if it stays so: another learning rate, or look at the labels of the dataset)");
    }
    metrics
        .validationAccuracy()
        .ifPresent(
            accuracy -> {
              if (metrics.epoch() >= FIRST_JUDGED && accuracy <= guessing.accuracyByChance()) {
                raiseOnce(
                    Alarm.Kind.CHANCE,
                    "After epoch "
                        + metrics.epoch()
                        + " the validation accuracy, "
                        + Numbers.ratio(accuracy)
                        + ", could also come from always predicting the most frequent label (if it"
                        + " stays so: another learning rate, or look at the labels of the dataset)");
              }
            });
  }

  @Override
  public void epochSeen(EpochDetails details) {
    details
        .snapshot()
        .map(NetworkSnapshot::deadShare)
        .filter(share -> share > MANY_DEAD)
        .ifPresent(
            share ->
                raiseOnce(
                    Alarm.Kind.DEAD_UNITS,
                    "After epoch "
                        + details.epoch()
                        + " "
                        + Numbers.percent(share)
                        + " of the units are dead: 0 for all examples that were looked at (a lower"
                        + " --learning-rate, a longer --warmup-epochs, or leaky-relu in place of"
                        + " relu)"));
  }

  @Override
  public void rolledBack(RolledBack back) {
    last.clear();
    lossBefore = Double.NaN;
  }
}

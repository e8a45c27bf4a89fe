package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.DelayedMean;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;

/**
 * The replicas of one task between rounds whose averaging goes on beside the next round's steps:
 * each continues from what it has sent, with its own updater state, and gets the mean after these
 * steps, as {@link DelayedMean} describes.
 */
final class OverlappedReplicas implements AutoCloseable {
  private final ReplicaPlan plan;
  private final Signals signals;
  private final Map<Integer, float[]> sent = new HashMap<>();
  private final Map<Integer, float[]> updaterStates = new HashMap<>();
  private final ExecutorService thread;
  private boolean averaging;

  OverlappedReplicas(ReplicaPlan plan, Signals signals) {
    this.plan = plan;
    this.signals = signals;
    this.thread =
        Executors.newSingleThreadExecutor(
            new BasicThreadFactory.Builder()
                .namingPattern("convoy-averaging-%d")
                .daemon(true)
                .build());
  }

  /**
   * Returns the plan of a replica's steps.
   *
   * @param round with the vectors that all replicas share
   */
  RoundPlan start(RoundPlan round, int replica) {
    return sent.containsKey(replica)
        ? round.withVectors(sent.get(replica), updaterStates.get(replica))
        : round;
  }

  /**
   * Returns what a replica sends after its steps.
   *
   * @param trained its result, with vectors that are not encoded
   * @param round with the mean of the round before
   */
  RoundResult corrected(RoundResult trained, RoundPlan round) {
    float[] begun = sent.remove(trained.replica());
    if (trained.examples() == 0) {
      return trained;
    }
    float[] parameters = trained.parameters();
    if (begun != null) {
      DelayedMean.apply(parameters, round.parameters(), begun, plan.answer().parameters());
      parameters = begun;
    }
    if (!round.isOverlapped()) {
      return trained.withVectors(
          parameters, round.parameters(), trained.updaterState(), plan, round);
    }
    // The next steps write to the arrays of the result.
    float[] kept = begun == null ? parameters.clone() : parameters;
    sent.put(trained.replica(), kept);
    updaterStates.put(trained.replica(), trained.updaterState());
    return trained.withVectors(kept, round.parameters(), new float[0], plan, round);
  }

  /** Averages on another thread. */
  void average(RoundExchange round) {
    averaging = true;
    thread.execute(
        () -> {
          try {
            round.exchange();
            synchronized (signals) {
              averaging = false;
              signals.changed();
            }
          } catch (RuntimeException | Error e) {
            signals.fail(new IllegalStateException(e.toString(), e));
          }
        });
  }

  /** Waits until the averaging of the round before is done. */
  void awaitAveraging() {
    signals.await(() -> averaging ? Optional.empty() : Optional.of(true));
  }

  /** Gives up an averaging that is still going on, which nobody needs any more. */
  @Override
  public void close() {
    synchronized (signals) {
      if (averaging) {
        signals.fail(new IllegalStateException("The task has ended"));
      }
    }
    thread.shutdown();
  }
}

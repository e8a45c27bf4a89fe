package dev.convoy.driver.monitor;

import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Raises an alarm when a run does nothing for a long time, once for each time that this happens.
 */
public final class StallWatch implements TrainingListener {
  private final long nanos;
  private final Runnable ifStalled;
  private final ScheduledExecutorService timer;
  private TrainingListener everyone = new TrainingListener() {};
  private long newest;
  private String after = "the start";
  private boolean isRunning;
  private boolean isTold;

  /**
   * Watches a run.
   *
   * @param seconds without an event, at least 1
   * @param ifStalled called after the alarm was raised
   */
  public StallWatch(int seconds, Runnable ifStalled) {
    this.nanos = TimeUnit.SECONDS.toNanos(seconds);
    this.ifStalled = ifStalled;
    this.timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "convoy-stall-watch");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public synchronized void attached(TrainingListener all) {
    everyone = all;
  }

  @Override
  public synchronized void started(long steps, long completed) {
    isRunning = true;
    seen("the start");
    long period = Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos) / 4);
    Future<?> unused =
        timer.scheduleWithFixedDelay(this::look, period, period, TimeUnit.MILLISECONDS);
  }

  private synchronized void seen(String what) {
    newest = System.nanoTime();
    after = what;
    isTold = false;
  }

  private void look() {
    Alarm alarm;
    TrainingListener to;
    synchronized (this) {
      long idle = System.nanoTime() - newest;
      if (!isRunning || isTold || idle < nanos) {
        return;
      }
      isTold = true;
      to = everyone;
      alarm =
          new Alarm(
              Alarm.Kind.STALLED,
              "No round has ended for "
                  + Numbers.duration(TimeUnit.NANOSECONDS.toSeconds(idle))
                  + " since "
                  + after
                  + " (look at the executors in Spark's web page: lost, swapping, or busy with"
                  + " other work? The same command continues from the newest checkpoint;"
                  + " watch.stallSeconds sets the time)");
    }
    to.alarmRaised(alarm);
    ifStalled.run();
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    seen("round " + metrics.round());
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    seen("epoch " + metrics.epoch());
  }

  @Override
  public void checkpointWritten(int round) {
    seen("the checkpoint of round " + round);
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    close();
  }

  @Override
  public void ended(Throwable why) {
    close();
  }

  @Override
  public synchronized void close() {
    isRunning = false;
    timer.shutdownNow();
  }
}

package dev.convoy.driver.mlflow;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.rounds.StoppedRun;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.MetricsLines;
import dev.convoy.worker.scoring.ScoredSplit;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells an MLflow server of a run. A thread of its own sends; the training never waits for it. A
 * server that does not answer is told of once in the log, and what it lacks is sent when it answers
 * again, when the run is resumed, or when the command of the finished run is repeated.
 */
public final class MlflowTracker implements TrainingListener {
  private static final System.Logger LOG = System.getLogger(MlflowTracker.class.getName());
  private static final int MOST_WAITING = 10_000;

  /**
   * How long things may take.
   *
   * @param interval between two batches
   * @param request longest time of a request
   * @param retry time after a failure before the next attempt; doubled up to eight times
   * @param end longest time without an answer for which the end of the command waits
   */
  record Times(Duration interval, Duration request, Duration retry, Duration end) {
    static final Times DEFAULT =
        new Times(
            Duration.ofSeconds(2),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30));
  }

  /** The last words on a run. */
  private record Outcome(String status, Optional<TrainReport> report) {}

  private final MlflowSettings settings;
  private final Storage storage;
  private final String directory;
  private final Map<String, String> parameters;
  private final Map<String, String> environment;
  private final Times times;
  private final Thread thread = new Thread(this::work, "convoy-mlflow");

  // Of the thread that trains; no outbox before the start.
  private Outbox outbox;
  private long step;

  // Of the thread that sends.
  private MlflowServer server;
  private MlflowRun run;
  private Optional<MlflowRun.Known> known = Optional.empty();
  private int sent;
  private boolean hasFailed;

  // Of both, guarded by this.
  private Optional<Outcome> outcome = Optional.empty();
  private boolean isUploading;
  private boolean isComplete;
  private long lastAnswer;

  /**
   * Creates the tracker of a run; nothing is sent before it has started.
   *
   * @param directory of the run
   * @param parameters of the run, by name
   */
  public MlflowTracker(
      MlflowSettings settings, Storage storage, String directory, Map<String, String> parameters) {
    this(settings, storage, directory, parameters, System.getenv(), Times.DEFAULT);
  }

  MlflowTracker(
      MlflowSettings settings,
      Storage storage,
      String directory,
      Map<String, String> parameters,
      Map<String, String> environment,
      Times times) {
    this.settings = settings;
    this.storage = storage;
    this.directory = directory;
    this.parameters = Map.copyOf(parameters);
    this.environment = Map.copyOf(environment);
    this.times = times;
    thread.setDaemon(true);
  }

  @Override
  public void started(long steps, long completed) {
    step = completed;
    begin();
  }

  private void begin() {
    try {
      outbox = new Outbox(readLog().size(), this::readLog, MOST_WAITING);
    } catch (RuntimeException e) {
      warn(e);
      return;
    }
    answered();
    thread.start();
  }

  private List<MetricPoint> readLog() {
    return MetricPoint.of(MetricsLines.read(storage, directory));
  }

  @Override
  public void roundDone(RoundMetrics metrics) {
    step += metrics.steps();
    add(MetricPoint.of(Instant.now(), step, metrics));
  }

  @Override
  public void epochDone(EpochMetrics metrics) {
    add(MetricPoint.of(Instant.now(), step, metrics));
  }

  private void add(MetricPoint point) {
    if (outbox != null) {
      outbox.add(point);
    }
  }

  @Override
  public void rolledBack(RolledBack back) {
    step = back.steps();
  }

  /** Sends what the server lacks of a finished run. */
  public void catchUp(TrainReport report) {
    synchronized (this) {
      outcome = Optional.of(new Outcome("FINISHED", Optional.of(report)));
    }
    begin();
  }

  @Override
  public void finished(TrainReport report, Optional<ScoredSplit> scored) {
    end(new Outcome("FINISHED", Optional.of(report)));
  }

  @Override
  public void ended(Throwable why) {
    end(new Outcome(why instanceof StoppedRun ? "KILLED" : "FAILED", Optional.empty()));
  }

  private void end(Outcome last) {
    if (outbox == null) {
      return;
    }
    outbox.close();
    synchronized (this) {
      outcome = Optional.of(last);
      notifyAll();
    }
  }

  /** Waits until all is sent, or the server does not answer. */
  @Override
  public void close() {
    if (outbox == null) {
      return;
    }
    synchronized (this) {
      // Without an outcome the run was left in a way that tells its listeners nothing.
      outcome = outcome.or(() -> Optional.of(new Outcome("FAILED", Optional.empty())));
      notifyAll();
      lastAnswer = System.nanoTime();
    }
    try {
      while (thread.isAlive() && !isLate()) {
        thread.join(50);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isComplete()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "MLflow at "
              + settings.server()
              + " does not have all of this run yet: the same convoy train command sends the rest"
              + " from "
              + directory);
    }
  }

  private synchronized boolean isComplete() {
    return isComplete;
  }

  private synchronized boolean isLate() {
    return !isUploading && System.nanoTime() - lastAnswer > times.end().toNanos();
  }

  private void work() {
    Duration pause = Duration.ZERO;
    Duration afterFailure = times.retry();
    while (true) {
      Optional<Outcome> last = await(pause);
      try {
        transfer();
        if (last.isPresent()) {
          conclude(last.get());
          return;
        }
        if (hasFailed) {
          LOG.log(System.Logger.Level.INFO, "MLflow at " + settings.server() + " answers again");
          hasFailed = false;
        }
        pause = times.interval();
        afterFailure = times.retry();
      } catch (IOException | RuntimeException e) {
        warn(e);
        // A batch without an answer may have arrived.
        known = Optional.empty();
        if (last.isPresent()) {
          return;
        }
        pause = afterFailure;
        Duration longest = times.retry().multipliedBy(8);
        afterFailure =
            afterFailure.multipliedBy(2).compareTo(longest) > 0
                ? longest
                : afterFailure.multipliedBy(2);
      }
    }
  }

  /** Waits, but not once the run has ended. */
  private synchronized Optional<Outcome> await(Duration pause) {
    long until = System.nanoTime() + pause.toNanos();
    try {
      long left = pause.toMillis();
      while (outcome.isEmpty() && left > 0) {
        wait(left);
        left = (until - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return outcome;
  }

  private void transfer() throws IOException {
    if (server == null) {
      server = new MlflowServer(settings.server(), environment, times.request());
    }
    if (run == null) {
      run = MlflowRun.open(server, settings.experiment(), storage, directory);
    }
    if (known.isEmpty()) {
      MlflowRun.Known found = run.known();
      if (found.sent() < 0) {
        run.logParameters(parameters);
      }
      if (!found.status().equals("RUNNING") && !isFinished()) {
        run.update("RUNNING");
      }
      sent = Math.max(0, found.sent());
      known = Optional.of(found);
    }
    answered();
    for (List<MetricPoint> points = outbox.next(sent, MlflowRun.MOST_POINTS);
        !points.isEmpty();
        points = outbox.next(sent, MlflowRun.MOST_POINTS)) {
      run.log(points, sent + points.size());
      sent += points.size();
      answered();
    }
  }

  private synchronized boolean isFinished() {
    return outcome.filter(last -> last.report().isPresent()).isPresent();
  }

  private synchronized void answered() {
    lastAnswer = System.nanoTime();
  }

  private void conclude(Outcome last) throws IOException {
    MlflowRun.Known now = run.known();
    if (last.report().isPresent()) {
      setUploading(true);
      try {
        new MlflowArtifacts(storage, directory).send(run, now, last.report().get());
      } finally {
        setUploading(false);
      }
    }
    if (!now.status().equals(last.status())) {
      run.update(last.status());
    }
    synchronized (this) {
      isComplete = outbox.after(sent) == 0;
    }
  }

  private synchronized void setUploading(boolean value) {
    isUploading = value;
    lastAnswer = System.nanoTime();
  }

  private void warn(Exception e) {
    if (hasFailed) {
      return;
    }
    hasFailed = true;
    LOG.log(
        System.Logger.Level.WARNING,
        "Cannot send the metrics of the run to MLflow at "
            + settings.server()
            + ": "
            + e.getMessage()
            + " ("
            + remedy(e)
            + "). The training goes on, and what is missing is sent when it answers again, or by the"
            + " same convoy train command later");
  }

  private static String remedy(Exception e) {
    if (e instanceof MlflowServer.RefusedException refused) {
      int status = refused.status();
      if (status == 401 || status == 403) {
        return "set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and"
            + " MLFLOW_TRACKING_PASSWORD, in the environment of the driver";
      }
      if (status == 404) {
        return "check tracking.mlflow.uri, and that the run of RUN/tracking/mlflow.json was not"
            + " deleted on the server";
      }
      return "look into the log of the server";
    }
    return "check tracking.mlflow.uri, and that the server runs";
  }
}

package dev.convoy.driver.monitor;

import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.io.Storage;
import dev.convoy.data.spark.ApplicationMetrics;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.runpage.RunPage;
import dev.convoy.driver.runpage.RunView;
import dev.convoy.driver.train.Interruption;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.rounds.Alarm;
import dev.convoy.driver.train.rounds.TrainingListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.sql.SparkSession;

/** Everything that observes one run. */
public final class Monitoring implements AutoCloseable {
  private final SparkContext spark;
  private final MonitorSettings settings;
  private final List<TrainingListener> listeners = new ArrayList<>();
  private final ExecutorAlarm executors = new ExecutorAlarm();
  private Optional<WatchServer> server = Optional.empty();
  private volatile Optional<Alarm> alarm = Optional.empty();
  private volatile boolean isCancelled;

  private Monitoring(SparkSession session, MonitorSettings settings) {
    this.spark = session.sparkContext();
    this.settings = settings;
  }

  /**
   * Prepares to observe a run.
   *
   * @param guessing what guessing reaches
   * @param run directory of the run
   * @throws dev.convoy.data.InvalidRequestException if the address of the page is taken
   */
  public static Monitoring open(
      SparkSession session,
      Storage storage,
      MonitorSettings settings,
      TrainPlan plan,
      ImageDataset data,
      Guessing guessing,
      String run) {
    Monitoring monitoring = new Monitoring(session, settings);
    Manifest manifest = data.manifest();
    ApplicationMetrics metrics = ApplicationMetrics.of(session.sparkContext());
    monitoring.add(new RunMetrics(metrics));
    monitoring.add(new Alarms(guessing));
    monitoring.add(monitoring.new Reaction());
    monitoring.add(monitoring.executors);
    session.sparkContext().addSparkListener(monitoring.executors.spark);
    if (settings.stallSeconds() > 0) {
      monitoring.add(new StallWatch(settings.stallSeconds(), monitoring::stalled));
    }
    if (settings.examples()) {
      monitoring.add(new ExampleLog(session, storage, plan, data, run));
    }
    if (settings.needsDetails()) {
      monitoring.add(new RunReporter(storage, run, manifest.labels(), manifest.shape()));
    }
    if (settings.watch().isPresent()) {
      LiveLog log = new LiveLog(storage, run, () -> MemoryUse.of(session.sparkContext()));
      monitoring.add(log);
      monitoring.add(log.writer());
      monitoring.server =
          Optional.of(
              new WatchServer(
                  settings.watch().get(),
                  () -> RunPage.live(RunView.read(storage, run, log.read())),
                  metrics));
    }
    return monitoring;
  }

  private void add(TrainingListener listener) {
    listeners.add(listener);
  }

  /** The listeners of the run. */
  public List<TrainingListener> listeners() {
    return List.copyOf(listeners);
  }

  /** Address of the page while the run is under way. */
  public Optional<String> watched() {
    return server.map(WatchServer::address);
  }

  /** Returns that the run is to stop if an alarm was raised and does that. */
  public Optional<Interruption.Stop> stop() {
    return alarm.isPresent() && settings.alarms() == AlarmAction.FAIL
        ? Optional.of(Interruption.Stop.ALARM)
        : Optional.empty();
  }

  /** Returns the alarm that ended the run, if one did that although the round had not ended. */
  public Optional<String> ending() {
    return isCancelled ? alarm.map(Alarm::text) : Optional.empty();
  }

  /** A round that does not end cannot stop after itself. */
  private void stalled() {
    if (settings.alarms() == AlarmAction.FAIL) {
      isCancelled = true;
      spark.cancelAllJobs();
    }
  }

  @Override
  public void close() {
    spark.removeSparkListener(executors.spark);
    listeners.forEach(TrainingListener::close);
    server.ifPresent(WatchServer::close);
  }

  /** Remembers the newest alarm. */
  private final class Reaction implements TrainingListener {
    @Override
    public void alarmRaised(Alarm raised) {
      alarm = Optional.of(raised);
    }
  }

  /** Raises an alarm when an executor is lost. */
  private static final class ExecutorAlarm implements TrainingListener {
    private volatile Optional<TrainingListener> everyone = Optional.empty();

    private final SparkListener spark =
        new SparkListener() {
          @Override
          public void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
            if (!removed.reason().startsWith("Executor killed by driver")) {
              everyone.ifPresent(
                  all ->
                      all.alarmRaised(
                          new Alarm(
                              Alarm.Kind.EXECUTOR_LOST,
                              "Executor "
                                  + removed.executorId()
                                  + " was lost; its replicas train again on others (its log tells"
                                  + " why: often too little memory, spark.executor.memory)")));
            }
          }
        };

    @Override
    public void attached(TrainingListener all) {
      everyone = Optional.of(all);
    }

    @Override
    public void ended(Throwable why) {
      everyone = Optional.empty();
    }

    @Override
    public void close() {
      everyone = Optional.empty();
    }
  }
}

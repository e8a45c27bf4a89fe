package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.monitor.MonitorSettings;
import dev.convoy.driver.monitor.Monitoring;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.Guessing;
import dev.convoy.driver.report.GuessingCheck;
import dev.convoy.driver.report.TrainingProgress;
import dev.convoy.driver.tracking.Tracking;
import dev.convoy.driver.tracking.TrackingSettings;
import dev.convoy.driver.train.Interruption;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.scoring.BatchSize;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** Training with its text output: the command {@code train}, and a step of {@code quickstart}. */
record TrainJob(
    Console console,
    TrainPlan plan,
    ImageDataset data,
    String output,
    ExistingOutput existing,
    BatchSize validationBatch,
    CheckpointPlan checkpointing,
    MonitorSettings monitoring,
    boolean findsLearningRate,
    TrackingSettings tracking,
    List<String> chosen) {

  /** Runs work with a Spark session. */
  interface Spark {
    TrainReport with(Function<SparkSession, TrainReport> work);
  }

  void run(Spark spark, Storage files) {
    TrainReport report = spark.with(this::train);
    boolean hasPage = files.exists(Storage.join(output, RunDirectory.PAGE));
    console.result(TrainText.of(report) + (hasPage ? TrainText.page(output) : ""), report);
  }

  /** Trains, unless the run is finished; shows the progress but no result. */
  TrainReport train(SparkSession session) {
    ConvoyCommand.requireEqualBits(session);
    RunDirectory.Opened opened =
        RunDirectory.open(ConvoyCommand.storageOf(session), output, plan, data, existing);
    if (opened.finished().isPresent()) {
      Tracking.catchUp(
          ConvoyCommand.storageOf(session),
          tracking,
          plan,
          data.manifest().fingerprint(),
          opened.run().directory(),
          opened.finished().get());
      console.say(output + " is finished; nothing was trained (--overwrite starts it again).");
      return opened.finished().get();
    }
    Storage storage = ConvoyCommand.storageOf(session);
    Manifest manifest = data.manifest();
    Guessing guessed =
        new Guessing(
            plan.network().labels(), manifest.counts().getOrDefault(Split.VALIDATION, List.of()));
    GuessingCheck guessing = new GuessingCheck(guessed);
    try (Interruption interruption = Interruption.listen();
        TrainingProgress progress = new TrainingProgress(console, plan);
        Monitoring monitor =
            Monitoring.open(
                session, storage, monitoring, plan, data, guessed, opened.run().directory());
        Tracking tracker =
            Tracking.open(
                storage, tracking, plan, manifest.fingerprint(), opened.run().directory())) {
      Trainer trainer =
          new Trainer(
              session,
              storage,
              validationBatch,
              checkpointing,
              new MonitorPlan(
                  true,
                  findsLearningRate,
                  monitoring.needsDetails() || tracking.needsDetails(),
                  monitoring.examples()),
              () -> interruption.requested().or(monitor::stop));
      monitor.watched().ifPresent(address -> console.say("Watch the run at " + address));
      List<TrainingListener> listeners = new ArrayList<>(List.of(progress, guessing));
      listeners.addAll(monitor.listeners());
      listeners.addAll(tracker.listeners());
      TrainReport report = train(trainer, opened, listeners, monitor, session);
      guessing.warning(report).ifPresent(console::warn);
      return report;
    }
  }

  private TrainReport train(
      Trainer trainer,
      RunDirectory.Opened opened,
      List<TrainingListener> listeners,
      Monitoring monitor,
      SparkSession session) {
    Storage storage = ConvoyCommand.storageOf(session);
    try {
      return trainer.run(
          plan,
          data,
          opened,
          new Trainer.StartListener() {
            @Override
            public void check(Trainer.Start start) {
              new StartText(plan, data, start, checkpointing)
                  .refuseIfHopeless(
                      storage, opened.run().directory(), session.sparkContext().conf());
            }

            @Override
            public StartNotes starting(Trainer.Start start) {
              return tellStart(start, session, storage, opened.run().directory());
            }
          },
          listeners);
    } catch (Exception e) { // Spark throws undeclared checked exceptions.
      Optional<String> alarm = monitor.ending();
      if (alarm.isPresent()) {
        throw new JobFailedException(
            "Ended by an alarm, as watch.alarms = fail asks: " + alarm.get(), e);
      }
      throw e;
    }
  }

  private StartNotes tellStart(
      Trainer.Start start, SparkSession session, Storage storage, String run) {
    StartText text = new StartText(plan, data, start, checkpointing);
    List<String> words =
        text.words(run, session.sparkContext().conf(), HeapMemory.key(session.sparkContext()));
    words.forEach(console::say);
    List<String> faults = new ArrayList<>(StartText.ofDataset(storage, data));
    text.rateWarning().ifPresent(faults::add);
    faults.forEach(console::warn);
    // The page shows the dataset's own warnings too; they were printed when it was prepared.
    faults.addAll(StartText.findings(storage, data));
    return new StartNotes(words, chosen, faults);
  }
}

package dev.convoy.driver.cli;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.report.AugmentationText;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.report.GuessingCheck;
import dev.convoy.driver.report.KernelText;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.report.TrainingProgress;
import dev.convoy.driver.train.Interruption;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.scoring.BatchSize;
import java.util.List;
import java.util.Locale;
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
    CheckpointPlan checkpointing) {

  /** Runs work with a Spark session. */
  interface Spark {
    TrainReport with(Function<SparkSession, TrainReport> work);
  }

  void run(Spark spark) {
    TrainReport report = spark.with(this::train);
    console.result(text(report), report);
  }

  /** Trains, unless the run is finished; shows the progress but no result. */
  TrainReport train(SparkSession session) {
    ConvoyCommand.requireEqualBits(session);
    RunDirectory.Opened opened =
        RunDirectory.open(ConvoyCommand.storageOf(session), output, plan, data, existing);
    if (opened.finished().isPresent()) {
      console.say(output + " is finished; nothing was trained (--overwrite starts it again).");
      return opened.finished().get();
    }
    try (Interruption interruption = Interruption.listen();
        TrainingProgress progress = new TrainingProgress(console, plan)) {
      Trainer trainer =
          new Trainer(
              session,
              ConvoyCommand.storageOf(session),
              validationBatch,
              checkpointing,
              MonitorPlan.none(),
              interruption::requested);
      GuessingCheck guessing =
          new GuessingCheck(
              plan.network().labels(),
              data.manifest().counts().getOrDefault(Split.VALIDATION, List.of()));
      TrainReport report =
          trainer.run(
              plan,
              data,
              opened,
              start -> printStart(start, HeapMemory.key(session.sparkContext())),
              List.of(progress, guessing));
      guessing.warning(report).ifPresent(console::warn);
      return report;
    }
  }

  private static String steps(int every) {
    return every == 1 ? "step" : Numbers.count(every, "step");
  }

  private void printStart(Trainer.Start start, String memoryKey) {
    console.say(
        "Training "
            + plan.network().name()
            + " ("
            + Numbers.count(plan.network().parameters())
            + " parameters) on "
            + Numbers.count(data.manifest().count(Split.TRAIN))
            + " examples: "
            + Numbers.count(plan.replicas(), "replica")
            + ", batch "
            + plan.batch()
            + ", averaged every "
            + steps(plan.averaging().period().every())
            + (plan.averaging().period().kind() == AveragingPeriod.Kind.FIXED
                ? ""
                : " (" + plan.averaging().period().kind().key() + ")")
            + (plan.averaging().overlap() == 0 ? "" : ", one round later")
            + ", learning rate "
            + Numbers.significant(plan.schedule().base())
            + ", "
            + Numbers.count(plan.epochs(), "epoch")
            + ".");
    if (!plan.augmentation().isNone()) {
      console.say("Augmentation: " + AugmentationText.describe(plan.augmentation()) + ".");
    }
    if (start.rounds() > 0) {
      console.say("Continuing after round " + start.rounds() + ", from its checkpoint.");
    }
    start.places().onDisk(memoryKey).ifPresent(console::say);
    console.say("Rounds: " + start.way().text() + ".");
    console.say("Kernels: " + KernelText.describe(start.kernels()) + ".");
    if (!plan.init().isEmpty()) {
      console.say(
          "Starting from "
              + plan.init()
              + (start.renewedLayers().isEmpty()
                  ? "."
                  : "; newly initialised layers: "
                      + String.join(", ", start.renewedLayers())
                      + "."));
    }
  }

  /**
   * Describes the trained epochs and the time since the run was last started or resumed, with the
   * part spent in rounds, to which the rate refers.
   */
  private static String times(TrainReport report) {
    String trained = "Trained " + Numbers.count(report.epochs(), "epoch");
    String total = " in " + Numbers.duration(report.seconds());
    if (report.epochsNow() == null) {
      return trained + total;
    }
    String which =
        report.epochsNow() == report.epochs()
            ? ""
            : report.epochsNow() == 1
                ? ", the last one"
                : ", the last " + report.epochsNow() + " of them";
    return report.epochsNow() == 0
        ? trained + ", all before the last start, which took" + total.replaceFirst(" in", "")
        : trained
            + which
            + total
            + " with packing, validation and files; "
            + Numbers.duration(report.roundSecondsNow())
            + " of it in rounds";
  }

  static String text(TrainReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s, at %s images/s; training loss %s",
            times(report),
            Numbers.count(Math.round(report.trainImagesPerSecond())),
            Numbers.ratio(report.loss())));
    if (report.validationAccuracy() != null) {
      text.append(", validation accuracy ").append(Numbers.ratio(report.validationAccuracy()));
    }
    text.append(String.format(Locale.ROOT, ".%nModel: %s%n", report.model()));
    text.append("SHA-256 of its parameters: ").append(report.parametersSha256());
    return text.toString();
  }
}

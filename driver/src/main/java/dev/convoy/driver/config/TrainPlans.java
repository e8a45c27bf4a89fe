package dev.convoy.driver.config;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.driver.train.plan.AutoPlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.driver.train.plan.CheckpointPlan;
import dev.convoy.driver.train.plan.EarlyStopping;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import dev.convoy.driver.train.plan.Rollback;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.ReturnedModel;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Creates training plans from settings. */
public final class TrainPlans {
  private TrainPlans() {}

  /**
   * The part of a plan that depends on settings only.
   *
   * @param schedule without its warm-up
   * @param warmupEpochs empty if it follows from the dataset
   */
  public record Hyperparameters(
      int epochs,
      int batch,
      int replicas,
      long seed,
      LearningRateSchedule schedule,
      OptionalDouble warmupEpochs,
      Optimizer optimizer,
      Precision precision,
      Augmentation augmentation,
      AveragingPlan averaging,
      EarlyStopping stopping,
      Rollback rollback,
      CheckpointPlan checkpointing) {}

  /** Reads all keys of training; faults go to the problems of the settings. */
  public static Hyperparameters read(Settings settings) {
    CheckpointPlan checkpointing =
        new CheckpointPlan(
            settings.get(Keys.TRAIN_CHECKPOINT_EVERY),
            settings.get(Keys.TRAIN_CHECKPOINT_KEEP),
            settings.get(Keys.TRAIN_CHECKPOINT_ENVIRONMENT));
    int replicas = settings.get(Keys.TRAIN_REPLICAS);
    int batch = batch(settings);
    Optimizer.Kind optimizer = settings.get(Keys.TRAIN_OPTIMIZER);
    return new Hyperparameters(
        settings.get(Keys.TRAIN_EPOCHS),
        batch,
        replicas,
        settings.get(Keys.TRAIN_SEED),
        new LearningRateSchedule(
            settings.get(Keys.TRAIN_SCHEDULE),
            settings
                .get(Keys.TRAIN_LEARNING_RATE)
                .orElseGet(() -> AutoPlan.learningRate(optimizer, batch, replicas)),
            0,
            settings.get(Keys.TRAIN_STEP_EVERY_EPOCHS),
            settings.get(Keys.TRAIN_STEP_FACTOR)),
        settings.get(Keys.TRAIN_WARMUP_EPOCHS),
        optimizer(settings),
        settings.get(PrecisionKeys.TRAIN),
        AugmentKeys.read(settings),
        averaging(settings),
        new EarlyStopping(
            settings.get(Keys.TRAIN_STOP_PATIENCE), settings.get(Keys.TRAIN_STOP_WATCH)),
        rollback(settings, checkpointing),
        checkpointing);
  }

  /** Returns the settings that were {@code auto}, each with its value and the reason. */
  public static List<String> chosen(Settings settings, TrainPlan plan) {
    List<String> chosen = new ArrayList<>();
    int replicas = plan.replicas();
    if (settings.get(Keys.TRAIN_BATCH).isEmpty()) {
      chosen.add(
          Keys.TRAIN_BATCH.path()
              + " = "
              + plan.batch()
              + ": the minibatches of all "
              + replicas
              + " replicas together have at most 256 examples if they can, and each at most 64");
    }
    if (settings.get(Keys.TRAIN_AVERAGE_EVERY).isEmpty()) {
      chosen.add(
          Keys.TRAIN_AVERAGE_EVERY.path()
              + " = "
              + plan.averaging().period().every()
              + ": more replicas are averaged more often, since they converge more slowly than one"
              + " large minibatch");
    }
    if (settings.get(Keys.TRAIN_LEARNING_RATE).isEmpty()) {
      chosen.add(
          Keys.TRAIN_LEARNING_RATE.path()
              + " = "
              + plan.schedule().base()
              + ": the usual rate of "
              + plan.optimizer().kind().key()
              + " for 64 examples, scaled to those of a step over all replicas");
    }
    if (settings.get(Keys.TRAIN_WARMUP_EPOCHS).isEmpty()) {
      chosen.add(
          Keys.TRAIN_WARMUP_EPOCHS.path()
              + " = "
              + plan.schedule().warmupEpochs()
              + ": half an epoch, and at least 100 steps if a step has more than 128 examples");
    }
    return chosen;
  }

  /** Returns the optimizer with its coefficients. */
  public static Optimizer optimizer(Settings settings) {
    return new Optimizer(
        settings.get(Keys.TRAIN_OPTIMIZER),
        settings.get(Keys.TRAIN_MOMENTUM),
        settings.get(Keys.TRAIN_BETA1),
        settings.get(Keys.TRAIN_BETA2),
        settings.get(Keys.TRAIN_EPSILON),
        settings.get(Keys.TRAIN_L2),
        settings.get(Keys.TRAIN_CLIP_NORM));
  }

  /** Returns the number of examples of a minibatch on each replica. */
  public static int batch(Settings settings) {
    return settings
        .get(Keys.TRAIN_BATCH)
        .orElseGet(() -> AutoPlan.batch(settings.get(Keys.TRAIN_REPLICAS)));
  }

  private static AveragingPlan averaging(Settings settings) {
    AveragingPeriod.Kind rule = settings.get(Keys.TRAIN_PERIOD_RULE);
    int every =
        settings
            .get(Keys.TRAIN_AVERAGE_EVERY)
            .orElseGet(() -> AutoPlan.averageEvery(rule, settings.get(Keys.TRAIN_REPLICAS)));
    int longest = settings.get(Keys.TRAIN_PERIOD_LONGEST);
    boolean bounded =
        rule == AveragingPeriod.Kind.QUADRATIC || rule == AveragingPeriod.Kind.ADAPTIVE;
    if (bounded && longest < every) {
      settings.refusePair(
          Keys.TRAIN_PERIOD_LONGEST,
          "must be at least " + every + ", which follows from",
          Keys.TRAIN_AVERAGE_EVERY,
          "must be at most");
    }
    int overlap = settings.get(Keys.TRAIN_OVERLAP);
    if (overlap > 0 && rule == AveragingPeriod.Kind.ADAPTIVE) {
      settings.refuse(
          Keys.TRAIN_OVERLAP,
          "must be 0 with "
              + settings.place(Keys.TRAIN_PERIOD_RULE)
              + ", which needs the averaging of a round before the next one");
    }
    return new AveragingPlan(
        new AveragingPeriod(
            rule,
            every,
            settings.get(Keys.TRAIN_PERIOD_LOCAL_FROM),
            settings.get(Keys.TRAIN_PERIOD_COEFFICIENT),
            settings.get(Keys.TRAIN_PERIOD_TARGET),
            Math.max(every, longest)),
        new OuterStep(
            settings.get(Keys.TRAIN_OUTER_STEP),
            settings.get(Keys.TRAIN_OUTER_LEARNING_RATE),
            settings.get(Keys.TRAIN_OUTER_MOMENTUM),
            settings.get(Keys.TRAIN_OUTER_BETA1),
            settings.get(Keys.TRAIN_OUTER_BETA2),
            settings.get(Keys.TRAIN_OUTER_EPSILON)),
        settings.get(Keys.TRAIN_UPDATER_STATE),
        settings.get(Keys.TRAIN_BATCH_NORM),
        settings.get(Keys.TRAIN_SENT),
        new ReturnedModel(
            settings.get(Keys.TRAIN_RETURNED_MODEL),
            settings.get(Keys.TRAIN_RETURNED_DECAY),
            settings.get(Keys.TRAIN_RETURNED_EPOCHS)),
        overlap);
  }

  private static Rollback rollback(Settings settings, CheckpointPlan checkpointing) {
    int times = settings.get(Keys.TRAIN_ROLLBACK_TIMES);
    return new Rollback(
        times, settings.get(Keys.TRAIN_ROLLBACK_FACTOR), times == 0 ? 0 : checkpointing.every());
  }

  /**
   * Checks what images must be like for a network and its augmentation; faults go to {@code
   * problems}.
   *
   * @param values read from {@code settings}
   */
  public static void check(
      Settings settings,
      Hyperparameters values,
      NetworkDefinition network,
      Manifest data,
      Problems problems) {
    try {
      Network bound = network.on(data.shape(), data.labels().size());
      whyNot(bound, values.precision())
          .ifPresent(reason -> settings.refuse(PrecisionKeys.TRAIN, reason));
    } catch (InvalidRequestException e) {
      problems.add(e.getMessage());
    }
    values
        .augmentation()
        .misfits(data.shape())
        .forEach(misfit -> settings.refuse(AugmentKeys.of(misfit.setting()), misfit.requirement()));
  }

  /**
   * Returns the complete plan for a dataset.
   *
   * @throws InvalidRequestException if the images do not suit the network or augmentation
   */
  public static TrainPlan plan(
      Hyperparameters values, NetworkDefinition network, ImageDataset data, String init) {
    Manifest manifest = data.manifest();
    Problems misfits = new Problems();
    Network bound = network.on(manifest.shape(), manifest.labels().size());
    whyNot(bound, values.precision())
        .ifPresent(
            reason -> misfits.add(PrecisionKeys.TRAIN.path() + " = " + values.precision(), reason));
    for (Augmentation.Misfit misfit : values.augmentation().misfits(manifest.shape())) {
      misfits.add(
          AugmentKeys.of(misfit.setting()).path() + " = " + misfit.value(), misfit.requirement());
    }
    misfits.refuseIfAny("Cannot train");
    double warmupEpochs =
        values
            .warmupEpochs()
            .orElseGet(
                () ->
                    AutoPlan.warmupEpochs(
                        (long) values.batch() * values.replicas(), manifest.count(Split.TRAIN)));
    return new TrainPlan(
        bound,
        values.epochs(),
        values.batch(),
        values.replicas(),
        values.seed(),
        values.schedule().withWarmup(warmupEpochs),
        values.optimizer(),
        values.precision(),
        values.augmentation(),
        values.averaging(),
        values.stopping(),
        values.rollback(),
        init);
  }

  /** Returns why a network cannot train here in a precision, with the remedy. */
  private static Optional<String> whyNot(Network network, Precision precision) {
    return GraphBuilder.whyNotIn(network, precision).map(reason -> reason + " (use float32)");
  }
}

package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.image.Augmentation;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.train.LearningRateSchedule;
import dev.convoy.driver.train.TrainPlan;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.graph.Optimizer;

/** Makes training plans of settings. */
final class TrainPlans {
  private TrainPlans() {}

  /** The part of a plan that settings decide. */
  record Hyperparameters(
      int epochs,
      int batch,
      int replicas,
      int averageEvery,
      long seed,
      LearningRateSchedule schedule,
      Optimizer optimizer,
      Augmentation augmentation) {}

  /** Reads all keys of training; faults go to {@code problems}. */
  static Hyperparameters read(Settings settings, Problems problems) {
    return new Hyperparameters(
        settings.get(Keys.TRAIN_EPOCHS),
        settings.get(Keys.TRAIN_BATCH),
        settings.get(Keys.TRAIN_REPLICAS),
        settings.get(Keys.TRAIN_AVERAGE_EVERY),
        settings.get(Keys.TRAIN_SEED),
        new LearningRateSchedule(
            settings.get(Keys.TRAIN_SCHEDULE),
            settings.get(Keys.TRAIN_LEARNING_RATE),
            settings.get(Keys.TRAIN_WARMUP_EPOCHS),
            settings.get(Keys.TRAIN_STEP_EVERY_EPOCHS),
            settings.get(Keys.TRAIN_STEP_FACTOR)),
        new Optimizer(
            settings.get(Keys.TRAIN_OPTIMIZER),
            settings.get(Keys.TRAIN_MOMENTUM),
            settings.get(Keys.TRAIN_BETA1),
            settings.get(Keys.TRAIN_BETA2),
            settings.get(Keys.TRAIN_EPSILON),
            settings.get(Keys.TRAIN_L2),
            settings.get(Keys.TRAIN_CLIP_NORM)),
        new Augmentation(
            settings.get(Keys.TRAIN_AUGMENT_CROP), settings.get(Keys.TRAIN_AUGMENT_FLIP)));
  }

  /**
   * The whole plan, on a dataset.
   *
   * @throws InvalidRequestException if the images are too small for the network or augmentation
   */
  static TrainPlan plan(
      Hyperparameters values, NetworkDefinition network, ImageDataset data, String init) {
    Manifest manifest = data.manifest();
    if (!values.augmentation().fits(manifest.shape())) {
      throw new InvalidRequestException(
          "Cannot train: "
              + Keys.TRAIN_AUGMENT_CROP.path()
              + " = "
              + values.augmentation().crop()
              + ": must be less than the height and width of the images, which are "
              + manifest.shape());
    }
    return new TrainPlan(
        network.on(manifest.shape(), manifest.labels().size()),
        values.epochs(),
        values.batch(),
        values.replicas(),
        values.averageEvery(),
        values.seed(),
        values.schedule(),
        values.optimizer(),
        values.augmentation(),
        init);
  }
}

package dev.convoy.driver.train.plan;

import java.util.Map;

/** Display names of the fields of a run's description: the flags and keys that set them. */
final class PlanNames {
  private static final String NETWORK = "plan.network";

  /**
   * Flags of {@code train} by field path. Every flag is also a key of the section {@code train}.
   */
  private static final Map<String, String> FLAGS =
      Map.ofEntries(
          Map.entry("plan.epochs", "--epochs"),
          Map.entry("plan.batch", "--batch"),
          Map.entry("plan.replicas", "--replicas"),
          Map.entry("plan.seed", "--seed"),
          Map.entry("plan.schedule.shape", "--schedule"),
          Map.entry("plan.schedule.base", "--learning-rate"),
          Map.entry("plan.schedule.warmupEpochs", "--warmup-epochs"),
          Map.entry("plan.schedule.stepEveryEpochs", "--step-every-epochs"),
          Map.entry("plan.schedule.stepFactor", "--step-factor"),
          Map.entry("plan.optimizer.kind", "--optimizer"),
          Map.entry("plan.optimizer.momentum", "--momentum"),
          Map.entry("plan.optimizer.beta1", "--beta1"),
          Map.entry("plan.optimizer.beta2", "--beta2"),
          Map.entry("plan.optimizer.epsilon", "--epsilon"),
          Map.entry("plan.optimizer.l2", "--l2"),
          Map.entry("plan.optimizer.clipNorm", "--clip-norm"),
          Map.entry("plan.precision", "--precision"),
          Map.entry("plan.augmentation.crop", "--augment-crop"),
          Map.entry("plan.augmentation.padding", "--augment-padding"),
          Map.entry("plan.augmentation.flip", "--augment-flip"),
          Map.entry("plan.augmentation.flipRule", "--augment-flip-rule"),
          Map.entry("plan.augmentation.affine.scaleMin", "--augment-scale-min"),
          Map.entry("plan.augmentation.affine.scaleMax", "--augment-scale-max"),
          Map.entry("plan.augmentation.affine.rotation", "--augment-rotation"),
          Map.entry("plan.augmentation.colour.brightness", "--augment-brightness"),
          Map.entry("plan.augmentation.colour.contrast", "--augment-contrast"),
          Map.entry("plan.augmentation.colour.saturation", "--augment-saturation"),
          Map.entry("plan.augmentation.erasing.probability", "--augment-erase-probability"),
          Map.entry("plan.augmentation.erasing.areaMin", "--augment-erase-area-min"),
          Map.entry("plan.augmentation.erasing.areaMax", "--augment-erase-area-max"),
          Map.entry("plan.augmentation.erasing.aspectMin", "--augment-erase-aspect-min"),
          Map.entry("plan.augmentation.erasing.aspectMax", "--augment-erase-aspect-max"),
          Map.entry("plan.augmentation.mixing.mixup", "--augment-mixup"),
          Map.entry("plan.augmentation.mixing.cutmix", "--augment-cutmix"),
          Map.entry("plan.averaging.period.kind", "--period-rule"),
          Map.entry("plan.averaging.period.every", "--average-every"),
          Map.entry("plan.averaging.period.localFrom", "--period-local-from"),
          Map.entry("plan.averaging.period.coefficient", "--period-coefficient"),
          Map.entry("plan.averaging.period.target", "--period-target"),
          Map.entry("plan.averaging.period.longest", "--period-longest"),
          Map.entry("plan.averaging.outerStep.kind", "--outer-step"),
          Map.entry("plan.averaging.outerStep.learningRate", "--outer-learning-rate"),
          Map.entry("plan.averaging.outerStep.momentum", "--outer-momentum"),
          Map.entry("plan.averaging.outerStep.beta1", "--outer-beta1"),
          Map.entry("plan.averaging.outerStep.beta2", "--outer-beta2"),
          Map.entry("plan.averaging.outerStep.epsilon", "--outer-epsilon"),
          Map.entry("plan.averaging.updaterState", "--optimizer-state"),
          Map.entry("plan.averaging.batchNorm", "--batch-norm"),
          Map.entry("plan.averaging.sent", "--sent"),
          Map.entry("plan.averaging.overlap", "--overlap"),
          Map.entry("plan.averaging.returned.kind", "--returned-model"),
          Map.entry("plan.averaging.returned.decay", "--returned-decay"),
          Map.entry("plan.averaging.returned.epochs", "--returned-epochs"),
          Map.entry("plan.stopping.patience", "--stop-patience"),
          Map.entry("plan.stopping.watch", "--stop-watch"),
          Map.entry("plan.rollback.times", "--rollback-times"),
          Map.entry("plan.rollback.factor", "--rollback-factor"),
          Map.entry("plan.rollback.every", "--checkpoint-every"),
          Map.entry("plan.init", "--init"),
          Map.entry("initSha256", "--init (SHA-256 of its parameters)"),
          Map.entry("dataset", "--data (fingerprint of the dataset)"),
          Map.entry("convoy", "version of Convoy"));

  private PlanNames() {}

  /**
   * Returns the display name of a field.
   *
   * @param path of the field, such as {@code plan.schedule.base}
   */
  static String displayName(String path) {
    if (path.startsWith(NETWORK)) {
      String below = path.substring(NETWORK.length());
      return "--network" + (below.startsWith(".") ? " (" + below.substring(1) + ")" : below);
    }
    return FLAGS.getOrDefault(path, path);
  }
}

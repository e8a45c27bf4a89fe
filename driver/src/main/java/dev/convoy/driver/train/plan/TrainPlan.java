package dev.convoy.driver.train.plan;

import dev.convoy.data.Checks;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;

/**
 * The plan of a run. Together with the dataset it determines the result.
 *
 * @param network for the dataset's image shape and labels
 * @param epochs at least 1
 * @param batch examples of a minibatch on each replica, at least 1
 * @param replicas at least 1
 * @param seed of all random numbers
 * @param schedule of the learning rate
 * @param optimizer with its coefficients
 * @param precision of activations, weights and gradients
 * @param augmentation of the images in training
 * @param averaging of the replicas
 * @param stopping early stopping
 * @param rollback reaction to divergence
 * @param init directory of a model with the initial parameters, or empty
 */
public record TrainPlan(
    Network network,
    int epochs,
    int batch,
    int replicas,
    long seed,
    LearningRateSchedule schedule,
    Optimizer optimizer,
    Precision precision,
    Augmentation augmentation,
    AveragingPlan averaging,
    EarlyStopping stopping,
    Rollback rollback,
    String init)
    implements RoundsPlan {
  public TrainPlan {
    Checks.atLeast(1, epochs, "epochs");
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, replicas, "replicas");
    augmentation.requireFits(network.input());
  }
}

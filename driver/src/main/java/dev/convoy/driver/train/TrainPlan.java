package dev.convoy.driver.train;

import dev.convoy.data.Checks;
import dev.convoy.data.image.Augmentation;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.Optimizer;

/**
 * Everything that decides the result of a run, besides the dataset.
 *
 * @param network on the dataset's image shape and labels
 * @param epochs at least 1
 * @param batch examples of a minibatch on each replica, at least 1
 * @param replicas at least 1
 * @param averageEvery local steps of a round, at least 1
 * @param seed of everything that is drawn
 * @param schedule of the learning rate
 * @param optimizer rule of the step
 * @param augmentation of the images in training
 * @param init model that the parameters start from, or empty
 */
public record TrainPlan(
    Network network,
    int epochs,
    int batch,
    int replicas,
    int averageEvery,
    long seed,
    LearningRateSchedule schedule,
    Optimizer optimizer,
    Augmentation augmentation,
    String init) {
  public TrainPlan {
    Checks.atLeast(1, epochs, "epochs");
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, replicas, "replicas");
    Checks.atLeast(1, averageEvery, "averageEvery");
    augmentation.requireFits(network.input());
  }
}

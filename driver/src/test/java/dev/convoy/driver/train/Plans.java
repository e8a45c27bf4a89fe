package dev.convoy.driver.train;

import dev.convoy.data.image.Augmentation;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.Optimizer;

/** Training plans for tests: one to start from, and changes of it. */
final class Plans {
  private Plans() {}

  /** Two epochs, batch 4, two replicas, averaged every 3 steps, seed 1, constant rate 0.1, SGD. */
  static TrainPlan of(Network network) {
    return new TrainPlan(
        network,
        2,
        4,
        2,
        3,
        1,
        LearningRateSchedule.constant(0.1),
        Optimizer.sgd(),
        Augmentation.none(),
        "");
  }

  static TrainPlan epochs(TrainPlan plan, int epochs) {
    return new TrainPlan(
        plan.network(),
        epochs,
        plan.batch(),
        plan.replicas(),
        plan.averageEvery(),
        plan.seed(),
        plan.schedule(),
        plan.optimizer(),
        plan.augmentation(),
        plan.init());
  }

  /** With other replicas, batch and period. */
  static TrainPlan split(TrainPlan plan, int replicas, int batch, int averageEvery) {
    return new TrainPlan(
        plan.network(),
        plan.epochs(),
        batch,
        replicas,
        averageEvery,
        plan.seed(),
        plan.schedule(),
        plan.optimizer(),
        plan.augmentation(),
        plan.init());
  }

  static TrainPlan seed(TrainPlan plan, long seed) {
    return new TrainPlan(
        plan.network(),
        plan.epochs(),
        plan.batch(),
        plan.replicas(),
        plan.averageEvery(),
        seed,
        plan.schedule(),
        plan.optimizer(),
        plan.augmentation(),
        plan.init());
  }

  static TrainPlan steps(TrainPlan plan, LearningRateSchedule schedule, Optimizer optimizer) {
    return new TrainPlan(
        plan.network(),
        plan.epochs(),
        plan.batch(),
        plan.replicas(),
        plan.averageEvery(),
        plan.seed(),
        schedule,
        optimizer,
        plan.augmentation(),
        plan.init());
  }

  static TrainPlan init(TrainPlan plan, String model) {
    return new TrainPlan(
        plan.network(),
        plan.epochs(),
        plan.batch(),
        plan.replicas(),
        plan.averageEvery(),
        plan.seed(),
        plan.schedule(),
        plan.optimizer(),
        plan.augmentation(),
        model);
  }

  static TrainPlan augmented(TrainPlan plan, Augmentation augmentation) {
    return new TrainPlan(
        plan.network(),
        plan.epochs(),
        plan.batch(),
        plan.replicas(),
        plan.averageEvery(),
        plan.seed(),
        plan.schedule(),
        plan.optimizer(),
        augmentation,
        plan.init());
  }
}

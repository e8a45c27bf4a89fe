package dev.convoy.worker.graph;

import dev.convoy.worker.network.Optimizer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.DoubleFunction;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * DL4J's updaters of a network: one for each learning-rate factor, so that layers of equal factor
 * are updated together.
 */
final class Updaters {
  private final double l2;
  private final DoubleFunction<IUpdater> factory;
  private final Map<Double, IUpdater> byFactor = new HashMap<>();

  private Updaters(double l2, DoubleFunction<IUpdater> factory) {
    this.l2 = l2;
    this.factory = factory;
  }

  /** Creates the updaters of a run, which share one learning rate. */
  static Updaters of(Optimizer optimizer, StepLearningRate learningRate) {
    return new Updaters(
        optimizer.l2(),
        factor ->
            updater(
                optimizer,
                factor == 1 ? learningRate : new ScaledLearningRate(learningRate, factor)));
  }

  /** Creates updaters of plain gradient descent at a fixed learning rate, without l2. */
  static Updaters plain(double learningRate) {
    return new Updaters(0, factor -> new Sgd(learningRate * factor));
  }

  /** Returns the l2 of layers that have none of their own. */
  double l2() {
    return l2;
  }

  /** Returns the updater whose learning rate is multiplied by a factor. */
  IUpdater scaled(double factor) {
    return byFactor.computeIfAbsent(factor, factory::apply);
  }

  private static IUpdater updater(Optimizer optimizer, ISchedule rate) {
    return switch (optimizer.kind()) {
      case SGD -> new Sgd(rate);
      case MOMENTUM -> new Nesterovs(rate, optimizer.momentum());
      case ADAM ->
          Adam.builder()
              .learningRateSchedule(rate)
              .beta1(optimizer.beta1())
              .beta2(optimizer.beta2())
              .epsilon(optimizer.epsilon())
              .build();
    };
  }
}

package dev.convoy.worker.network.graph;

import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.schedule.ISchedule;

/**
 * DL4J's updaters of one network: one for each learning-rate factor, so that layers of equal factor
 * are updated together.
 */
final class Updaters {
  private final Optimizer optimizer;
  private final StepLearningRate learningRate;
  private final Map<Double, IUpdater> byFactor = new HashMap<>();

  Updaters(Optimizer optimizer, StepLearningRate learningRate) {
    this.optimizer = optimizer;
    this.learningRate = learningRate;
  }

  double l2() {
    return optimizer.l2();
  }

  /** The updater whose steps are {@code factor} times as long. */
  IUpdater times(double factor) {
    return byFactor.computeIfAbsent(factor, this::updater);
  }

  private IUpdater updater(double factor) {
    ISchedule rate = factor == 1 ? learningRate : new ScaledLearningRate(learningRate, factor);
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

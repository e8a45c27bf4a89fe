package dev.convoy.worker.graph;

import java.util.Optional;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * The update rule of an optimizer. It takes the same operations as ND4J's updaters, each rounded to
 * single precision, so that results are equal to the bit.
 */
interface StepRule {
  /**
   * Updates some parameters and their updater state.
   *
   * @param w parameters
   * @param g gradients, the mean over the minibatch plus the l2 term
   * @param first the updater's first value of each parameter, if it has one
   * @param second the updater's second value of each parameter, if it has one
   * @param count number of parameters
   */
  void apply(float[] w, float[] g, float[] first, float[] second, int count);

  /** Returns whether an updater never changes parameters, such as that of a frozen layer. */
  static boolean neverUpdates(IUpdater updater) {
    return updater instanceof Sgd sgd
        && sgd.getLearningRateSchedule() == null
        && sgd.getLearningRate() == 0;
  }

  /** Returns the number of state values of an updater for each parameter. */
  static int stateSize(IUpdater updater) {
    return Math.toIntExact(updater.stateSize(1));
  }

  /** The rule of an updater, whose learning rate may change from step to step. */
  interface Scheduled {
    /** Returns the rule at one iteration of one epoch. */
    StepRule at(int iteration, int epoch);
  }

  /** Returns the rule of an updater; empty if the updater is not supported. */
  static Optional<Scheduled> of(IUpdater updater) {
    if (updater instanceof Sgd) {
      return Optional.of((iteration, epoch) -> new Descent(rate(updater, iteration, epoch)));
    }
    if (updater instanceof Nesterovs nesterovs) {
      return Optional.of(
          (iteration, epoch) ->
              new Momentum(
                  rate(updater, iteration, epoch),
                  (float) nesterovs.currentMomentum(iteration, epoch)));
    }
    if (updater instanceof Adam adam) {
      return Optional.of(
          (iteration, epoch) -> AdamRule.of(adam, rate(updater, iteration, epoch), iteration));
    }
    return updater instanceof NoOp
        ? Optional.of((iteration, epoch) -> new Change())
        : Optional.empty();
  }

  private static float rate(IUpdater updater, int iteration, int epoch) {
    return (float) updater.getLearningRate(iteration, epoch);
  }

  /** {@code w ← w − g}, the update of batch normalisation statistics. */
  record Change() implements StepRule {
    @Override
    public void apply(float[] w, float[] g, float[] first, float[] second, int count) {
      for (int i = 0; i < count; i++) {
        w[i] -= g[i];
      }
    }
  }

  /** {@code w ← w − η·g}. */
  record Descent(float rate) implements StepRule {
    @Override
    public void apply(float[] w, float[] g, float[] first, float[] second, int count) {
      for (int i = 0; i < count; i++) {
        w[i] -= g[i] * rate;
      }
    }
  }

  /** {@code v' = µ·v − η·g} and {@code w ← w − (µ·v − (1 + µ)·v')}, Nesterov's momentum. */
  record Momentum(float rate, float momentum) implements StepRule {
    @Override
    public void apply(float[] w, float[] g, float[] first, float[] second, int count) {
      float ahead = -momentum - 1;
      for (int i = 0; i < count; i++) {
        float before = momentum * first[i];
        float velocity = before - rate * g[i];
        first[i] = velocity;
        w[i] -= before + ahead * velocity;
      }
    }
  }

  /**
   * {@code m' = β₁·m + (1 − β₁)·g}, {@code v' = β₂·v + (1 − β₂)·g²} and {@code w ← w − α·m' / (√v'
   * + ε)}.
   *
   * @param rate {@code α = η·√(1 − β₂ᵗ) / (1 − β₁ᵗ)} in step {@code t}
   */
  record AdamRule(float rate, float beta1, float beta2, float epsilon) implements StepRule {
    static AdamRule of(Adam adam, float learningRate, int iteration) {
      float beta1 = (float) adam.getBeta1();
      float beta2 = (float) adam.getBeta2();
      float epsilon = (float) adam.getEpsilon();
      float power1 = (float) Math.pow(beta1, iteration + 1.0);
      float power2 = (float) Math.pow(beta2, iteration + 1.0);
      float rate =
          (float) (learningRate * (float) Math.sqrt((float) (1.0 - power2)) / (1.0 - power1));
      // ND4J uses ε as the rate where α is 0 or not finite.
      boolean usable = Float.isFinite(rate) && rate != 0;
      return new AdamRule(usable ? rate : epsilon, beta1, beta2, epsilon);
    }

    @Override
    public void apply(float[] w, float[] g, float[] first, float[] second, int count) {
      for (int i = 0; i < count; i++) {
        float mean = beta1 * first[i] + g[i] * (1 - beta1);
        float square = beta2 * second[i] + g[i] * g[i] * (1 - beta2);
        first[i] = mean;
        second[i] = square;
        w[i] -= mean * rate / ((float) Math.sqrt(square) + epsilon);
      }
    }
  }
}

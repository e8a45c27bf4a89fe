package dev.convoy.worker.averaging;

import java.util.Map;

/** Accumulates a mean of the parameters during a run. The caller reports every round and epoch. */
public sealed interface ParameterMean permits ExponentialMean, MeanOfEpochs {
  /**
   * Adds the parameters at the end of a round.
   *
   * @param parameters start of the next round, finite; neither kept nor written to
   * @param steps number of local steps of the round, at least 1
   * @throws IllegalArgumentException if there are more or fewer parameters than before
   */
  void afterRound(float[] parameters, int steps);

  /**
   * Adds the parameters at the end of an epoch, after {@link #afterRound} for its last round.
   *
   * @param parameters start of the next epoch, finite; neither kept nor written to
   * @throws IllegalArgumentException if there are more or fewer parameters than before
   */
  void afterEpoch(float[] parameters);

  /**
   * Returns the mean so far, in a new array. Its batch normalisation statistics must be measured
   * again.
   *
   * @throws IllegalStateException if no parameters were added yet
   */
  float[] mean();

  /**
   * Returns the state to save for resuming, by name: lower-case letters, digits and hyphens. Values
   * are finite. The arrays must not be written to, and later additions do not change them.
   */
  Map<String, float[]> vectors();
}

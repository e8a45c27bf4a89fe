package dev.convoy.worker.averaging;

import java.util.Map;

/**
 * Gathers a mean of the parameters that a run passes through. It is told of every round and epoch.
 */
public sealed interface ParameterMean permits ExponentialMean, MeanOfEpochs {
  /**
   * A round has ended.
   *
   * @param parameters that the next one starts from, finite; neither kept nor written to
   * @param steps local steps of the round, at least 1
   * @throws IllegalArgumentException if there are more or fewer parameters than before
   */
  void afterRound(float[] parameters, int steps);

  /**
   * An epoch has ended, and {@link #afterRound} was told of its last round.
   *
   * @param parameters that the next one starts from, finite; neither kept nor written to
   * @throws IllegalArgumentException if there are more or fewer parameters than before
   */
  void afterEpoch(float[] parameters);

  /**
   * The mean up to now, in an array of its own. The statistics of batch normalisation in it must be
   * measured again.
   *
   * @throws IllegalStateException if there is nothing yet to be averaged
   */
  float[] mean();

  /**
   * All that must be saved to go on later, by name: lower-case letters, digits and hyphens. Values
   * are finite. The arrays are not to be written to; nor will they be, whatever is gathered later.
   */
  Map<String, float[]> vectors();
}

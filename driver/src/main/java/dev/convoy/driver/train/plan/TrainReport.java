package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * The results of a finished run.
 *
 * @param model directory of the model
 * @param parametersSha256 digest of {@code parameters.bin}
 * @param parameters number of parameters
 * @param epochs trained, fewer than planned after early stopping
 * @param rounds trained
 * @param examplesPerEpoch number of examples of the train split
 * @param loss mean training loss of the last epoch
 * @param validationAccuracy of the model; absent without a validation split
 * @param validationLoss mean cross-entropy in nats; absent without a validation split
 * @param bestEpoch epoch with the best validation metric, from 1; absent without a validation split
 * @param trainImagesPerSecond examples per second inside rounds, packing and validation excluded
 * @param roundSeconds of all rounds together
 * @param computeSeconds of the slowest replica of each round, summed over all rounds; the rest of
 *     {@code roundSeconds} is sending, waiting and averaging
 * @param epochsNow epochs finished since the run was last started or resumed; absent in reports of
 *     earlier versions
 * @param roundSecondsNow seconds of rounds since then; absent in reports of earlier versions
 * @param seconds from the last start of the run to its end: packing, rounds, validation, and the
 *     writing of checkpoints and the model
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TrainReport(
    String model,
    String parametersSha256,
    long parameters,
    int epochs,
    int rounds,
    long examplesPerEpoch,
    double loss,
    Double validationAccuracy,
    Double validationLoss,
    Integer bestEpoch,
    double trainImagesPerSecond,
    double roundSeconds,
    double computeSeconds,
    Integer epochsNow,
    Double roundSecondsNow,
    double seconds) {

  /** Returns this report with another model directory, for a run that was copied. */
  public TrainReport withModel(String directory) {
    return new TrainReport(
        directory,
        parametersSha256,
        parameters,
        epochs,
        rounds,
        examplesPerEpoch,
        loss,
        validationAccuracy,
        validationLoss,
        bestEpoch,
        trainImagesPerSecond,
        roundSeconds,
        computeSeconds,
        epochsNow,
        roundSecondsNow,
        seconds);
  }
}

package dev.convoy.driver.train.plan;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * A finished run in numbers.
 *
 * @param model its directory
 * @param parametersSha256 digest of {@code parameters.bin}
 * @param parameters number of them
 * @param epochs trained: fewer than planned where the run was stopped early
 * @param rounds trained
 * @param examplesPerEpoch every example of the train split, once
 * @param loss mean training loss of the last epoch
 * @param validationAccuracy of the model; absent without a validation split
 * @param validationLoss likewise, in nats
 * @param bestEpoch the one whose validation was best, from 1; absent likewise
 * @param trainImagesPerSecond examples per second inside rounds, packing and validation excluded
 * @param roundSeconds of all rounds together
 * @param computeSeconds of the slowest replica of each round, all rounds together; the rest of the
 *     rounds is sending, waiting and averaging
 * @param epochsNow of the epochs, those that the last start of the run has finished; absent in
 *     reports of earlier versions
 * @param roundSecondsNow of the seconds of rounds, those of the last start; absent likewise
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

  /** The same, of a run whose model lies here: runs may be copied. */
  public TrainReport at(String directory) {
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

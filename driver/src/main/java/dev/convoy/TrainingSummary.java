package dev.convoy;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The course of a training by a {@link ConvoyClassifier}.
 *
 * @param epochs epochs trained, fewer than planned after early stopping
 * @param rounds rounds trained
 * @param examples rows that it was trained on
 * @param validationExamples rows that were held out for validation
 * @param rejected rows that were left out because they have no label or no image that can be read
 * @param firstRejected ids of the first of these, each with the reason
 * @param loss mean training loss of the last epoch, in nats
 * @param validationAccuracy fraction of the validation rows that the model predicts; empty if none
 *     were held out
 * @param validationLoss mean cross-entropy on the validation rows, in nats; empty if none were held
 *     out
 * @param imagesPerSecond images per second inside rounds
 * @param seconds duration of the training, without the preparation of the images
 * @param parametersSha256 digest of the parameters
 * @param warnings what is probably not intended
 */
public record TrainingSummary(
    int epochs,
    int rounds,
    long examples,
    long validationExamples,
    long rejected,
    List<String> firstRejected,
    double loss,
    OptionalDouble validationAccuracy,
    OptionalDouble validationLoss,
    double imagesPerSecond,
    double seconds,
    String parametersSha256,
    List<String> warnings) {
  public TrainingSummary {
    firstRejected = List.copyOf(firstRejected);
    warnings = List.copyOf(warnings);
  }
}

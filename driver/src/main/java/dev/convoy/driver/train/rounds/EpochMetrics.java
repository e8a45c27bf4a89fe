package dev.convoy.driver.train.rounds;

import java.util.OptionalDouble;

/**
 * The metrics of one epoch.
 *
 * @param epoch from 1
 * @param round last round of the epoch, counted from 1 over the whole run
 * @param loss mean training loss over the epoch
 * @param validationAccuracy empty if the dataset has no validation split
 * @param validationLoss mean cross-entropy in nats; empty without a validation split
 * @param imagesPerSecond examples per second inside rounds
 */
public record EpochMetrics(
    int epoch,
    int round,
    double loss,
    OptionalDouble validationAccuracy,
    OptionalDouble validationLoss,
    double imagesPerSecond) {}

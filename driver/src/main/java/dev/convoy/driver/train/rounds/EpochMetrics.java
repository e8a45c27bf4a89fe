package dev.convoy.driver.train.rounds;

import java.util.OptionalDouble;

/**
 * One epoch in numbers.
 *
 * @param epoch from 1
 * @param round the epoch's last, from 1 over the whole run
 * @param loss mean training loss over the epoch
 * @param validationAccuracy empty where the dataset has no validation split
 * @param validationLoss mean cross-entropy in nats; empty likewise
 * @param imagesPerSecond examples per second inside rounds
 */
public record EpochMetrics(
    int epoch,
    int round,
    double loss,
    OptionalDouble validationAccuracy,
    OptionalDouble validationLoss,
    double imagesPerSecond) {}

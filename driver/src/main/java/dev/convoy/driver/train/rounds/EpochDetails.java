package dev.convoy.driver.train.rounds;

import dev.convoy.worker.replica.NetworkSnapshot;
import dev.convoy.worker.scoring.ScoredSplit;
import java.util.Optional;

/**
 * What is known of the network after an epoch, beyond the metrics.
 *
 * @param epoch from 1
 * @param round number of completed rounds
 * @param step number of completed global steps
 * @param snapshot weights, gradients and units; empty if no network could be built to look at
 * @param validation scores of the validation split with their details; empty without such a split
 */
public record EpochDetails(
    int epoch,
    int round,
    long step,
    Optional<NetworkSnapshot> snapshot,
    Optional<ScoredSplit> validation) {}

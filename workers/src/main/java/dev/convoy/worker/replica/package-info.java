/**
 * Replicas: networks that train on shards.
 *
 * <p>A {@link dev.convoy.worker.replica.NetworkThread} is one network on the one thread that
 * builds, runs and closes it; the {@link dev.convoy.worker.replica.NetworkPool} lends them to
 * tasks, so that a network is built once for a run and never for a round. A {@link
 * dev.convoy.worker.replica.ReplicaPlan} holds the settings that do not change during a run, a
 * {@link dev.convoy.worker.replica.RoundPlan} the start of one round; {@link
 * dev.convoy.worker.replica.LocalTraining} takes the local steps and returns a {@link
 * dev.convoy.worker.replica.RoundResult}. At the end of a run a {@link
 * dev.convoy.worker.replica.StatisticsPass} may measure the batch normalisation statistics for the
 * parameters of the model.
 *
 * <p>A replica trains a {@link dev.convoy.worker.replica.OpenGraph} of one of two kinds: a {@link
 * dev.convoy.worker.replica.OpenNetwork} of a definition on images, or a {@link
 * dev.convoy.worker.dl4j.OpenDl4jGraph} that its user has configured in DL4J, on pairs of tensors.
 */
package dev.convoy.worker.replica;

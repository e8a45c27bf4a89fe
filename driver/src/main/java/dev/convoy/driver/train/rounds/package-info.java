/**
 * Rounds: local steps on all replicas, and the average of their results.
 *
 * <p>{@link dev.convoy.driver.train.rounds.Rounds} computes the next {@link
 * dev.convoy.driver.train.rounds.RunState} from the previous one. {@code ReplicaTasks} has the
 * Spark functions of the replicas. {@code Averaging} averages their results, and {@code Reduction}
 * does so on the executors if they are large. A {@link
 * dev.convoy.driver.train.rounds.TrainingListener} receives the events of a run.
 */
package dev.convoy.driver.train.rounds;

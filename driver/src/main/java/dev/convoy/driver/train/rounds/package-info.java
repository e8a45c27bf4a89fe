/**
 * Rounds: local steps on all replicas, and the mean of what they bring back.
 *
 * <p>{@link dev.convoy.driver.train.rounds.Rounds} makes of a {@link
 * dev.convoy.driver.train.rounds.RunState} the next one. {@code ReplicaTasks} are the tasks of the
 * replicas; {@code Averaging} makes of what they bring back what the next round starts from; {@code
 * Reduction} leaves the sums to the executors where they are large. Whoever wants to follow is a
 * {@link dev.convoy.driver.train.rounds.TrainingListener}.
 */
package dev.convoy.driver.train.rounds;

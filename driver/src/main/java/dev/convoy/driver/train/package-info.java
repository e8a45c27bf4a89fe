/**
 * Training on the driver: what {@code convoy train} carries out.
 *
 * <p>A {@link dev.convoy.driver.train.plan.TrainPlan} says everything that decides the result.
 * {@link dev.convoy.driver.train.Trainer} packs the shards, takes the run's lease, has the rounds
 * made, and answers with a {@link dev.convoy.driver.train.plan.TrainReport}. The loop is {@code
 * TrainingLoop}: round after round in {@code rounds}, a {@code Validation} after each epoch, and a
 * checkpoint every so many rounds in {@code run}, from which a run that was cut off goes on.
 */
package dev.convoy.driver.train;

/**
 * Training on the driver, for {@code convoy train}.
 *
 * <p>A {@link dev.convoy.driver.train.plan.TrainPlan} determines the result. {@link
 * dev.convoy.driver.train.Trainer} packs the shards, takes the run's lease, runs the rounds, and
 * returns a {@link dev.convoy.driver.train.plan.TrainReport}. {@code TrainingLoop} runs the rounds
 * of package {@code rounds}, a {@code Validation} after each epoch, and writes periodic checkpoints
 * through package {@code run}, from which an interrupted run is resumed.
 */
package dev.convoy.driver.train;

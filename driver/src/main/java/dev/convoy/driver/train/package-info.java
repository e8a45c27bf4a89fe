/**
 * Training on the driver.
 *
 * <p>A {@link dev.convoy.driver.train.TrainPlan} says everything that decides the result; {@link
 * dev.convoy.driver.train.Trainer} carries it out: it packs the shards, lets {@link
 * dev.convoy.driver.train.Rounds} train and average round after round, validates after each epoch,
 * and answers with a {@link dev.convoy.driver.train.TrainReport}. Whoever wants to follow is a
 * {@link dev.convoy.driver.train.TrainingListener}.
 *
 * <p>{@link dev.convoy.driver.train.AveragingTrainingMaster} is the way into the same rounds for
 * those who train with dl4j-spark.
 */
package dev.convoy.driver.train;

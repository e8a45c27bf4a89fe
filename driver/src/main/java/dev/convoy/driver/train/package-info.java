/**
 * Training on the driver.
 *
 * <p>A {@link dev.convoy.driver.train.TrainPlan} says everything that decides the result; {@link
 * dev.convoy.driver.train.Trainer} carries it out and answers with a {@link
 * dev.convoy.driver.train.TrainReport}. It packs the shards and takes the run's lease; Training is
 * the loop: {@link dev.convoy.driver.train.Rounds} makes of a RunState the next one, round after
 * round; after each epoch there is a validation, and every so many rounds RunCheckpoints saves the
 * state, from which a run that was cut off goes on. Averaging makes of what replicas bring back
 * what the next round starts from; Reduction leaves its sums to the executors where they are large.
 * Whoever wants to follow is a {@link dev.convoy.driver.train.TrainingListener}.
 *
 * <p>{@link dev.convoy.driver.train.AveragingTrainingMaster} is the way into the same rounds for
 * those who train with dl4j-spark.
 */
package dev.convoy.driver.train;

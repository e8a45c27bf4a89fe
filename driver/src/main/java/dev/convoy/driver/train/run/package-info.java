/**
 * A run on its file system: the {@link dev.convoy.driver.train.run.RunDirectory} with plan,
 * metrics, model and report, checkpoints that let a run survive its driver, and the lease that
 * keeps other drivers away.
 *
 * <p>A {@link dev.convoy.driver.train.run.Checkpoint} is all that a run needs to go on after one of
 * its rounds: scalars as JSON and named vectors of floats, whose meaning only the training knows. A
 * {@link dev.convoy.driver.train.run.CheckpointStore} writes them so that a half-written one is
 * never taken for a whole one, and finds the newest that is whole. A {@link
 * dev.convoy.driver.train.run.Lease} gives a run directory one driver at a time; whoever writes
 * checkpoints or models asks it first whether it is still held.
 *
 * <p>Nothing here relies on renaming directories, which object stores cannot: a checkpoint is whole
 * when its marker is there and agrees with everything else.
 */
package dev.convoy.driver.train.run;

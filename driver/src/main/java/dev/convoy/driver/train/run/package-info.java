/**
 * The files of a run: the {@link dev.convoy.driver.train.run.RunDirectory} with plan, metrics,
 * model and report, the checkpoints, and the lease that excludes other drivers.
 *
 * <p>A {@link dev.convoy.driver.train.run.Checkpoint} is the state after a round from which a run
 * can be resumed: scalars as JSON and named float vectors. A {@link
 * dev.convoy.driver.train.run.CheckpointStore} writes checkpoints, recognises half-written ones,
 * and finds the newest intact one. A {@link dev.convoy.data.lease.Lease} admits one driver at a
 * time to a run directory; code that writes checkpoints or models checks first that it is still
 * held.
 *
 * <p>Nothing relies on renaming directories, which object stores do not support: a checkpoint is
 * intact if its marker exists and matches its files.
 */
package dev.convoy.driver.train.run;

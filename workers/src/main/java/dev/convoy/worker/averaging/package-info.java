/**
 * Averaging in plain Java: computes the parameters of the next round from the replicas' results,
 * without Spark or DL4J.
 *
 * <p>A round goes through these types. {@link dev.convoy.worker.averaging.AveragingPeriod} decides
 * the number of local steps. {@link dev.convoy.worker.averaging.DeltaCodec} encodes the trained
 * parameters of each replica, optionally in fewer bytes. {@link
 * dev.convoy.worker.averaging.WeightedMean} averages the vectors, {@linkplain
 * dev.convoy.worker.averaging.ChunkMean chunk by chunk}, on the driver or on executors, and {@link
 * dev.convoy.worker.averaging.PooledVariances} pools the batch normalisation statistics. {@link
 * dev.convoy.worker.averaging.Divergence} measures the distance between the replicas, which may
 * change the period. {@link dev.convoy.worker.averaging.OuterStep} computes the next parameters
 * from the mean. {@link dev.convoy.worker.averaging.ReturnedModel} is the choice of parameters that
 * a run returns; if it is a mean, a {@link dev.convoy.worker.averaging.ParameterMean} accumulates
 * it.
 *
 * <p>{@link dev.convoy.worker.averaging.Ranges} separates statistics from parameters. Every result
 * has the same bits for every number of threads, executors and tasks.
 */
package dev.convoy.worker.averaging;

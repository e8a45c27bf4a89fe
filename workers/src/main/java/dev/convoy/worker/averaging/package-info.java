/**
 * Averaging in plain Java: what replicas bring back becomes the parameters that the next round
 * starts from. No Spark and no DL4J here.
 *
 * <p>A round goes through these types. {@link dev.convoy.worker.averaging.AveragingPeriod} says how
 * many local steps it has. {@link dev.convoy.worker.averaging.DeltaCodec} writes what each replica
 * has trained, in fewer bytes if wanted. {@link dev.convoy.worker.averaging.WeightedMean} averages
 * the vectors, {@linkplain dev.convoy.worker.averaging.ChunkMean chunk by chunk}, on the driver or
 * on executors, and {@link dev.convoy.worker.averaging.PooledVariances} pools what batch
 * normalisation measures. {@link dev.convoy.worker.averaging.Divergence} tells how far the replicas
 * have parted, which may change the period. {@link dev.convoy.worker.averaging.OuterStep} makes the
 * next parameters of the mean. {@link dev.convoy.worker.averaging.ReturnedModel} says which of all
 * these parameters a run returns; if it is a mean of them, a {@link
 * dev.convoy.worker.averaging.ParameterMean} gathers it.
 *
 * <p>{@link dev.convoy.worker.averaging.Ranges} keeps statistics apart from parameters in all of
 * this. Every result is the same bits for every number of threads, executors and tasks.
 */
package dev.convoy.worker.averaging;

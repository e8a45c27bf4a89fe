/**
 * Averaging in plain Java: what replicas bring back becomes the parameters that the next round
 * starts from, {@link dev.convoy.worker.averaging.WeightedMean} of all of them, and {@link
 * dev.convoy.worker.averaging.PooledVariances} of what batch normalisation measures. No Spark and
 * no DL4J here.
 */
package dev.convoy.worker.averaging;

/**
 * Averaging in plain Java: what replicas bring back becomes the parameters that the next round
 * starts from. No Spark and no DL4J here.
 */
package dev.convoy.worker.averaging;

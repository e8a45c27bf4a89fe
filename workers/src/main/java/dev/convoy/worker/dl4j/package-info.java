/**
 * Networks and examples of users of dl4j-spark, configured and held in DL4J's own classes.
 *
 * <p>A {@link dev.convoy.worker.dl4j.Dl4jModel} is the {@code MultiLayerNetwork} or {@code
 * ComputationGraph} that the user holds: replicas start from its parameters, and their mean is
 * written back to it. {@link dev.convoy.worker.dl4j.Dl4jGraphBuilder} builds a replica of its
 * configuration, with {@link dev.convoy.worker.dl4j.NativeReplacements} for the layers that oneDNN
 * can compute. {@link dev.convoy.worker.dl4j.PackedPairs} holds the examples of one {@code DataSet}
 * as bytes, and a {@link dev.convoy.worker.dl4j.TensorBatch} builds minibatches from them.
 *
 * <p>Training of images does not depend on this package; a test enforces that.
 */
package dev.convoy.worker.dl4j;

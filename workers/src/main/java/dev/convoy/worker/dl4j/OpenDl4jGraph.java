package dev.convoy.worker.dl4j;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.graph.TrainableGraph;
import dev.convoy.worker.replica.OpenGraph;
import dev.convoy.worker.replica.ReplicaPlan;
import java.util.List;

/** The built graph of a user's DL4J configuration, with batches of tensor pairs. */
public final class OpenDl4jGraph extends OpenGraph {
  private final TrainableGraph graph;
  private final TensorBatch batch;

  OpenDl4jGraph(Dl4jGraphSpec spec) {
    prepareThread(spec.nativeThreads());
    graph = spec.build();
    batch = new TensorBatch(spec.examples());
  }

  /** Returns the kernel of each vertex. */
  public List<LayerKernel> kernels() {
    return Dl4jGraphBuilder.kernels(graph);
  }

  @Override
  protected TrainableGraph graph() {
    return graph;
  }

  @Override
  protected EpochExamples examples(
      ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order) {
    return storedExamples(shard, order);
  }

  @Override
  protected EpochExamples storedExamples(Shard shard, int[] order) {
    return (first, count) -> batch.fill(shard, order, first, count);
  }

  /** Does nothing: the graph's updaters have their own learning rates. */
  @Override
  protected void learningRate(double rate) {}

  @Override
  protected void closeBatches() {
    batch.close();
  }
}

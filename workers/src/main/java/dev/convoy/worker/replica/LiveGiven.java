package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.network.graph.GivenGraph;
import dev.convoy.worker.network.graph.TrainableGraph;
import java.util.List;

/** A graph that its user has configured in DL4J, whose batches are made of pairs of tensors. */
public final class LiveGiven extends LiveGraph {
  private final TrainableGraph graph;
  private final TensorBatch batch;

  LiveGiven(GivenSpec spec) {
    prepareThread(spec.nativeThreads());
    graph = spec.build();
    batch = new TensorBatch(spec.examples());
  }

  /** What runs each vertex. */
  public List<LayerKernel> kernels() {
    return GivenGraph.kernels(graph);
  }

  @Override
  TrainableGraph graph() {
    return graph;
  }

  @Override
  EpochExamples examples(ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order) {
    return storedExamples(shard, order);
  }

  @Override
  EpochExamples storedExamples(Shard shard, int[] order) {
    return (first, count) -> batch.fill(shard, order, first, count);
  }

  /** By the rates of the graph's own updaters. */
  @Override
  double step(Tensors minibatch, double learningRate) {
    return graph.fit(minibatch.features(), minibatch.labels());
  }

  @Override
  void closeBatches() {
    batch.close();
  }
}

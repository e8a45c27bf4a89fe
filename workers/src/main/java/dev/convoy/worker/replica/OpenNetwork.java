package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableGraph;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.layer.Output;
import java.util.List;
import java.util.function.Supplier;

/** The built graph of a network definition, with batches of images. */
public final class OpenNetwork extends OpenGraph {
  private final TrainableNetwork trainable;
  private final ImageBatch batch;
  private String loaded = "";

  OpenNetwork(NetworkSpec spec) {
    prepareThread(spec.nativeThreads());
    trainable = spec.build();
    if (spec.optimizer().clipNorm() > 0) {
      trainable.graph().setListeners(new GradientClipping(spec.optimizer().clipNorm(), trainable));
    }
    Network network = trainable.network();
    double labelSmoothing = network.output().map(Output::labelSmoothing).orElse(0.0);
    batch =
        new ImageBatch(
            network.input(),
            network.labels(),
            spec.normalisation(),
            labelSmoothing,
            trainable.isNative()
                ? ImageBatch.Order.CHANNELS_LAST
                : ImageBatch.Order.CHANNELS_FIRST);
  }

  public TrainableNetwork trainable() {
    return trainable;
  }

  public ImageBatch batch() {
    return batch;
  }

  /** Returns the kernel of each layer. */
  public List<LayerKernel> kernels() {
    return GraphBuilder.kernels(trainable.network());
  }

  /** Sets parameters for forward passes, unless those of that name are set already. */
  public void load(String name, Supplier<float[]> parameters) {
    if (!loaded.equals(name)) {
      trainable.parameters(parameters.get());
      loaded = name;
    }
  }

  @Override
  protected void loadForTraining(float[] parameters) {
    super.loadForTraining(parameters);
    loaded = "";
  }

  @Override
  protected TrainableGraph graph() {
    return trainable;
  }

  @Override
  protected EpochExamples examples(
      ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order) {
    return batches(EpochImages.of(plan, epoch, replica, shard, order));
  }

  @Override
  protected EpochExamples storedExamples(Shard shard, int[] order) {
    return batches(EpochImages.notAugmented(shard, order));
  }

  private EpochExamples batches(EpochImages images) {
    return (first, count) ->
        images
            .mixFrom(first, count)
            .map(mix -> batch.fillMixed(count, images.batchFrom(first), mix))
            .orElseGet(() -> batch.fill(count, images.batchFrom(first)));
  }

  @Override
  protected void learningRate(double rate) {
    trainable.learningRate(rate);
  }

  @Override
  protected void closeBatches() {
    batch.close();
  }
}

package dev.convoy.worker.replica;

import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.NativeMemory;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.graph.GraphBuilder;
import dev.convoy.worker.network.graph.TrainableNetwork;
import dev.convoy.worker.network.layer.Output;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A network with its kernels and batch buffers, seen only by the thread that it lives on, and
 * closed on it when the thread is about to end.
 */
public final class LiveNetwork implements AutoCloseable {
  private final TrainableNetwork trainable;
  private final ImageBatch batch;
  private final EpochOrder order = new EpochOrder();
  private String loaded = "";

  LiveNetwork(NetworkSpec spec) {
    NativeThreads.apply(spec.nativeThreads());
    // DL4J would write a file into the working directory where memory runs out.
    CrashReportingUtil.crashDumpsEnabled(false);
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

  /** What runs each layer. */
  public List<LayerKernel> kernels() {
    return GraphBuilder.kernels(trainable.network());
  }

  EpochOrder order() {
    return order;
  }

  /** Sets the parameters unless the ones of that name are set already, for forward passes. */
  public void load(String name, Supplier<float[]> parameters) {
    if (!loaded.equals(name)) {
      trainable.parameters(parameters.get());
      loaded = name;
    }
  }

  /**
   * Frees the native memory of the network: batches, parameters, gradients, updater state, and the
   * workspaces of the calling thread. It must not be used again.
   */
  @Override
  public void close() {
    try {
      batch.close();
    } finally {
      try {
        trainable.close();
      } finally {
        closeWorkspaces();
      }
    }
  }

  private static void closeWorkspaces() {
    // One by one: to destroy them together collects the whole heap, with the shards in it.
    for (MemoryWorkspace workspace :
        Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread()) {
      Nd4j.getWorkspaceManager().destroyWorkspace(workspace);
    }
    NativeMemory.trim();
  }

  /** Sets parameters that steps will change. */
  void loadForTraining(float[] parameters) {
    trainable.parameters(parameters);
    loaded = "";
  }
}

package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard;
import dev.convoy.worker.engine.NativeMemory;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.graph.TrainableGraph;
import org.deeplearning4j.util.CrashReportingUtil;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A built graph with its kernels and batch buffers. Only its own thread uses it, and closes it
 * before it ends.
 */
public abstract class OpenGraph implements AutoCloseable {
  private final EpochOrder order = new EpochOrder();

  /** A batch, valid until the next one of the same graph. */
  public record Tensors(INDArray features, INDArray labels) {}

  /** The examples of a shard in the order of one epoch. */
  public interface EpochExamples {
    /**
     * Returns a minibatch of {@code count} examples that starts with example {@code first} of the
     * epoch.
     */
    Tensors batch(int first, int count);
  }

  /** Prepares the calling thread for a graph that computes with that many native threads. */
  protected static void prepareThread(int nativeThreads) {
    NativeThreads.apply(nativeThreads);
    // DL4J would write a file into the working directory if memory runs out.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  protected abstract TrainableGraph graph();

  /** Returns the examples of one epoch, augmented for training. */
  protected abstract EpochExamples examples(
      ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order);

  /** Returns the stored examples without augmentation. */
  protected abstract EpochExamples storedExamples(Shard shard, int[] order);

  /** Sets the learning rate of the run for the next step; a graph with its own rates ignores it. */
  protected abstract void learningRate(double rate);

  /** Frees the batch buffers. */
  protected abstract void closeBatches();

  EpochOrder order() {
    return order;
  }

  /** Sets the parameters before training steps. */
  void loadForTraining(float[] parameters) {
    graph().parameters(parameters);
  }

  /**
   * Frees the native memory of the graph: batches, parameters, gradients, updater state, and the
   * workspaces of the calling thread. It must not be used again.
   */
  @Override
  public final void close() {
    try {
      closeBatches();
    } finally {
      try {
        graph().close();
      } finally {
        closeWorkspaces();
      }
    }
  }

  private static void closeWorkspaces() {
    // One by one: destroying them together triggers a full garbage collection, shards included.
    for (MemoryWorkspace workspace :
        Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread()) {
      Nd4j.getWorkspaceManager().destroyWorkspace(workspace);
    }
    NativeMemory.trim();
  }
}

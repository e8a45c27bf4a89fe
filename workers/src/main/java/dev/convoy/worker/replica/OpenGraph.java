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
 * A graph with its kernels and batch buffers, seen only by the thread that it lives on, and closed
 * on it when the thread is about to end.
 */
public abstract class OpenGraph implements AutoCloseable {
  private final EpochOrder order = new EpochOrder();

  /** A batch, valid until the next one of the same graph. */
  public record Tensors(INDArray features, INDArray labels) {}

  /**
   * The examples of a shard as a replica trains on them in one epoch, in the order of the epoch.
   */
  public interface EpochExamples {
    /**
     * A minibatch of {@code count} examples that starts with example {@code first} of the epoch.
     */
    Tensors batch(int first, int count);
  }

  /** Makes the calling thread ready for a graph that computes with so many native threads. */
  protected static void prepareThread(int nativeThreads) {
    NativeThreads.apply(nativeThreads);
    // DL4J would write a file into the working directory where memory runs out.
    CrashReportingUtil.crashDumpsEnabled(false);
  }

  protected abstract TrainableGraph graph();

  /** The examples of one epoch, as they are trained on. */
  protected abstract EpochExamples examples(
      ReplicaPlan plan, int epoch, int replica, Shard shard, int[] order);

  /** The same as they are stored: not augmented. */
  protected abstract EpochExamples storedExamples(Shard shard, int[] order);

  /**
   * Takes one step.
   *
   * @param learningRate of the run; a graph with rates of its own does not take it
   * @return the loss before the step, the mean over the minibatch
   */
  protected abstract double step(Tensors batch, double learningRate);

  /** Frees the buffers of its batches. */
  protected abstract void closeBatches();

  EpochOrder order() {
    return order;
  }

  /** Sets parameters that steps will change. */
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
    // One by one: to destroy them together collects the whole heap, with the shards in it.
    for (MemoryWorkspace workspace :
        Nd4j.getWorkspaceManager().getAllWorkspacesForCurrentThread()) {
      Nd4j.getWorkspaceManager().destroyWorkspace(workspace);
    }
    NativeMemory.trim();
  }
}

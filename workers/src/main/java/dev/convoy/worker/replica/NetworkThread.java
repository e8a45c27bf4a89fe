package dev.convoy.worker.replica;

import dev.convoy.data.JobFailedException;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeMemory;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One network and the thread that builds, runs and closes it. oneDNN's scratchpads and ND4J's
 * workspaces and random generator are thread-local, so a network must not change threads.
 *
 * @param <G> the graph of the network with its kernels and batch buffers
 */
public final class NetworkThread<G extends OpenGraph> implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final System.Logger LOG = System.getLogger(NetworkThread.class.getName());

  private final ExecutorService thread;
  private final G network;

  /** Work with the network, on its thread. */
  public interface Work<G, T> {
    T on(G network) throws Exception;
  }

  /** Starts a new thread and builds the network on it. */
  public NetworkThread(GraphSpec<G> spec) {
    String name = "convoy-network-" + NUMBER.incrementAndGet();
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              made.setContextClassLoader(NetworkThread.class.getClassLoader());
              return made;
            });
    Future<G> built = thread.submit(spec::open);
    try {
      network = wait(built);
    } catch (NetworkInterruptedException e) {
      thread.execute(() -> closeWhenBuilt(built));
      thread.shutdown();
      throw e;
    } catch (RuntimeException | Error e) {
      thread.shutdown();
      throw e;
    }
  }

  /**
   * Runs work on the network's thread and waits for it.
   *
   * @throws JobFailedException if native memory runs out, naming the key to raise
   * @throws NetworkInterruptedException if the waiting task is interrupted; the work continues, so
   *     the network must not be lent again
   */
  public <T> T call(Work<? super G, T> work) {
    return wait(thread.submit(() -> work.on(network)));
  }

  private static <T> T wait(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkInterruptedException(e);
    } catch (ExecutionException e) {
      Optional<JobFailedException> outOfMemory = NativeMemory.explain(e.getCause());
      if (outOfMemory.isPresent()) {
        throw outOfMemory.get();
      }
      if (e.getCause() instanceof LinkageError cause) {
        throw new JobFailedException(
            NativeCode.faultHere()
                .map(fault -> "The job failed: " + fault)
                .orElseGet(
                    () ->
                        "The native code of ND4J does not load here: "
                            + cause
                            + " (the jar carries one platform; CONTRIBUTING.md tells how to build"
                            + " another)"),
            cause);
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  /** After the current work, frees the network's memory on its thread, which then ends. */
  @Override
  public void close() {
    if (thread.isShutdown()) {
      return;
    }
    thread.execute(() -> close(network));
    thread.shutdown();
  }

  /** Closes a network whose caller was interrupted while it was built; a failed build is logged. */
  private static void closeWhenBuilt(Future<? extends OpenGraph> built) {
    try {
      close(built.get());
    } catch (InterruptedException | ExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "A network that nobody waits for was not built", e);
    }
  }

  /** Logs a failure instead of throwing, because an uncaught exception would end the executor. */
  private static void close(OpenGraph network) {
    try {
      network.close();
    } catch (RuntimeException | Error e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "Cannot free the memory of an unused network: the garbage collector will",
          e);
    }
  }

  /** Thrown if the task was killed while its network was busy. */
  public static final class NetworkInterruptedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NetworkInterruptedException(InterruptedException cause) {
      super(
          "the task was interrupted before its network had finished (Spark runs it again unless the job was"
              + " cancelled)",
          cause);
    }
  }
}

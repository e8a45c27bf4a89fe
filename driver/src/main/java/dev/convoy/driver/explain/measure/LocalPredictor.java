package dev.convoy.driver.explain.measure;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.FeatureMaps;
import dev.convoy.worker.scoring.LayerOutputs;
import dev.convoy.worker.scoring.ScoringModel;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs a model on images of one shape, on the cores of this machine. */
public final class LocalPredictor implements Predictor, AutoCloseable {
  /** Memory limit for the layer outputs of one batch. */
  private static final long BATCH_BYTES = 256L << 20;

  private final Network network;
  private final ScoringModel scored;
  private final ScoringModel layerByLayer;
  private final String job = "explain-" + UUID.randomUUID();
  private final ExecutorService threads;
  private final int slots;
  private final int batch;

  /**
   * Creates a predictor; its networks are built at the first prediction.
   *
   * @param images shape of all images; the model's own unless it accepts any size
   * @param slots number of networks that run in parallel, at least 1
   * @param nativeThreads native threads of each network, at least 1
   * @param batch largest number of images of a forward pass; large images use smaller batches
   */
  public LocalPredictor(Model model, ImageShape images, int slots, int nativeThreads, int batch) {
    network = model.network().at(images);
    this.scored = ScoringModel.of(model, network, job).withNativeThreads(nativeThreads);
    this.layerByLayer =
        ScoringModel.layerByLayer(model, network, job).withNativeThreads(nativeThreads);
    this.slots = slots;
    long image = network.nodes().stream().mapToLong(node -> node.output().bytes()).sum();
    this.batch = (int) Math.max(1, Math.min(batch, BATCH_BYTES / image));
    this.threads =
        Executors.newFixedThreadPool(
            slots,
            work -> {
              Thread thread = new Thread(work, job);
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Returns the network for these images. */
  public Network network() {
    return network;
  }

  /** Returns the output of every node of the network for one image, in node order. */
  public List<FeatureMaps> layers(Pixels image) {
    return LayerOutputs.compute(layerByLayer, image.bytes());
  }

  @Override
  public float[][] probabilities(List<Pixels> images) {
    int share = Math.max(1, Math.min(batch, (images.size() + slots - 1) / slots));
    List<Future<float[][]>> parts = new ArrayList<>();
    for (int from = 0; from < images.size(); from += share) {
      List<Pixels> part = images.subList(from, Math.min(images.size(), from + share));
      parts.add(
          threads.submit(
              () ->
                  new BatchScorer(scored)
                      .probabilities(part.size(), index -> part.get(index).bytes())));
    }
    float[][] all = new float[images.size()][];
    int next = 0;
    for (Future<float[][]> part : parts) {
      for (float[] row : wait(part)) {
        all[next++] = row;
      }
    }
    return all;
  }

  private static <T> T wait(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a network was at work", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause().getMessage(), e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdown();
    NetworkPool.ofThisJvm().release(job);
  }
}

package dev.convoy.worker.scoring;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.OpenNetwork;
import java.util.Arrays;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs forward passes of one model on the networks of this JVM. */
public final class BatchScorer {
  private final ScoringModel model;

  public BatchScorer(ScoringModel model) {
    this.model = model;
  }

  /**
   * Scores one batch of images of the training shape.
   *
   * @param n number of images, at least 1
   * @return probabilities {@code [image][label]}
   */
  public float[][] probabilities(int n, ImageBatch.Images images) {
    return NetworkPool.ofThisJvm()
        .with(model.spec(), live -> forward(live, live.trainable().network().input(), n, images));
  }

  /**
   * Scores one batch of images of another shape.
   *
   * @param shape of every image; one that {@link AcceptedSizes} does not refuse
   */
  public float[][] probabilities(ImageShape shape, int n, ImageBatch.Images images) {
    return NetworkPool.ofThisJvm().with(model.spec(), live -> forward(live, shape, n, images));
  }

  /**
   * Computes the values of the last layer, for a {@link ScoringModel} that ends in another layer
   * than the output layer.
   *
   * @param shape of every image; one that {@link AcceptedSizes} does not refuse
   * @return values {@code [image][value]}, those of feature maps channel-major
   */
  public float[][] values(ImageShape shape, int n, ImageBatch.Images images) {
    return NetworkPool.ofThisJvm().with(model.spec(), live -> forward(live, shape, n, images));
  }

  /**
   * Computes the ranges of the values of all layers over a batch of images of the training shape,
   * in float32.
   *
   * @return ranges by the names that {@link Quantization} has
   */
  public Map<String, Range> ranges(int n, ImageBatch.Images images) {
    return NetworkPool.ofThisJvm()
        .with(
            model.spec(),
            live -> {
              model.loadInto(live);
              return live.trainable().ranges(live.batch().fill(n, images).features());
            });
  }

  private float[][] forward(OpenNetwork live, ImageShape shape, int n, ImageBatch.Images images) {
    model.loadInto(live);
    INDArray features = live.batch().fill(shape, n, images).features();
    float[] flat = live.trainable().outputs(features);
    int each = flat.length / n;
    float[][] outputs = new float[n][];
    for (int i = 0; i < n; i++) {
      outputs[i] = Arrays.copyOfRange(flat, i * each, (i + 1) * each);
    }
    return outputs;
  }

  /** Returns the label with the highest probability; the lowest number among equal ones. */
  public static int best(float[] probabilities) {
    int best = 0;
    for (int label = 1; label < probabilities.length; label++) {
      if (probabilities[label] > probabilities[best]) {
        best = label;
      }
    }
    return best;
  }
}

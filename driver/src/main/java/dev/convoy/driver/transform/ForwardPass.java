package dev.convoy.driver.transform;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.program.Softmax;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.scoring.AcceptedSizes;
import dev.convoy.worker.scoring.BatchScorer;
import dev.convoy.worker.scoring.ScoringModel;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.broadcast.Broadcast;

/**
 * The networks through which each image passes, one for each requested output.
 *
 * @param stages at least one
 * @param batch largest number of images in one forward pass
 */
public record ForwardPass(List<ForwardPass.Stage> stages, int batch) implements Serializable {
  private static final float[] NONE = {};

  /** Output of a network. */
  public enum Output {
    PROBABILITIES,
    /** Logits, and the probabilities computed from them. */
    LOGITS,
    /** The values of a layer. */
    LAYER
  }

  /** A network with its parameters, and the meaning of its output. */
  public record Stage(ForwardPass.Output output, Broadcast<ScoringModel> model)
      implements Serializable {}

  public ForwardPass {
    stages = List.copyOf(stages);
    Checks.that(!stages.isEmpty(), "stages", "there must be at least one");
    Checks.atLeast(1, batch, "batch");
  }

  /** Returns the sizes of images that all networks accept. */
  AcceptedSizes sizes() {
    Network network = stages.get(0).model.value().network();
    return new AcceptedSizes(network, batch);
  }

  /** Returns the networks of the calling task. */
  Open open() {
    List<BatchScorer> scorers = new ArrayList<>();
    stages.forEach(stage -> scorers.add(new BatchScorer(stage.model.value())));
    return new Open(stages, scorers);
  }

  /** The networks of one task. */
  record Open(List<Stage> stages, List<BatchScorer> scorers) {
    /**
     * Passes a batch through all networks.
     *
     * @param shape of every image
     * @return one for each image
     */
    Prediction[] predict(ImageShape shape, int n, ImageBatch.Images images) {
      float[][] probabilities = new float[n][];
      float[][] logits = new float[n][];
      float[][] layer = new float[n][];
      for (int i = 0; i < stages.size(); i++) {
        switch (stages.get(i).output) {
          case PROBABILITIES -> probabilities = scorers.get(i).probabilities(shape, n, images);
          case LAYER -> layer = scorers.get(i).values(shape, n, images);
          case LOGITS -> {
            logits = scorers.get(i).values(shape, n, images);
            for (int image = 0; image < n; image++) {
              probabilities[image] = logits[image].clone();
              Softmax.apply(probabilities[image], 0, probabilities[image].length);
            }
          }
        }
      }
      Prediction[] predictions = new Prediction[n];
      for (int i = 0; i < n; i++) {
        predictions[i] = new Prediction(given(probabilities[i]), given(logits[i]), given(layer[i]));
      }
      return predictions;
    }

    private static float[] given(float[] values) {
      return values == null ? NONE : values;
    }
  }
}

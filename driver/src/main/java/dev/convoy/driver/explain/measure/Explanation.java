package dev.convoy.driver.explain.measure;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.List;
import java.util.Optional;

/**
 * All measurements of a model on one image.
 *
 * @param network the model's network, at the shape of the image
 * @param layers output of each node of the network for the image, in node order
 * @param occlusion occlusion of the predicted label
 * @param shifts results for a sample, or the reason why they were not measured and the remedy
 */
public record Explanation(
    Model model,
    Network network,
    Subject subject,
    List<FeatureMaps> layers,
    List<Float> probabilities,
    Optional<Filters> filters,
    Optional<ConvolutionStep> step,
    Occlusion occlusion,
    ShiftEffect shifts) {
  public Explanation {
    layers = List.copyOf(layers);
    probabilities = List.copyOf(probabilities);
  }

  /**
   * The explained image.
   *
   * @param origin such as {@code test example 12 of DIR} or {@code shoe.png}
   * @param label true label, if known
   */
  public record Subject(String origin, Pixels pixels, Optional<Integer> label) {}

  /**
   * The effect of shifts on the prediction.
   *
   * @param shifts results for the sample; empty without a sample
   * @param sample such as {@code 200 examples of the test split of DIR}; without a sample, how to
   *     get one
   * @param views the subject itself at several shifts
   */
  public record ShiftEffect(Optional<Shifts> shifts, String sample, List<View> views) {
    public ShiftEffect {
      views = List.copyOf(views);
    }
  }

  /**
   * The subject at one shift.
   *
   * @param down rows
   * @param right columns
   * @param prediction predicted label
   * @param probability probability of that label
   */
  public record View(int down, int right, Pixels pixels, int prediction, double probability) {}

  /** Returns the predicted label. */
  public int prediction() {
    int best = 0;
    for (int label = 1; label < probabilities.size(); label++) {
      best = probabilities.get(label) > probabilities.get(best) ? label : best;
    }
    return best;
  }

  /** Returns the name of the predicted label. */
  public String predictedLabel() {
    return model.labels().get(prediction());
  }

  /** Returns the probability of the predicted label. */
  public float confidence() {
    return probabilities.get(prediction());
  }

  /** Returns the output of a node. */
  public FeatureMaps of(Node node) {
    return layers.get(node.index());
  }
}

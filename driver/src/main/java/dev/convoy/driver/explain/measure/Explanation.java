package dev.convoy.driver.explain.measure;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.List;
import java.util.Optional;

/**
 * All that was found out about a model on one image.
 *
 * @param network the model's, at the shape of the image
 * @param layers what each node of the network puts out for the image, in their order
 * @param occlusion of the predicted label
 * @param shifts of a sample; or why they were not measured, and how to have them
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
    Moved shifts) {
  public Explanation {
    layers = List.copyOf(layers);
    probabilities = List.copyOf(probabilities);
  }

  /**
   * The image.
   *
   * @param origin {@code test example 12 of DIR}, {@code shoe.png}
   * @param label its true label, if known
   */
  public record Subject(String origin, Pixels pixels, Optional<Integer> label) {}

  /**
   * How the prediction moves when images are shifted.
   *
   * @param shifts of the sample; empty if there was none
   * @param sample {@code 200 examples of the test split of DIR}; or what to do to have one
   * @param views the subject itself, shifted
   */
  public record Moved(Optional<Shifts> shifts, String sample, List<View> views) {
    public Moved {
      views = List.copyOf(views);
    }
  }

  /**
   * The subject at one shift.
   *
   * @param down rows
   * @param right columns
   * @param prediction the label
   * @param probability of that label
   */
  public record View(int down, int right, Pixels pixels, int prediction, double probability) {}

  /** The predicted label. */
  public int prediction() {
    int best = 0;
    for (int label = 1; label < probabilities.size(); label++) {
      best = probabilities.get(label) > probabilities.get(best) ? label : best;
    }
    return best;
  }

  /** The name of the predicted label. */
  public String predictedLabel() {
    return model.labels().get(prediction());
  }

  /** The probability of the predicted label. */
  public float confidence() {
    return probabilities.get(prediction());
  }

  /** What a node puts out. */
  public FeatureMaps of(Node node) {
    return layers.get(node.index());
  }
}

package dev.convoy.driver.explain;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Occlusion;
import dev.convoy.driver.explain.measure.Shifts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The results of an explanation and the files that hold them.
 *
 * @param model directory of the model, with scheme
 * @param page the HTML file, with scheme
 * @param pictures the PNG files, with scheme
 * @param image origin of the image
 * @param label true label; null if unknown
 * @param probability probability of the predicted label
 * @param probabilities probabilities of all labels, in label order
 * @param shifts null without a dataset
 */
public record ExplainReport(
    String model,
    String page,
    List<String> pictures,
    String image,
    String label,
    String prediction,
    float probability,
    Map<String, Float> probabilities,
    Covered occlusion,
    Shifted shifts) {

  /**
   * A summary of the occlusion.
   *
   * @param side side of the patch in pixels
   * @param top row of the patch where the probability falls most
   * @param left column of that patch
   * @param drop fall of the probability there
   * @param prediction predicted label there
   */
  public record Covered(int side, int top, int left, double drop, String prediction) {}

  /**
   * The measured translation invariance.
   *
   * @param sample description of the images
   * @param images number of images
   * @param byDistance means over all shifts of one distance
   * @param cells results of every shift
   */
  public record Shifted(
      String sample, int images, List<Shifts.Ring> byDistance, List<Shifts.Cell> cells) {}

  public ExplainReport {
    pictures = List.copyOf(pictures);
  }

  static ExplainReport of(
      Explanation explanation, String model, String page, List<String> pictures) {
    List<String> labels = explanation.model().labels();
    Map<String, Float> probabilities = new LinkedHashMap<>();
    for (int label = 0; label < labels.size(); label++) {
      probabilities.put(labels.get(label), explanation.probabilities().get(label));
    }
    Occlusion.Patch worst = explanation.occlusion().worst();
    return new ExplainReport(
        model,
        page,
        pictures,
        explanation.subject().origin(),
        explanation.subject().label().map(labels::get).orElse(null),
        explanation.predictedLabel(),
        explanation.confidence(),
        probabilities,
        new Covered(
            explanation.occlusion().side(),
            worst.top(),
            worst.left(),
            worst.drop(),
            labels.get(worst.prediction())),
        explanation
            .shifts()
            .shifts()
            .map(
                shifts ->
                    new Shifted(
                        explanation.shifts().sample(),
                        shifts.images(),
                        shifts.rings(),
                        shifts.cells()))
            .orElse(null));
  }
}

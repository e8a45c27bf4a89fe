package dev.convoy.driver.explain;

import dev.convoy.driver.explain.measure.Explanation;
import dev.convoy.driver.explain.measure.Occlusion;
import dev.convoy.driver.explain.measure.Shifts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was found out, and where it stands.
 *
 * @param model its directory, with scheme
 * @param page the HTML file, with scheme
 * @param pictures the PNG files, with scheme
 * @param image where the image comes from
 * @param label its true label; null if it is not known
 * @param probability of the predicted label
 * @param probabilities of all labels, in their order
 * @param shifts null if no dataset was at hand
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
   * The occlusion in short.
   *
   * @param side pixels of the patch
   * @param top row of the patch where the probability falls most
   * @param left its column
   * @param drop how far it falls there
   * @param prediction what is predicted then
   */
  public record Covered(int side, int top, int left, double drop, String prediction) {}

  /**
   * The translation invariance.
   *
   * @param sample which images
   * @param images how many
   * @param byDistance means over all shifts of one distance
   * @param cells every shift
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

package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ScoreDetailsTest {
  private static final int LABELS = 3;

  private record Example(int actual, float[] probabilities) {}

  private static ScoreDetails of(List<Example> examples) {
    ScoreDetails details = new ScoreDetails(LABELS);
    for (Example example : examples) {
      details.add(
          example.actual,
          example.probabilities,
          () -> new byte[] {(byte) example.actual, (byte) (100 * example.probabilities[0])});
    }
    return details;
  }

  private static List<Example> random(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      float a = (float) random.nextDouble();
      float b = (float) (random.nextDouble() * (1 - a));
      examples.add(new Example(random.nextInt(LABELS), new float[] {a, b, 1 - a - b}));
    }
    return examples;
  }

  /** By hand: bins of a fifteenth; 0.95 and 0.97 fall into the last one, 0.5 into the eighth. */
  @Test
  void theCalibrationErrorIsTheMeanDistanceOfAccuracyFromConfidence() {
    ScoreDetails details =
        of(
            List.of(
                new Example(0, new float[] {0.95f, 0.05f, 0}),
                new Example(1, new float[] {0.97f, 0.03f, 0}),
                new Example(0, new float[] {0.5f, 0.3f, 0.2f})));
    List<Calibration.Bin> bins = details.calibration().bins();
    assertThat(bins).hasSize(2);
    assertThat(bins.get(0).examples()).isEqualTo(1);
    assertThat(bins.get(0).accuracy()).isEqualTo(1);
    assertThat(bins.get(1).examples()).isEqualTo(2);
    assertThat(bins.get(1).confidence()).isCloseTo(0.96, within(1e-6));
    assertThat(bins.get(1).accuracy()).isEqualTo(0.5);
    assertThat(details.calibration().expectedError())
        .isCloseTo((1 * 0.5 + 2 * 0.46) / 3, within(1e-6));
  }

  /** Of four examples, two of the label have the scores 0.9 and 0.5, the others 0.7 and 0.1. */
  @Test
  void precisionAndRecallFollowTheThreshold() {
    ThresholdCounts counts = new ThresholdCounts(2);
    counts.add(0, new float[] {0.9f, 0.1f});
    counts.add(1, new float[] {0.7f, 0.3f});
    counts.add(0, new float[] {0.5f, 0.5f});
    counts.add(1, new float[] {0.1f, 0.9f});
    List<ThresholdCounts.Point> curve = counts.curve(0);
    assertThat(at(curve, 0.8)).isEqualTo(new ThresholdCounts.Point(0.8, 1, 0.5));
    assertThat(at(curve, 0.6)).isEqualTo(new ThresholdCounts.Point(0.6, 0.5, 0.5));
    assertThat(at(curve, 0.3)).isEqualTo(new ThresholdCounts.Point(0.3, 2.0 / 3, 1));
    assertThat(at(curve, 0)).isEqualTo(new ThresholdCounts.Point(0, 0.5, 1));
    assertThat(counts.averagePrecision(0)).isCloseTo(0.5 * 1 + 0.5 * 2 / 3, within(1e-12));
    assertThat(new ThresholdCounts(2).averagePrecision(1)).isNaN();
  }

  private static ThresholdCounts.Point at(List<ThresholdCounts.Point> curve, double threshold) {
    return curve.stream().filter(point -> point.threshold() == threshold).findFirst().orElseThrow();
  }

  @Test
  void theMostConfidentMistakesAreKept() {
    List<Example> examples = random(500, 3);
    List<Float> expected =
        examples.stream()
            .filter(example -> BatchScorer.best(example.probabilities) != example.actual)
            .map(example -> example.probabilities[BatchScorer.best(example.probabilities)])
            .sorted((a, b) -> Float.compare(b, a))
            .limit(ScoreDetails.MISTAKES)
            .toList();
    assertThat(of(examples).mistakes()).extracting(Mistake::confidence).isEqualTo(expected);
  }

  @Test
  void partsInAnyOrderGiveTheWhole() {
    List<Example> examples = random(300, 4);
    ScoreDetails whole = of(examples);
    ScoreDetails parts =
        of(examples.subList(200, 300))
            .plus(of(examples.subList(0, 50)))
            .plus(of(examples.subList(50, 200)));
    assertThat(parts.calibration().expectedError())
        .isCloseTo(whole.calibration().expectedError(), within(1e-12));
    for (int label = 0; label < LABELS; label++) {
      assertThat(parts.thresholds().orElseThrow().curve(label))
          .isEqualTo(whole.thresholds().orElseThrow().curve(label));
    }
    assertThat(parts.mistakes().stream().map(Mistake::pixels).toList())
        .containsExactlyElementsOf(whole.mistakes().stream().map(Mistake::pixels).toList());
  }
}

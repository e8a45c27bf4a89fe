package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.lang3.SerializationUtils;
import org.junit.jupiter.api.Test;

/** Predictions against labels, by hand. */
class ConfusionTest {
  private static final double ROUNDING = 1e-7;

  /** Label 0: predicted 0, 0, 1. Label 1: predicted 1. Label 2: predicted 0, never 2. */
  private static Confusion five() {
    Confusion confusion = new Confusion(3);
    confusion.add(0, new float[] {0.5f, 0.25f, 0.25f});
    confusion.add(0, new float[] {1, 0, 0});
    confusion.add(0, new float[] {0.25f, 0.5f, 0.25f});
    confusion.add(1, new float[] {0.125f, 0.75f, 0.125f});
    confusion.add(2, new float[] {0.5f, 0.375f, 0.125f});
    return confusion;
  }

  @Test
  void countsAndRatiosAreThoseOfTheTable() {
    Confusion confusion = five();
    assertThat(confusion.labels()).isEqualTo(3);
    assertThat(confusion.examples()).isEqualTo(5);
    assertThat(confusion.count(0, 0)).isEqualTo(2);
    assertThat(confusion.count(0, 1)).isEqualTo(1);
    assertThat(confusion.count(1, 0)).isZero();
    assertThat(confusion.actual(0)).isEqualTo(3);
    assertThat(confusion.predicted(0)).isEqualTo(3);
    assertThat(confusion.accuracy()).isEqualTo(3 / 5.0);
    assertThat(confusion.precision(0)).isEqualTo(2 / 3.0);
    assertThat(confusion.precision(1)).isEqualTo(1 / 2.0);
    assertThat(confusion.precision(2)).isNaN();
    assertThat(confusion.recall(0)).isEqualTo(2 / 3.0);
    assertThat(confusion.recall(1)).isEqualTo(1);
    assertThat(confusion.recall(2)).isZero();
  }

  @Test
  void lossIsTheMeanCrossEntropyInNats() {
    // ½, 1, ¼, ¾ and ⅛: the product of the labels' probabilities is 3/256.
    assertThat(five().loss()).isCloseTo(-Math.log(3 / 256.0) / 5, within(ROUNDING));
  }

  @Test
  void aProbabilityOfZeroCostsWhatTenToTheMinusTenCosts() {
    Confusion confusion = new Confusion(2);
    confusion.add(1, new float[] {1, 0});
    assertThat(confusion.loss()).isCloseTo(10 * Math.log(10), within(ROUNDING));
  }

  @Test
  void plusAdds() {
    Confusion one = new Confusion(3);
    one.add(2, new float[] {0, 0.5f, 0.5f});
    Confusion sum = five().plus(one).plus(new Confusion(3));
    assertThat(sum.examples()).isEqualTo(6);
    assertThat(sum.count(2, 1)).isEqualTo(1);
    assertThat(sum.count(2, 0)).isEqualTo(1);
    assertThat(sum.count(0, 0)).isEqualTo(2);
    assertThat(sum.loss()).isCloseTo(-Math.log(3 / 512.0) / 6, within(ROUNDING));
    assertThat(one.examples()).as("the summands stay as they are").isEqualTo(1);
  }

  @Test
  void withoutExamplesThereIsNoAccuracyAndNoLoss() {
    assertThat(new Confusion(2).accuracy()).isNaN();
    assertThat(new Confusion(2).loss()).isNaN();
    assertThat(new Confusion(2).recall(0)).isNaN();
  }

  @Test
  void anotherNumberOfLabelsIsRefused() {
    assertThatThrownBy(() -> new Confusion(3).plus(new Confusion(2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid confusion: 2 labels to be added to 3");
    assertThatThrownBy(() -> new Confusion(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid labels: 0 (must be at least 1)");
  }

  @Test
  void theLowestLabelIsTheBestOfEquals() {
    assertThat(BatchScorer.best(new float[] {0.25f, 0.25f, 0.5f})).isEqualTo(2);
    assertThat(BatchScorer.best(new float[] {0.25f, 0.375f, 0.375f})).isEqualTo(1);
    assertThat(BatchScorer.best(new float[] {0.5f, 0.5f})).isZero();
    assertThat(BatchScorer.best(new float[] {1})).isZero();
  }

  @Test
  void countsThatAreNotZeroComeInTheOrderOfTheLabels() {
    assertThat(five().counts())
        .containsExactly(
            new Confusion.Count(0, 0, 2),
            new Confusion.Count(0, 1, 1),
            new Confusion.Count(1, 1, 1),
            new Confusion.Count(2, 0, 1));
  }

  @Test
  void aTaskSendsNoMoreThanItsExamplesAndLabelsNeed() {
    int labels = 21_841;
    Confusion confusion = new Confusion(labels);
    float[] probabilities = new float[labels];
    for (int label = 0; label < labels; label++) {
      probabilities[label] = 1;
      confusion.add(label, probabilities);
      probabilities[label] = 0;
    }
    byte[] sent = SerializationUtils.serialize(confusion);
    assertThat(sent.length).isLessThan(60 * labels);
    Confusion received = SerializationUtils.<Confusion>deserialize(sent).plus(confusion);
    assertThat(received.examples()).isEqualTo(2L * labels);
    assertThat(received.accuracy()).isEqualTo(1);
    assertThat(received.count(labels - 1, labels - 1)).isEqualTo(2);
  }
}

package dev.convoy.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.dataset.Split;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The fractions of the splits, label by label. */
class SplitRuleTest {
  /** An image with its label and the split that the source gives to it. */
  private record Image(String id, int label, Optional<Split> given) {}

  private static List<Image> images(List<Integer> ofLabels, Optional<Split> given) {
    List<Image> images = new ArrayList<>();
    for (int label = 0; label < ofLabels.size(); label++) {
      for (int i = 0; i < ofLabels.get(label); i++) {
        images.add(new Image(given + "/" + label + "/" + i, label, given));
      }
    }
    return images;
  }

  private static SplitRule rule(
      long seed, List<Image> images, int labels, double validation, double test) {
    Draws draws = new Draws();
    images.forEach(image -> draws.add(seed, image.id(), image.label(), image.given()));
    return SplitRule.of(seed, labels, draws, validation, test);
  }

  /** Examples of every split, by label. */
  private static Map<Split, long[]> counts(SplitRule rule, List<Image> images, int labels) {
    Map<Split, long[]> counts = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      counts.put(split, new long[labels]);
    }
    for (Image image : images) {
      counts.get(rule.of(image.id(), image.label(), image.given()))[image.label()]++;
    }
    return counts;
  }

  @Property(tries = 300)
  void everyLabelHasItsFractionsToOneExample(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(max = 60) Integer> ofLabels,
      @ForAll @DoubleRange(min = 0, max = 0.99) double validation,
      @ForAll @DoubleRange(min = 0, max = 0.99) double test,
      @ForAll long seed) {
    int labels = ofLabels.size();
    List<Image> images = images(ofLabels, Optional.empty());
    Map<Split, long[]> counts =
        counts(rule(seed, images, labels, validation, test), images, labels);
    for (int label = 0; label < labels; label++) {
      long n = ofLabels.get(label);
      long tested = counts.get(Split.TEST)[label];
      long rest = n - tested;
      long validated = counts.get(Split.VALIDATION)[label];
      assertThat(Math.abs(tested - test * n)).isLessThan(1 + 1e-9);
      assertThat(Math.abs(validated - validation * rest)).isLessThan(1 + 1e-9);
      assertThat(tested > 0).isEqualTo(n >= 2 && test > 0);
      assertThat(validated > 0).isEqualTo(rest >= 2 && validation > 0);
      assertThat(counts.get(Split.TRAIN)[label] > 0).isEqualTo(n > 0);
    }
  }

  @Property(tries = 100)
  void orderAndPartsChangeNothing(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(max = 40) Integer> ofLabels,
      @ForAll long seed) {
    int labels = ofLabels.size();
    List<Image> images = images(ofLabels, Optional.empty());
    images.addAll(images(ofLabels, Optional.of(Split.TRAIN)));
    List<Image> shuffled = new ArrayList<>(images);
    Collections.shuffle(shuffled, new Random(seed));
    Draws parts = new Draws();
    for (int from = 0; from < shuffled.size(); from += 7) {
      Draws part = new Draws();
      shuffled
          .subList(from, Math.min(shuffled.size(), from + 7))
          .forEach(image -> part.add(seed, image.id(), image.label(), image.given()));
      parts.add(part);
    }
    SplitRule whole = rule(seed, images, labels, 0.3, 0.2);
    SplitRule ofParts = SplitRule.of(seed, labels, parts, 0.3, 0.2);
    for (Image image : images) {
      assertThat(ofParts.of(image.id(), image.label(), image.given()))
          .isEqualTo(whole.of(image.id(), image.label(), image.given()));
    }
  }

  @Test
  void theWholeSplitHasItsFractionWhereLabelsAreSmall() {
    // Each label is 1.4 of 14 images; rounded alone, 100 labels would give 100 and not 140.
    List<Integer> ofLabels = Collections.nCopies(100, 14);
    List<Image> images = images(ofLabels, Optional.empty());
    Map<Split, long[]> counts = counts(rule(1, images, 100, 0.1, 0), images, 100);
    assertThat(LongStream.of(counts.get(Split.VALIDATION)).sum()).isEqualTo(140);
    assertThat(counts.get(Split.VALIDATION)).containsOnly(1L, 2L);
  }

  @Test
  void givenSplitsAreKeptAndOnlyTrainIsDividedFurther() {
    List<Integer> ofLabels = List.of(20, 10);
    List<Image> images = images(ofLabels, Optional.of(Split.TRAIN));
    images.addAll(images(ofLabels, Optional.of(Split.TEST)));
    Map<Split, long[]> counts = counts(rule(1, images, 2, 0.1, 0.5), images, 2);
    assertThat(counts.get(Split.TEST)).containsExactly(20, 10);
    assertThat(counts.get(Split.VALIDATION)).containsExactly(2, 1);
    assertThat(counts.get(Split.TRAIN)).containsExactly(18, 9);
  }

  @Test
  void theSeedDecidesWhichImagesAreHeldOut() {
    List<Image> images = images(List.of(1000), Optional.empty());
    SplitRule one = rule(1, images, 1, 0.5, 0);
    SplitRule other = rule(2, images, 1, 0.5, 0);
    long different =
        images.stream()
            .filter(
                image ->
                    one.of(image.id(), 0, image.given()) != other.of(image.id(), 0, image.given()))
            .count();
    assertThat(different).isBetween(400L, 600L);
  }

  @Test
  void anImageMoreMovesFewOthers() {
    List<Image> images = images(List.of(100), Optional.empty());
    SplitRule before = rule(1, images, 1, 0.2, 0);
    List<Image> more = new ArrayList<>(images);
    more.add(new Image("one more", 0, Optional.empty()));
    SplitRule after = rule(1, more, 1, 0.2, 0);
    assertThat(images)
        .filteredOn(
            image ->
                before.of(image.id(), 0, image.given()) != after.of(image.id(), 0, image.given()))
        .hasSizeLessThanOrEqualTo(1);
  }
}

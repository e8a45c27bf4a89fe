package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Split;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Assigns images to splits, label by label, so that every split has its fraction of each label.
 *
 * <ul>
 *   <li>A given validation or test split is kept.
 *   <li>Of the images of a label without a given split, those with the smallest numbers ({@link
 *       Draws}) are in test.
 *   <li>Of the rest, together with the images that the source gives to train, those with the
 *       largest numbers are in validation, unless the source has a validation split.
 *   <li>All others are in train.
 * </ul>
 *
 * <p>Images of one group have one number, so they are all in the same split. Their labels are not
 * looked at, and what is held out falls short of the fraction by less than a group, or is the
 * smallest group that can be.
 *
 * <p>Of {@code n} images of a label, the number that is held out differs from {@code n·fraction} by
 * less than one; at least one is held out where the label has two, and at least one remains. Within
 * these bounds, the number of all images that are held out is the fraction of all images, rounded:
 * the labels with the largest remainders are rounded up.
 */
final class SplitRule implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long seed;
  private final long[] testBelow;
  private final long[] validationAbove;

  private SplitRule(long seed, long[] testBelow, long[] validationAbove) {
    this.seed = seed;
    this.testBelow = testBelow;
    this.validationAbove = validationAbove;
  }

  /**
   * Creates the rule for all images of a dataset.
   *
   * @param labels number of labels
   * @param validation fraction of train, 0 to below 1; 0 where the source has a validation split
   * @param test fraction of the images without a given split, 0 to below 1
   */
  static SplitRule of(long seed, int labels, Draws draws, double validation, double test) {
    long[][] free = new long[labels][];
    long[][] rest = new long[labels][];
    for (int label = 0; label < labels; label++) {
      free[label] = draws.free(label);
    }
    int[] tested = heldOut(free, test);
    long[] testBelow = new long[labels];
    for (int label = 0; label < labels; label++) {
      tested[label] = wholeGroups(free[label], tested[label]);
      testBelow[label] = tested[label] == 0 ? Long.MIN_VALUE : free[label][tested[label]];
      rest[label] = merged(free[label], tested[label], draws.train(label));
    }
    int[] validated = heldOut(rest, validation);
    long[] validationAbove = new long[labels];
    for (int label = 0; label < labels; label++) {
      int kept = rest[label].length - wholeGroups(reversed(rest[label]), validated[label]);
      validationAbove[label] = kept == rest[label].length ? Long.MAX_VALUE : rest[label][kept - 1];
    }
    return new SplitRule(seed, testBelow, validationAbove);
  }

  /**
   * Returns how many of the first images are held out, so that none of the others has the number of
   * one of them: at most {@code count}, or the first group if it has more, unless it is all.
   */
  private static int wholeGroups(long[] sorted, int count) {
    int whole = count;
    while (whole > 0 && whole < sorted.length && sorted[whole - 1] == sorted[whole]) {
      whole--;
    }
    if (whole > 0 || count == 0) {
      return whole;
    }
    int first = 1;
    while (first < sorted.length && sorted[first] == sorted[0]) {
      first++;
    }
    return first == sorted.length ? 0 : first;
  }

  private static long[] reversed(long[] sorted) {
    long[] reversed = new long[sorted.length];
    Arrays.setAll(reversed, i -> sorted[sorted.length - 1 - i]);
    return reversed;
  }

  /**
   * Creates a rule under which every image is held out with the fraction as its probability,
   * whatever the other images are. So images that are added later do not change the splits of
   * earlier ones, and are divided alike however few come at a time.
   */
  static SplitRule independent(long seed, int labels, double validation, double test) {
    long[] testBelow = new long[labels];
    long[] validationAbove = new long[labels];
    Arrays.fill(testBelow, test == 0 ? Long.MIN_VALUE : place(test));
    Arrays.fill(
        validationAbove, validation == 0 ? Long.MAX_VALUE : place(1 - validation * (1 - test)));
    return new SplitRule(seed, testBelow, validationAbove);
  }

  /** Returns the number below which a fraction of all numbers is. */
  private static long place(double fraction) {
    return BigDecimal.valueOf(fraction)
        .multiply(BigDecimal.valueOf(2).pow(64))
        .subtract(BigDecimal.valueOf(2).pow(63))
        .longValue();
  }

  private static long[] merged(long[] free, int from, long[] train) {
    long[] both = Arrays.copyOfRange(free, from, free.length + train.length);
    System.arraycopy(train, 0, both, free.length - from, train.length);
    Arrays.sort(both);
    return both;
  }

  /** Returns the number of images of each label that are held out. */
  private static int[] heldOut(long[][] images, double fraction) {
    int[] counts = new int[images.length];
    if (fraction == 0) {
      return counts;
    }
    BigDecimal share = BigDecimal.valueOf(fraction);
    BigDecimal[] remainders = new BigDecimal[images.length];
    long all = 0;
    long held = 0;
    for (int label = 0; label < images.length; label++) {
      int n = images[label].length;
      BigDecimal exact = share.multiply(BigDecimal.valueOf(n));
      int whole = exact.intValue();
      counts[label] = n < 2 ? 0 : Math.max(1, whole);
      boolean mayRoundUp = counts[label] == whole && whole + 1 < n;
      remainders[label] = mayRoundUp ? exact.subtract(BigDecimal.valueOf(whole)) : BigDecimal.ZERO;
      all += n;
      held += counts[label];
    }
    long wanted =
        share.multiply(BigDecimal.valueOf(all)).setScale(0, RoundingMode.HALF_EVEN).longValue();
    IntStream.range(0, images.length)
        .boxed()
        .filter(label -> remainders[label].signum() > 0)
        .sorted(Comparator.comparing((Integer label) -> remainders[label]).reversed())
        .limit(Math.max(0, wanted - held))
        .forEach(label -> counts[label]++);
    return counts;
  }

  /**
   * Returns the split of an image.
   *
   * @param id its id, or the name of its group
   * @param label its label, or 0 for groups
   */
  Split of(String id, int label, Optional<Split> given) {
    if (given.isPresent() && given.get() != Split.TRAIN) {
      return given.get();
    }
    long draw = Draws.of(seed, id);
    if (given.isEmpty() && draw < testBelow[label]) {
      return Split.TEST;
    }
    return draw > validationAbove[label] ? Split.VALIDATION : Split.TRAIN;
  }
}

package dev.convoy.data.augment;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * Draws how the minibatches of one replica in one epoch are mixed, as the authors' programs for
 * mixup and CutMix do: every minibatch has one share λ of Beta(α, α), one permutation of its
 * images, and with CutMix one area, of the fraction {@code 1 − λ} of the image. The part of that
 * area that lies beside the image is lost, and the share of the labels is corrected for it.
 */
public final class BatchMixer {
  private static final int KIND = 0;
  private static final int SHARE = 1;
  private static final int ROW = 2;
  private static final int COLUMN = 3;
  private static final int PARTNERS = 4;

  private final Augmentation.Mixing mixing;
  private final ImageShape shape;
  private final HashedNumbers seeds;

  /**
   * Creates the mixer of an epoch.
   *
   * @param mixing mixup, cutmix or both
   * @param seed differs for every epoch and replica
   */
  public BatchMixer(Augmentation.Mixing mixing, ImageShape shape, long seed) {
    Checks.that(mixing.mixup() > 0 || mixing.cutmix() > 0, "mixing", "must mix images");
    this.mixing = mixing;
    this.shape = shape;
    this.seeds = new HashedNumbers(seed);
  }

  /**
   * Draws the mixing of a minibatch.
   *
   * @param first place of its first example in the order of the epoch
   * @param count number of its examples
   */
  public BatchMix batch(int first, int count) {
    HashedNumbers numbers = new HashedNumbers(seeds.number(first));
    List<Integer> partners = partners(numbers, count);
    boolean cut = mixing.mixup() == 0 || (mixing.cutmix() > 0 && numbers.fraction(KIND) < 0.5);
    double share = share(cut ? mixing.cutmix() : mixing.mixup(), numbers.fraction(SHARE));
    if (!cut) {
      return new BatchMix(share, partners, BatchMix.Area.EMPTY);
    }
    BatchMix.Area area =
        area(share, numbers.below(shape.height(), ROW), numbers.below(shape.width(), COLUMN));
    return new BatchMix(1 - (double) area.pixels() / shape.plane(), partners, area);
  }

  /** Returns the share that is greater than a fraction of all shares of Beta(α, α). */
  private static double share(double alpha, double fraction) {
    // Its generator is not used: the inverse of the distribution function maps a uniform number.
    return new BetaDistribution(null, alpha, alpha).inverseCumulativeProbability(fraction);
  }

  private BatchMix.Area area(double share, int middleRow, int middleColumn) {
    double side = Math.sqrt(1 - share);
    int halfHeight = (int) (shape.height() * side) / 2;
    int halfWidth = (int) (shape.width() * side) / 2;
    return new BatchMix.Area(
        Math.max(0, middleRow - halfHeight),
        Math.max(0, middleColumn - halfWidth),
        Math.min(shape.height(), middleRow + halfHeight),
        Math.min(shape.width(), middleColumn + halfWidth));
  }

  /** Returns a permutation of {@code count} numbers, by the algorithm of Fisher and Yates. */
  private static List<Integer> partners(HashedNumbers numbers, int count) {
    List<Integer> partners = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      partners.add(i);
    }
    for (int i = count - 1; i > 0; i--) {
      Collections.swap(partners, i, numbers.below(i + 1, PARTNERS + i));
    }
    return partners;
  }
}

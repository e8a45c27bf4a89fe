package dev.convoy.data.prepare;

import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Sha256;
import java.io.Serializable;
import java.util.Optional;

/**
 * Assigns an image to a split. With {@code u(id)} a number of [0, 1) that depends on the seed and
 * the id only:
 *
 * <ul>
 *   <li>a given validation or test split is kept;
 *   <li>an image without a given split is in test where {@code u < test};
 *   <li>of the rest, and of the given train split, the fraction {@code validation} is in
 *       validation, unless the source has a validation split: where {@code (u − t) / (1 − t) <
 *       validation}, with {@code t = test} for an image without a given split and {@code 0} for one
 *       of train;
 *   <li>all others are in train.
 * </ul>
 *
 * <p>{@code u} is the first 53 bits of SHA-256(("convoy split"), seed, id), divided by 2^53.
 *
 * <p>Each fraction is a probability: of {@code n} images, the number that is held out is binomially
 * distributed around {@code n·fraction}.
 *
 * @param validation fraction of train; 0 where the source has a validation split
 */
record SplitRule(long seed, double validation, double test) implements Serializable {
  Split of(String id, Optional<Split> given) {
    if (given.isPresent() && given.get() != Split.TRAIN) {
      return given.get();
    }
    double u = unit(id);
    double tested = given.isPresent() ? 0 : test;
    if (u < tested) {
      return Split.TEST;
    }
    return (u - tested) / (1 - tested) < validation ? Split.VALIDATION : Split.TRAIN;
  }

  double unit(String id) {
    long bits = new Sha256().add("convoy split").add(seed).add(id).firstLong();
    return (bits >>> 11) * 0x1.0p-53;
  }
}

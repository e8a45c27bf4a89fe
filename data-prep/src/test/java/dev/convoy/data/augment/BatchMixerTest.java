package dev.convoy.data.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Sha256;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** How minibatches are mixed. */
class BatchMixerTest {
  private static final ImageShape SHAPE = new ImageShape(30, 20, 3);
  private static final int BATCHES = 20_000;

  private static BatchMixer mixer(double mixup, double cutmix, long seed) {
    return new BatchMixer(new Augmentation.Mixing(mixup, cutmix), SHAPE, seed);
  }

  @Property(tries = 100)
  void partnersAreAPermutation(@ForAll long seed, @ForAll @IntRange(min = 1, max = 70) int count) {
    BatchMix mix = mixer(0.2, 1, seed).batch(64, count);
    assertThat(mix.partners())
        .containsExactlyInAnyOrderElementsOf(IntStream.range(0, count).boxed().toList());
    assertThat(mixer(0.2, 1, seed).batch(64, count)).isEqualTo(mix);
    assertThat(mix.own()).isBetween(0.0, 1.0);
  }

  /** Beta(α, α) has the mean 1/2 and the variance 1 / (4·(2α + 1)). */
  @Example
  void sharesOfMixupHaveTheMomentsOfBeta() {
    for (double alpha : new double[] {0.2, 1, 4}) {
      BatchMixer mixer = mixer(alpha, 0, 3);
      double sum = 0;
      double squares = 0;
      for (int batch = 0; batch < BATCHES; batch++) {
        BatchMix mix = mixer.batch(batch, 2);
        assertThat(mix.isBlend()).isTrue();
        sum += mix.own();
        squares += (mix.own() - 0.5) * (mix.own() - 0.5);
      }
      assertThat(sum / BATCHES).isCloseTo(0.5, within(0.015));
      assertThat(squares / BATCHES).isCloseTo(1 / (4 * (2 * alpha + 1)), within(0.004));
    }
  }

  /** With α = 1 shares are uniform: a tenth of them is in every tenth. */
  @Example
  void sharesOfAlphaOneAreUniform() {
    int[] tenths = new int[10];
    BatchMixer mixer = mixer(1, 0, 8);
    for (int batch = 0; batch < BATCHES; batch++) {
      tenths[(int) Math.min(9, 10 * mixer.batch(batch, 1).own())]++;
    }
    for (int found : tenths) {
      assertThat(found).isBetween(1820, 2180);
    }
  }

  @Example
  void theShareOfCutmixIsTheAreaThatStays() {
    BatchMixer mixer = mixer(0, 1, 5);
    double areas = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      BatchMix mix = mixer.batch(batch, 2);
      BatchMix.Area area = mix.area();
      int replaced = 0;
      for (int row = 0; row < SHAPE.height(); row++) {
        for (int column = 0; column < SHAPE.width(); column++) {
          boolean inside =
              row >= area.top()
                  && row < area.bottom()
                  && column >= area.left()
                  && column < area.right();
          replaced += inside ? 1 : 0;
        }
      }
      assertThat(mix.own()).isEqualTo(1 - replaced / 600.0);
      assertThat(area.top()).isGreaterThanOrEqualTo(0);
      assertThat(area.bottom()).isLessThanOrEqualTo(SHAPE.height());
      assertThat(area.right()).isLessThanOrEqualTo(SHAPE.width());
      areas += 1 - mix.own();
    }
    // A side s of the image whose centre is uniform keeps s − s²/4 of it on average; s² is uniform.
    // E[(s − s²/4)²] = E[s²] − E[s³]/2 + E[s⁴]/16 = 1/2 − 1/5 + 1/48, less what rounding loses.
    assertThat(areas / BATCHES).isBetween(0.28, 0.3209);
  }

  @Example
  void withBothHalfOfTheBatchesAreCut() {
    BatchMixer mixer = mixer(1, 1, 9);
    int cut = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      cut += mixer.batch(batch, 2).isBlend() ? 0 : 1;
    }
    // Areas of less than two rows or columns are empty, in about one of a hundred.
    assertThat((double) cut / BATCHES).isBetween(0.48, 0.51);
  }

  /** A run that is resumed with a later version mixes as it would have mixed. */
  @Example
  void theDrawsStayAsTheyAre() {
    Sha256 digest = new Sha256();
    BatchMixer mixer = mixer(0.2, 1, 3);
    for (int batch = 0; batch < 100; batch++) {
      BatchMix mix = mixer.batch(64 * batch, 7);
      digest.add(Double.doubleToLongBits(mix.own())).add(mix.area().toString());
      mix.partners().forEach(digest::add);
    }
    assertThat(digest.hex())
        .isEqualTo("73e8eb02f16dedb31048d3a7af8bab1056499455ffa671415faf2bf9717aeef3");
  }

  @Example
  void withoutBothThereIsNoMixer() {
    assertThatThrownBy(() -> mixer(0, 0, 1)).hasMessage("Invalid mixing: must mix images");
  }
}

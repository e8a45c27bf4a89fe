package dev.convoy.worker.averaging;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.averaging.ReturnedModel.Kind;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Which parameters a run returns. */
class ReturnedModelTest {
  private static final MathContext DIGITS = new MathContext(60);

  private static ParameterMean gather(ReturnedModel model) {
    return model.restore(Map.of()).orElseThrow();
  }

  private static float[] random(Random random, int length) {
    float[] vector = new float[length];
    for (int i = 0; i < length; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static Map<String, float[]> saved(ParameterMean mean) {
    Map<String, float[]> copies = new HashMap<>();
    mean.vectors()
        .forEach(
            (name, vector) -> {
              assertThat(name).matches("[a-z0-9-]+");
              assertThat(WeightedMean.firstNotFinite(vector)).isEqualTo(-1);
              copies.put(name, vector.clone());
            });
    return copies;
  }

  @Example
  void emaByHand() {
    // d = ½: after 1 step at 6, weights ½; after 2 more at 2, the first has ½·¼, these ½ + ¼:
    // (⅛·6 + ¾·2) / ⅞ = 18/7.
    ParameterMean mean = gather(ReturnedModel.ema(0.5));
    mean.afterRound(new float[] {6}, 1);
    assertThat(mean.mean()).containsExactly(6);
    mean.afterRound(new float[] {2}, 2);
    assertThat(mean.mean()).containsExactly((float) (18 / 7.0));
  }

  @Property(tries = 200)
  void emaIsItsFormula(
      @ForAll long seed,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 50) Integer> rounds) {
    double decay = 0.97;
    BigDecimal d = new BigDecimal(decay);
    Random random = new Random(seed);
    ParameterMean mean = gather(ReturnedModel.ema(decay));
    BigDecimal e = BigDecimal.ZERO;
    int steps = 0;
    for (int s : rounds) {
      float[] p = random(random, 1);
      BigDecimal kept = d.pow(s, DIGITS);
      e =
          kept.multiply(e)
              .add(BigDecimal.ONE.subtract(kept).multiply(new BigDecimal(p[0])), DIGITS);
      steps += s;
      mean.afterRound(p, s);
    }
    double exact = e.divide(BigDecimal.ONE.subtract(d.pow(steps, DIGITS)), DIGITS).doubleValue();
    assertThat((double) mean.mean()[0]).isCloseTo(exact, within(rounds.size() * 4e-7));
  }

  @Example
  void emaOfWhatStaysIsItself() {
    float[] p = random(new Random(1), 10_000);
    ParameterMean mean = gather(ReturnedModel.ema(0.999));
    for (int round = 0; round < 50; round++) {
      mean.afterRound(p, 7);
    }
    assertThat(bits(mean.mean())).containsExactly(bits(p));
  }

  @Example
  void emaWithoutDecayIsTheLast() {
    ParameterMean mean = gather(ReturnedModel.ema(0));
    mean.afterRound(new float[] {1, 5}, 3);
    mean.afterRound(new float[] {4, 2}, 1);
    assertThat(mean.mean()).containsExactly(4, 2);
  }

  @Property(tries = 100)
  void emaRestoredGoesOnBitForBit(@ForAll long seed, @ForAll @IntRange(max = 10) int before) {
    ReturnedModel model = ReturnedModel.ema(0.995);
    Random random = new Random(seed);
    ParameterMean whole = gather(model);
    for (int round = 0; round < before; round++) {
      whole.afterRound(random(random, 20), 1 + random.nextInt(30));
    }
    ParameterMean restored = model.restore(saved(whole)).orElseThrow();
    for (int round = 0; round < 5; round++) {
      float[] p = random(random, 20);
      whole.afterRound(p, 9 + round);
      restored.afterRound(p, 9 + round);
    }
    assertThat(bits(restored.mean())).containsExactly(bits(whole.mean()));
  }

  @Example
  void stepsBeyondWhatAFloatHoldsAreKept() {
    ReturnedModel model = ReturnedModel.ema(0.5);
    ParameterMean mean = gather(model);
    mean.afterRound(new float[1], Integer.MAX_VALUE);
    mean.afterRound(new float[1], Integer.MAX_VALUE);
    ParameterMean restored = model.restore(saved(mean)).orElseThrow();
    assertThat(restored.vectors().get("ema-steps"))
        .containsExactly((1 << 24) - 2, 255, 0)
        .isEqualTo(mean.vectors().get("ema-steps"));
  }

  @Example
  void meanOfEpochsIsThatOfTheLast() {
    ParameterMean mean = gather(ReturnedModel.meanOfEpochs(3));
    mean.afterEpoch(new float[] {99, -0.0f});
    assertThat(bits(mean.mean())).containsExactly(bits(new float[] {99, -0.0f}));
    mean.afterEpoch(new float[] {1, 4});
    assertThat(mean.mean()).containsExactly(50, 2);
    mean.afterRound(new float[] {77, 77}, 5);
    mean.afterEpoch(new float[] {2, 5});
    mean.afterEpoch(new float[] {6, 0});
    assertThat(mean.mean()).containsExactly(3, 3);
    assertThat(mean.vectors().keySet()).containsExactly("epoch-1", "epoch-2", "epoch-3");
  }

  @Property(tries = 100)
  void meanOfEpochsRestoredGoesOnBitForBit(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 12) int epochs,
      @ForAll @IntRange(max = 15) int before) {
    ReturnedModel model = ReturnedModel.meanOfEpochs(epochs);
    Random random = new Random(seed);
    ParameterMean whole = gather(model);
    for (int epoch = 0; epoch < before; epoch++) {
      whole.afterEpoch(random(random, 20));
    }
    ParameterMean restored = model.restore(saved(whole)).orElseThrow();
    for (int epoch = 0; epoch < 3; epoch++) {
      float[] p = random(random, 20);
      whole.afterEpoch(p);
      restored.afterEpoch(p);
      assertThat(bits(restored.mean())).containsExactly(bits(whole.mean()));
    }
    assertThat(whole.vectors()).hasSize(Math.min(epochs, before + 3));
  }

  @Property(tries = 50)
  void meanOfEpochsIsItsFormula(@ForAll long seed) {
    Random random = new Random(seed);
    int length = Blocks.SIZE + 5;
    double[] sum = new double[length];
    ParameterMean mean = gather(ReturnedModel.meanOfEpochs(9));
    for (int epoch = 0; epoch < 5; epoch++) {
      float[] p = random(random, length);
      mean.afterEpoch(p);
      for (int i = 0; i < length; i++) {
        sum[i] += p[i];
      }
    }
    float[] averaged = mean.mean();
    for (int i = 0; i < length; i++) {
      assertThat(averaged[i]).isEqualTo((float) (sum[i] / 5));
    }
  }

  @Example
  void whatWasGivenIsNeitherKeptNorWrittenTo() {
    for (ReturnedModel model : List.of(ReturnedModel.ema(0.5), ReturnedModel.meanOfEpochs(2))) {
      ParameterMean mean = gather(model);
      float[] p = {1, 2};
      mean.afterRound(p, 1);
      mean.afterEpoch(p);
      p[0] = 9;
      mean.mean()[1] = 9;
      assertThat(mean.mean()).containsExactly(1, 2);
      Map<String, float[]> vectors = mean.vectors();
      Map<String, float[]> copies = saved(mean);
      mean.afterRound(p, 1);
      mean.afterEpoch(p);
      vectors.forEach((name, vector) -> assertThat(vector).isEqualTo(copies.get(name)));
    }
  }

  @Example
  void onlyMeansGather() {
    assertThat(ReturnedModel.last().restore(Map.of())).isEmpty();
    assertThat(ReturnedModel.best().restore(Map.of("x", new float[1]))).isEmpty();
    assertThat(Kind.values())
        .filteredOn(Kind::isMean)
        .containsExactly(Kind.EMA, Kind.MEAN_OF_EPOCHS);
    assertThat(Kind.values())
        .extracting(Kind::key)
        .containsExactly("last", "ema", "mean-of-epochs", "best");
  }

  @Example
  void whatCannotBeAveragedIsRefused() {
    ParameterMean ema = gather(ReturnedModel.ema(0.5));
    ParameterMean epochs = gather(ReturnedModel.meanOfEpochs(2));
    assertThatThrownBy(ema::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: no round has ended");
    assertThatThrownBy(epochs::mean)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Cannot average: no epoch has ended");
    ema.afterRound(new float[2], 1);
    epochs.afterEpoch(new float[2]);
    assertThatThrownBy(() -> ema.afterRound(new float[3], 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid parameters: 3 values (must be 2)");
    assertThatThrownBy(() -> ema.afterRound(new float[2], 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid steps: 0 (must be at least 1)");
    assertThatThrownBy(() -> epochs.afterEpoch(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid parameters: 3 values (must be as many as before)");
  }

  @Example
  void vectorsOfSomethingElseAreRefused() {
    Map<String, float[]> other = Map.of("other", new float[1]);
    assertThatThrownBy(() -> ReturnedModel.ema(0.5).restore(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid vectors: [other] (must be ema and ema-steps)");
    assertThatThrownBy(() -> ReturnedModel.meanOfEpochs(5).restore(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid vectors: [other] (must be epoch-1 to epoch-1)");
    assertThatThrownBy(
            () ->
                ReturnedModel.ema(0.5)
                    .restore(Map.of("ema", new float[1], "ema-steps", new float[2])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid ema-steps: [0.0, 0.0] (must be 3 values)");
  }

  @Example
  void settingsOutOfRangeAreRefused() {
    assertThatThrownBy(() -> ReturnedModel.ema(1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid decay: 1.0 (must be at least 0.0 and below 1.0)");
    assertThatThrownBy(() -> ReturnedModel.meanOfEpochs(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid epochs: 0 (must be at least 1)");
  }
}

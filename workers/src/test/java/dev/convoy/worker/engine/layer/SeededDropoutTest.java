package dev.convoy.worker.engine.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.worker.engine.layer.ExactMaps.Order;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Dropout, in whatever order values lie. */
class SeededDropoutTest {
  private static final double SHARE = 1e-6;

  private final Poisoned workspaces = new Poisoned();

  private static Layer layer(double rate) {
    SeededDropout configuration = new SeededDropout(rate);
    NeuralNetConfiguration conf = new NeuralNetConfiguration.Builder().layer(configuration).build();
    return configuration.instantiate(conf, List.of(), 0, null, true, DataType.FLOAT);
  }

  private INDArray train(Layer layer, INDArray input) {
    layer.setInput(input, workspaces);
    return layer.activate(true, workspaces);
  }

  /** Java's own generator counts in the same way. */
  private static ExactMaps masked(ExactMaps values, long seed, double rate) {
    SplittableRandom numbers = new SplittableRandom(seed);
    ExactMaps masked = values.like();
    for (int i = 0; i < values.values().length; i++) {
      masked.values()[i] = numbers.nextDouble() < 1 - rate ? values.values()[i] / (1 - rate) : 0;
    }
    return masked;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void numberAfterNumberOfJavasGeneratorDecidesOnValueAfterValue(int seed) {
    Random random = new Random(seed);
    int[] channels = {1, 2, 3, 17, 64, 5000};
    for (int size : channels) {
      int side = size > 64 ? 2 : 1 + random.nextInt(12);
      ExactMaps x = ExactMaps.random(1 + random.nextInt(3), size, side, side + 1, random);
      double rate = random.nextDouble();
      DropoutMask mask = new DropoutMask(1 - rate);
      ExactMaps expected = masked(x, seed, rate);
      for (Order order : Order.values()) {
        INDArray input = x.array(order);
        expected.assertClose(
            mask.apply(workspaces, ArrayType.ACTIVATIONS, input, seed),
            SHARE,
            order + ", seed " + seed);
        x.assertClose(input, 0, "input kept");
      }
      expected.assertClose(
          mask.apply(
                  workspaces,
                  ArrayType.ACTIVATIONS,
                  x.matrix().castTo(DataType.DOUBLE).dup('f'),
                  seed)
              .reshape('c', x.n(), x.channels(), x.height(), x.width()),
          SHARE,
          "matrix in double precision, seed " + seed);
    }
  }

  @ParameterizedTest
  @EnumSource(Order.class)
  void theGradientIsMaskedLikeTheValues(Order order) {
    Random random = new Random(3);
    ExactMaps x = ExactMaps.random(3, 5, 7, 6, random);
    ExactMaps epsilon = ExactMaps.random(3, 5, 7, 6, random);
    Layer layer = layer(0.3);
    ExactMaps output = ExactMaps.of(train(layer, x.array(Order.CHANNELS_LAST)));
    INDArray outputGradient = epsilon.array(order);
    INDArray gradient = layer.backpropGradient(outputGradient, workspaces).getSecond();
    ExactMaps expected = epsilon.like();
    for (int i = 0; i < x.values().length; i++) {
      expected.values()[i] = output.values()[i] == 0 ? 0 : epsilon.values()[i] / 0.7;
    }
    expected.assertClose(gradient, SHARE, "gradient");
    epsilon.assertClose(outputGradient, 0, "epsilon kept");
  }

  @Test
  void theShareDroppedIsTheRate() {
    ExactMaps ones = ExactMaps.zeros(10, 100, 10, 10);
    java.util.Arrays.fill(ones.values(), 1);
    for (double rate : new double[] {0, 0.1, 0.5, 0.9}) {
      ExactMaps output = ExactMaps.of(train(layer(rate), ones.array(Order.CHANNELS_LAST)));
      double zeros = java.util.Arrays.stream(output.values()).filter(value -> value == 0).count();
      double n = output.values().length;
      // Five standard deviations.
      assertThat(zeros / n).isCloseTo(rate, within(5 * Math.sqrt(rate * (1 - rate) / n)));
      assertThat(java.util.Arrays.stream(output.values()).max().orElseThrow())
          .isCloseTo(1 / (1 - rate), within(1e-6));
    }
  }

  @Test
  void theSeedOfNd4jDecidesOnThePassesAfterIt() {
    INDArray input = ExactMaps.random(2, 3, 4, 5, new Random(1)).array(Order.CHANNELS_LAST);
    Layer layer = layer(0.5);
    Nd4j.getRandom().setSeed(7);
    INDArray first = train(layer, input);
    INDArray second = train(layer, input);
    assertThat(second).isNotEqualTo(first);
    Nd4j.getRandom().setSeed(7);
    assertThat(train(layer, input)).isEqualTo(first);
    assertThat(train(layer, input)).isEqualTo(second);
    Nd4j.getRandom().setSeed(8);
    assertThat(train(layer, input)).isNotEqualTo(first);
  }

  @Test
  void scoringLeavesAllAsItIs() {
    INDArray input = ExactMaps.random(2, 3, 4, 5, new Random(1)).array(Order.CHANNELS_LAST);
    Layer layer = layer(0.5);
    Nd4j.getRandom().setSeed(7);
    long next = Nd4j.getRandom().nextLong();
    Nd4j.getRandom().setSeed(7);
    layer.setInput(input, workspaces);
    assertThat(layer.activate(false, workspaces)).isSameAs(input);
    assertThat(Nd4j.getRandom().nextLong()).as("nothing is drawn").isEqualTo(next);
    assertThatThrownBy(() -> layer.backpropGradient(input, workspaces))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("The gradient of dropout requires a preceding training pass");
  }
}

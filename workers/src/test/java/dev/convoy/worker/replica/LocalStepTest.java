package dev.convoy.worker.replica;

import static dev.convoy.worker.TestNetworks.bits;
import static dev.convoy.worker.TestNetworks.minus;
import static dev.convoy.worker.TestNetworks.norm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.learning.config.Nesterovs;

/** One local step is the formula of its optimizer. */
class LocalStepTest {
  private static final int LABELS = 3;
  private static final int BATCH = 8;
  private static final Network LENET = TestNetworks.lenet();

  /** Four batches, the last of 5 examples. */
  private static final Shard SHARD = TestNetworks.shard(TestNetworks.GREY, LABELS, 29, 1);

  @Test
  void learningRateOfEachStepIsTheOneTold() {
    List<Double> rates = List.of(0.1, 0.0, 0.3, 0.02);
    LocalRun run = new LocalRun(LENET, Optimizer.momentum(0.9), BATCH, List.of(SHARD));
    run.next(0, 0, rates);
    ComputationGraph plain = PlainDl4j.lenet(new Nesterovs(0.5, 0.9));
    int[] order = new EpochOrder().order(SHARD.examples(), LocalRun.SEED, 0, 0);
    for (int step = 0; step < rates.size(); step++) {
      int end = Math.min(order.length, (step + 1) * BATCH);
      int[] numbers = Arrays.copyOfRange(order, step * BATCH, end);
      plain.setLearningRate(rates.get(step));
      plain.fit(
          PlainDl4j.batch(
              SHARD, numbers, TestNetworks.GREY, LABELS, TestNetworks.normalisation(1)));
    }
    assertThat(run.parameters()).containsExactly(PlainDl4j.parameters(plain), within(2e-5f));
  }

  static Stream<Optimizer> optimizers() {
    return Stream.of(Optimizer.sgd(), Optimizer.momentum(0.9), Optimizer.sgd().withL2(0.1));
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void aStepAtLearningRateZeroLeavesTheParametersUnchanged(Optimizer optimizer) {
    LocalRun run = new LocalRun(LENET, optimizer, BATCH, List.of(SHARD));
    float[] before = run.parameters();
    run.next(0, 0, List.of(0.0, 0.0));
    assertThat(run.parameters()).containsExactly(before);
  }

  @Test
  void adamAtLearningRateZeroMovesByItsEpsilonAtMost() {
    // ND4J takes ε for a step size of 0; m/√v is at most 0.1/√0.001 in the first step.
    LocalRun run = new LocalRun(LENET, Optimizer.adam(), BATCH, List.of(SHARD));
    float[] before = run.parameters();
    run.next(0, 0, List.of(0.0));
    for (int i = 0; i < before.length; i++) {
      double most = 1.001e-8 * 0.1 / Math.sqrt(0.001) + Math.ulp(before[i]);
      assertThat(Math.abs((double) run.parameters()[i] - before[i])).isLessThanOrEqualTo(most);
    }
  }

  @Test
  void momentumCarriesOnWhereTheLearningRateIsZero() {
    // Nesterov: v' = µ·v − η·g and the step is −µ·v + (1 + µ)·v', so with η = 0 it is µ²·v.
    LocalRun run = new LocalRun(LENET, Optimizer.momentum(0.5), BATCH, List.of(SHARD));
    float[] start = run.parameters();
    run.next(0, 0, List.of(0.1));
    float[] first = run.parameters();
    run.next(0, 1, List.of(0.0));
    float[] second = run.parameters();
    for (int i = 0; i < start.length; i++) {
      double velocity = (first[i] - start[i]) / 1.5; // from rest: (1 + µ)·v
      assertThat((double) second[i] - first[i]).isCloseTo(0.25 * velocity, within(1e-6));
    }
  }

  @Test
  void adamsBiasCorrectionFollowsTheStepsOfTheWholeRun() {
    // With m = (1 − β₁)·g and v = (1 − β₂)·g², the step after t others is, where ε is small beside
    // |g|, η·sign(g)·(1 − β₁)/√(1 − β₂)·√(1 − β₂ᵗ⁺¹)/(1 − β₁ᵗ⁺¹); for t = 0 it is η·sign(g).
    float[] gradient = gradient(LENET, Optimizer.sgd());
    for (int steps : new int[] {0, 1, 10, 5000}) {
      LocalRun run = new LocalRun(LENET, Optimizer.adam(), BATCH, List.of(SHARD));
      float[] start = run.parameters();
      run.iteration(steps);
      run.next(0, 0, List.of(0.01));
      double size =
          0.01
              * 0.1
              / Math.sqrt(0.001)
              * Math.sqrt(1 - Math.pow(0.999, steps + 1))
              / (1 - Math.pow(0.9, steps + 1));
      int checked = 0;
      for (int i = 0; i < start.length; i++) {
        if (Math.abs(gradient[i]) > 1e-3) {
          double expected = -Math.signum(gradient[i]) * size;
          assertThat((double) run.parameters()[i] - start[i])
              .isCloseTo(expected, within(1e-3 * size));
          checked++;
        }
      }
      assertThat(checked).isGreaterThan(100);
    }
  }

  /** The mean gradient of the first batch: the step of plain SGD at learning rate 1. */
  private static float[] gradient(Network network, Optimizer optimizer) {
    LocalRun run = new LocalRun(network, optimizer, BATCH, List.of(SHARD));
    float[] start = run.parameters();
    return minus(start, step(run));
  }

  private static float[] step(LocalRun run) {
    run.next(0, 0, List.of(1.0));
    return run.parameters();
  }

  @Test
  void aClippedGradientIsAsLongAsAllowedAndKeepsItsDirection() {
    float[] gradient = gradient(LENET, Optimizer.sgd());
    double longest = norm(gradient) / 3;
    float[] clipped = gradient(LENET, Optimizer.sgd().withClipNorm(longest));
    assertThat(norm(clipped)).isCloseTo(longest, within(1e-5 * longest));
    for (int i = 0; i < gradient.length; i++) {
      assertThat((double) clipped[i]).isCloseTo(gradient[i] / 3.0, within(1e-6));
    }
  }

  @Test
  void aShortGradientIsNotClipped() {
    float[] gradient = gradient(LENET, Optimizer.sgd());
    float[] same = gradient(LENET, Optimizer.sgd().withClipNorm(norm(gradient) * 1.001));
    assertThat(bits(same)).containsExactly(bits(gradient));
  }

  @Test
  void theLengthThatIsClippedDoesNotDependOnTheBatchSize() {
    // Equal images have one gradient, whether one of them is in the batch or eight.
    PackedExample example = TestNetworks.examples(TestNetworks.GREY, LABELS, 1, 4).get(0);
    Shard equal = TestNetworks.shard(Collections.nCopies(8, example), TestNetworks.GREY);
    for (int batch : new int[] {1, 8}) {
      LocalRun run = new LocalRun(LENET, Optimizer.sgd().withClipNorm(0.01), batch, List.of(equal));
      float[] start = run.parameters();
      assertThat(norm(minus(start, step(run)))).isCloseTo(0.01, within(1e-6));
    }
  }

  @Test
  void clippingCountsAndScalesOnlyWhatFollowsItsGradient() {
    String norm = "{ norm { type = batch, decay = 0.5 } }";
    Network network =
        TestNetworks.of(
            TestNetworks.GREY,
            LABELS,
            "{ conv { maps = 4, kernel = 3 } }",
            norm,
            "{ conv { name = still, maps = 3, kernel = 3 } }",
            "{ dense { units = 5 } }",
            norm);
    ObjectNode json = (ObjectNode) Json.readTree(network.toJson(), "test");
    json.putArray("frozen").add("still");
    network = NetworkReader.canonical(json, "test");
    float[] step = gradient(network, Optimizer.sgd());
    TrainableNetwork built = new OpenNetwork(LocalRun.spec(network, Optimizer.sgd())).trainable();
    double squares = 0;
    for (TensorSpec tensor : built.trainedTensors()) {
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        squares += (double) step[i] * step[i];
      }
    }
    double longest = Math.sqrt(squares) / 4;
    float[] clipped = gradient(network, Optimizer.sgd().withClipNorm(longest));
    for (TensorSpec tensor : built.tensors()) {
      int share = built.trainedTensors().contains(tensor) ? 4 : 1;
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        assertThat((double) clipped[i])
            .as(tensor.layer() + "/" + tensor.parameter())
            .isCloseTo((double) step[i] / share, within(1e-6));
      }
    }
    assertThat(bits(gradient(network, Optimizer.sgd().withClipNorm(4.001 * longest))))
        .as("the change of statistics makes no gradient long")
        .containsExactly(bits(step));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.01})
  void l2DecaysWeightsAndNotBiasesAndIsNotClipped(double clipNorm) {
    Optimizer plain = Optimizer.sgd().withClipNorm(clipNorm);
    float[] start = TestNetworks.values(Math.toIntExact(LENET.parameters()), 0.3, 6);
    LocalRun without = new LocalRun(LENET, plain, BATCH, List.of(SHARD));
    LocalRun with = new LocalRun(LENET, plain.withL2(0.25), BATCH, List.of(SHARD));
    without.parameters(start);
    with.parameters(start);
    float[] undecayed = step(without);
    float[] decayed = step(with);
    TrainableNetwork network = new OpenNetwork(LocalRun.spec(LENET, plain)).trainable();
    for (TensorSpec tensor : network.tensors()) {
      double decay = tensor.parameter().equals("W") ? 0.25 : 0;
      for (int i = (int) tensor.offset(); i < tensor.offset() + tensor.length(); i++) {
        assertThat((double) decayed[i])
            .as(tensor.layer() + "/" + tensor.parameter())
            .isCloseTo(undecayed[i] - decay * start[i], within(1e-6));
      }
    }
  }

  @Test
  void theLossThatIsToldHasHalfTheSquaredWeightsOfL2() {
    float[] start = TestNetworks.values(Math.toIntExact(LENET.parameters()), 0.3, 6);
    double[] losses = new double[2];
    for (int l2 = 0; l2 < 2; l2++) {
      LocalRun run = new LocalRun(LENET, Optimizer.sgd().withL2(0.1 * l2), BATCH, List.of(SHARD));
      run.parameters(start);
      losses[l2] = run.next(0, 0, List.of(0.0)).get(0).lossSum() / BATCH;
    }
    TrainableNetwork network = new OpenNetwork(LocalRun.spec(LENET, Optimizer.sgd())).trainable();
    double squares = 0;
    for (TensorSpec tensor : network.tensors()) {
      for (int i = 0; i < tensor.length() && tensor.parameter().equals("W"); i++) {
        squares += Math.pow(start[(int) tensor.offset() + i], 2);
      }
    }
    assertThat(losses[1] - losses[0]).isCloseTo(0.1 * squares / 2, within(1e-4));
  }
}

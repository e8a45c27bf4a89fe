package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class NetworkProbeTest {
  private static final ImageShape SHAPE = new ImageShape(6, 6, 1);
  private static final int LABELS = 3;
  private static final Network NETWORK =
      TestNetworks.of(
          SHAPE,
          LABELS,
          "{ conv { name = c, maps = 4, kernel = 3, activation = relu } }",
          "{ dense { name = d, units = 5, activation = relu } }");

  /** Gradient descent moves parameters by minus the learning rate times the mean gradient. */
  @Test
  void theGradientIsThatOfAStepOfGradientDescent() {
    List<PackedExample> examples = TestNetworks.examples(SHAPE, LABELS, 8, 5);
    ReplicaPlan plan =
        LocalRun.plan(NETWORK, Optimizer.sgd(), 8, List.of(TestNetworks.shard(examples, SHAPE)));
    double rate = 0.125;
    try (NetworkProbe probe = new NetworkProbe((NetworkSpec) plan.spec(), examples);
        OpenNetwork live = LocalRun.live(plan)) {
      float[] start = live.trainable().parameters();
      RoundPlan round = new RoundPlan(0, 0, 0, 0, List.of(rate), start, new float[0]);
      float[] trained =
          LocalTraining.train(live, plan, round, 0, TestNetworks.shard(examples, SHAPE))
              .parameters();
      NetworkSnapshot snapshot = probe.look(start);
      for (int i = 0; i < start.length; i++) {
        assertThat((start[i] - trained[i]) / rate)
            .as("value " + i)
            .isCloseTo(snapshot.gradient()[i], within(1e-5));
      }
      assertThat(NetworkSnapshot.norm(snapshot.gradient())).isPositive();
    }
  }

  /**
   * A unit whose bias is far below 0 never fires, and has no gradient; all others stay as they are.
   */
  @Test
  void aUnitThatNeverFiresIsDead() {
    List<PackedExample> examples = TestNetworks.examples(SHAPE, LABELS, 16, 6);
    NetworkSpec spec = LocalRun.spec(NETWORK, Optimizer.sgd());
    try (NetworkProbe probe = new NetworkProbe(spec, examples);
        OpenNetwork live = spec.open()) {
      float[] parameters = live.trainable().parameters();
      for (TensorSpec tensor : live.trainable().tensors()) {
        if (tensor.parameter().equals("b")) {
          for (int i = 0; i < tensor.length(); i++) {
            // The first map and the first two units never fire, all others always do.
            boolean isDead = i < (tensor.layer().equals("c") ? 1 : 2);
            float far = tensor.layer().equals("c") ? 1e3f : 1e6f;
            parameters[(int) tensor.offset() + i] = isDead ? -far : far;
          }
        }
      }
      NetworkSnapshot snapshot = probe.look(parameters);
      assertThat(snapshot.units())
          .containsExactly(
              new NetworkSnapshot.Units("c", 4, 1), new NetworkSnapshot.Units("d", 5, 2));
      assertThat(snapshot.deadShare()).isEqualTo(3.0 / 9);
      TensorSpec biases =
          snapshot.tensors().stream()
              .filter(tensor -> tensor.layer().equals("c") && tensor.parameter().equals("b"))
              .findFirst()
              .orElseThrow();
      assertThat(snapshot.gradient(biases)[0]).isZero();
    }
  }

  @Test
  void lookingChangesNothing() {
    List<PackedExample> examples = TestNetworks.examples(SHAPE, LABELS, 4, 7);
    NetworkSpec spec = LocalRun.spec(NETWORK, Optimizer.sgd());
    try (NetworkProbe probe = new NetworkProbe(spec, examples);
        OpenNetwork live = spec.open()) {
      float[] parameters = live.trainable().parameters();
      NetworkSnapshot first = probe.look(parameters.clone());
      NetworkSnapshot second = probe.look(parameters.clone());
      assertThat(first.parameters()).containsExactly(parameters);
      assertThat(second.gradient()).containsExactly(first.gradient());
    }
  }

  @Test
  void normsAreEuclidean() {
    assertThat(NetworkSnapshot.norm(new float[] {3, -4})).isEqualTo(5);
    assertThat(NetworkSnapshot.norm(new float[0])).isZero();
  }
}

package dev.convoy.driver.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.driver.TestModels;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.TensorSpec;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Fine-tuning: the trained model is all sevens, fresh parameters are all ones. */
class InitialParametersTest {
  private static final Normalisation NORMALISATION = new Normalisation(List.of(0.5), List.of(0.5));
  private static final List<String> TWO = List.of("cat", "dog");
  private static final List<String> THREE = List.of("cat", "dog", "owl");

  /** 4 → 3 → 2: tensors of 12, 3, 6 and 2 values. */
  private static Network network(int units, int labels) {
    return TestModels.network(
        new ImageShape(2, 2, 1), labels, "{ dense { units = " + units + " } }");
  }

  private static final Model TRAINED = TestModels.constant(network(3, 2), TWO, NORMALISATION, 7);

  private static InitialParameters.Start start(Network network, List<String> labels) {
    List<TensorSpec> tensors = TestModels.tensors(network, NORMALISATION);
    return InitialParameters.from(TRAINED, tensors, ones(network), labels);
  }

  private static float[] ones(Network network) {
    float[] fresh = new float[Math.toIntExact(network.parameters())];
    Arrays.fill(fresh, 1);
    return fresh;
  }

  /** {@code sevens} trained values, then {@code ones} fresh ones. */
  private static float[] values(int sevens, int ones) {
    float[] values = new float[sevens + ones];
    Arrays.fill(values, 0, sevens, 7);
    Arrays.fill(values, sevens, values.length, 1);
    return values;
  }

  @Test
  void theSameNetworkAndLabelsTakeEverything() {
    InitialParameters.Start start = start(network(3, 2), TWO);
    assertThat(start.parameters()).containsExactly(values(23, 0));
    assertThat(start.renewed()).isEmpty();
  }

  @Test
  void moreLabelsRenewTheOutputLayer() {
    InitialParameters.Start start = start(network(3, 3), THREE);
    assertThat(start.parameters()).containsExactly(values(15, 12));
    assertThat(start.renewed()).containsExactly("output");
  }

  @Test
  void otherLabelsOfTheSameNumberRenewTheOutputLayer() {
    InitialParameters.Start start = start(network(3, 2), List.of("cat", "cow"));
    assertThat(start.parameters()).containsExactly(values(15, 8));
    assertThat(start.renewed()).containsExactly("output");
  }

  @Test
  void theSameLabelsInAnotherOrderRenewTheOutputLayer() {
    assertThat(start(network(3, 2), List.of("dog", "cat")).renewed()).containsExactly("output");
  }

  @Test
  void anotherShapeIsRenewedTensorByTensor() {
    // With 5 units, only the 2 biases of the output have their shape still.
    InitialParameters.Start start = start(network(5, 2), TWO);
    float[] expected = values(0, 20 + 5 + 10 + 2);
    expected[35] = 7;
    expected[36] = 7;
    assertThat(start.parameters()).containsExactly(expected);
    assertThat(start.renewed()).containsExactly("dense1", "output");
  }

  @Test
  void aNewLayerIsFreshAndTheOthersAreTakenFromTheirPlaces() {
    Network deeper =
        TestModels.network(
            new ImageShape(2, 2, 1), 2, "{ dense { units = 3 } }", "{ dense { units = 3 } }");
    InitialParameters.Start start = start(deeper, TWO);
    float[] expected = values(15 + 12 + 8, 0);
    Arrays.fill(expected, 15, 27, 1);
    assertThat(start.parameters()).containsExactly(expected);
    assertThat(start.renewed()).containsExactly("dense2");
  }

  @Test
  void neitherSourceIsWrittenTo() {
    Network network = network(3, 2);
    float[] fresh = ones(network);
    InitialParameters.from(TRAINED, TestModels.tensors(network, NORMALISATION), fresh, TWO);
    assertThat(fresh).containsOnly(1);
    assertThat(TRAINED.parameters()).containsOnly(7);
  }
}

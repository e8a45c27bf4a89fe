package dev.convoy.worker.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** From a definition to the graph that DL4J runs, and to its flat parameters. */
class TrainableNetworkTest {
  private static final Network NETWORK =
      TestNetworks.of(
          new ImageShape(9, 7, 3),
          4,
          "{ conv { maps = 5, kernel = [3, 2], padding = same, activation = relu } }",
          "{ pool { type = average, size = 2 } }",
          "{ conv { maps = 6, kernel = 2, bias = false, activation = tanh } }",
          "{ dropout { rate = 0.25 } }",
          "{ dense { units = 11, activation = sigmoid } }",
          "{ dense { units = 3, bias = false } }");

  private static TrainableNetwork build(long seed) {
    return GraphBuilder.build(NETWORK, Optimizer.sgd(), seed);
  }

  @Test
  void tensorsCoverTheFlatParametersWithoutGap() {
    long next = 0;
    for (TensorSpec tensor : build(1).tensors()) {
      assertThat(tensor.offset()).isEqualTo(next);
      next += tensor.length();
    }
    assertThat(next).isEqualTo(NETWORK.parameters()).isEqualTo(build(1).parameters().length);
  }

  @Test
  void tensorsAreThoseOfTheDefinition() {
    List<String> names = new ArrayList<>();
    for (TensorSpec tensor : build(1).tensors()) {
      names.add(tensor.layer() + "/" + tensor.parameter() + " " + tensor.shape());
    }
    // 9×7 is pooled to 4×3, and the second convolution leaves 3×2 of 6 maps: 36 values.
    assertThat(names)
        .containsExactlyInAnyOrder(
            "conv1/W [5, 3, 3, 2]",
            "conv1/b [1, 5]",
            "conv2/W [6, 5, 2, 2]",
            "dense1/W [36, 11]",
            "dense1/b [1, 11]",
            "dense2/W [11, 3]",
            "output/W [3, 4]",
            "output/b [1, 4]");
  }

  @Test
  void offsetShapeAndOrderSayWhereEachValueLies() {
    TrainableNetwork network = build(1);
    List<TensorSpec> tensors = network.tensors();
    float next = 1;
    List<Integer> places = new ArrayList<>();
    for (TensorSpec tensor : tensors) {
      INDArray array = network.graph().paramTable().get(tensor.layer() + "_" + tensor.parameter());
      assertThat(array.length()).isEqualTo(tensor.length());
      long[] index = new long[tensor.shape().size()];
      do {
        array.putScalar(index, next++);
        places.add(place(tensor, index));
      } while (advance(index, tensor.shape()));
    }
    float[] flat = network.parameters();
    for (int i = 0; i < places.size(); i++) {
      assertThat(flat[places.get(i)]).isEqualTo(i + 1f);
    }
    assertThat(places).doesNotHaveDuplicates().hasSize(flat.length);
  }

  private static int place(TensorSpec tensor, long[] index) {
    long place = 0;
    for (int k = 0; k < index.length; k++) {
      int axis = tensor.order().equals("c") ? k : index.length - 1 - k;
      place = place * tensor.shape().get(axis) + index[axis];
    }
    return Math.toIntExact(tensor.offset() + place);
  }

  private static boolean advance(long[] index, List<Long> shape) {
    for (int axis = index.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape.get(axis)) {
        return true;
      }
      index[axis] = 0;
    }
    return false;
  }

  @Test
  void parametersThatAreSetComeBackAndAreCopies() {
    TrainableNetwork network = build(1);
    float[] values = TestNetworks.values(Math.toIntExact(NETWORK.parameters()), 1, 3);
    values[0] = -0.0f;
    network.parameters(values);
    float[] read = network.parameters();
    assertThat(read).containsExactly(values);
    assertThat(Float.floatToRawIntBits(read[0])).isEqualTo(Float.floatToRawIntBits(-0.0f));
    read[0] = 99;
    assertThat(network.parameters()).containsExactly(values);
  }

  @Test
  void theSameNetworkAndSeedGiveTheSameInitialBits() {
    assertThat(build(5).parameters()).containsExactly(build(5).parameters());
    assertThat(build(6).parameters()).isNotEqualTo(build(5).parameters());
  }

  @Test
  void theOptimizerDoesNotChangeTheInitialBits() {
    assertThat(GraphBuilder.build(NETWORK, Optimizer.adam().withL2(0.1), 5).parameters())
        .containsExactly(build(5).parameters());
  }

  @Test
  void initialWeightsHaveTheVarianceOfTheirFanAndBiasesAreZero() {
    Network wide =
        TestNetworks.of(
            TestNetworks.GREY,
            10,
            "{ conv { maps = 64, kernel = 5, padding = same, activation = relu } }",
            "{ dense { units = 50, activation = tanh } }");
    TrainableNetwork network = GraphBuilder.build(wide, Optimizer.sgd(), 1);
    float[] values = network.parameters();
    for (TensorSpec tensor : network.tensors()) {
      double squares = 0;
      double sum = 0;
      for (int i = 0; i < tensor.length(); i++) {
        double value = values[(int) tensor.offset() + i];
        squares += value * value;
        sum += value;
      }
      if (tensor.parameter().equals("b")) {
        assertThat(squares).isZero();
        continue;
      }
      double variance =
          switch (tensor.layer()) {
            case "conv1" -> 2.0 / 25;
            case "dense1" -> 2.0 / (64 * 64 + 50);
            default -> 2.0 / (50 + 10);
          };
      // Five standard deviations of the mean and variance of so many normal values.
      double n = tensor.length();
      assertThat(Math.abs(sum / n)).isLessThan(5 * Math.sqrt(variance / n));
      assertThat(Math.abs(squares / n - variance)).isLessThan(5 * variance * Math.sqrt(2 / n));
    }
  }

  @Test
  void aDropoutRateOfZeroIsNoDropout() {
    Network with =
        TestNetworks.of(
            TestNetworks.GREY, 2, "{ dense { units = 3 } }", "{ dropout { rate = 0 } }");
    Network without = TestNetworks.of(TestNetworks.GREY, 2, "{ dense { units = 3 } }");
    INDArray images =
        org.nd4j.linalg.factory.Nd4j.create(
            TestNetworks.values(128, 1, 1), new long[] {2, 1, 8, 8}, 'c');
    float[][] expected =
        GraphBuilder.build(without, Optimizer.sgd(), 1)
            .graph()
            .output(true, images)[0]
            .toFloatMatrix();
    float[][] actual =
        GraphBuilder.build(with, Optimizer.sgd(), 1)
            .graph()
            .output(true, images)[0]
            .toFloatMatrix();
    assertThat(actual).isDeepEqualTo(expected);
  }

  @Test
  void theUpdaterStateIsEmptyForPlainSgdAndZeroAtTheStart() {
    assertThat(build(1).updaterState()).isEmpty();
    int parameters = Math.toIntExact(NETWORK.parameters());
    TrainableNetwork momentum = GraphBuilder.build(NETWORK, Optimizer.momentum(0.9), 1);
    assertThat(momentum.updaterState()).containsExactly(new float[parameters]);
    TrainableNetwork adam = GraphBuilder.build(NETWORK, Optimizer.adam(), 1);
    assertThat(adam.updaterState()).containsExactly(new float[2 * parameters]);
    float[] state = TestNetworks.values(2 * parameters, 1, 3);
    adam.updaterState(state);
    assertThat(adam.updaterState()).containsExactly(state);
    adam.updaterState(new float[0]);
    assertThat(adam.updaterState()).containsExactly(new float[2 * parameters]);
  }

  @Test
  void valuesOfAnotherNumberAreRefused() {
    TrainableNetwork network = GraphBuilder.build(NETWORK, Optimizer.momentum(0.9), 1);
    String message = "3 values for an array of " + NETWORK.parameters();
    assertThatThrownBy(() -> network.parameters(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> network.updaterState(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
    assertThatThrownBy(() -> build(1).updaterState(new float[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 values for an array of 0");
  }

  @Test
  void everyShapeOfTheDefinitionIsThatOfTheGraph() {
    TrainableNetwork network = build(1);
    INDArray images = org.nd4j.linalg.factory.Nd4j.zeros(2, 3, 9, 7);
    var activations = network.graph().feedForward(images, false);
    for (int i = 0; i < NETWORK.layers().size(); i++) {
      LayerShape shape = NETWORK.nodes().get(i).output();
      long[] expected =
          shape.flat()
              ? new long[] {2, shape.maps()}
              : new long[] {2, shape.maps(), shape.height(), shape.width()};
      String name = NETWORK.layers().get(i).name();
      assertThat(activations.get(name).shape()).as(name).containsExactly(expected);
    }
  }
}

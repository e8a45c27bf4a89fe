package dev.convoy.worker.laws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.layer.Activation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The numerical gradients of every layer kind match those that training follows. */
@Tag("slow")
class GradientLawsTest {
  private static final ImageShape IMAGES = new ImageShape(8, 7, 3);

  private static final List<String> WINDOWS =
      List.of(
          "kernel = 1",
          "kernel = [3, 2], bias = false",
          "kernel = 3, padding = same",
          "kernel = [2, 3], stride = [3, 2], padding = same",
          "kernel = 3, stride = 2, padding = [1, 2]",
          "kernel = 1, stride = 3, padding = same",
          "kernel = 2, dilation = [2, 3], padding = same",
          "kernel = [2, 3], dilation = 2, stride = 2, padding = 1",
          "kernel = 3, padding = { top = 2, bottom = 0, left = 1, right = 3 }, stride = 2");

  static List<String> layers() {
    List<String> layers = new ArrayList<>();
    for (String kind :
        List.of(
            "conv { maps = 4",
            "depthwise-conv { multiplier = 2",
            "depthwise-conv { multiplier = 1",
            "separable-conv { maps = 4")) {
      for (String window : WINDOWS) {
        layers.add("{ " + kind + ", " + window + ", activation = tanh } }");
      }
    }
    for (String type :
        List.of(
            "max", "average", "l2", "l2, exponent = 1", "l2, exponent = 3", "l2, exponent = 4")) {
      for (String window :
          List.of(
              "size = 2",
              "size = [3, 2], stride = [2, 1], padding = [1, 0]",
              "size = 3, stride = 2, padding = same",
              "size = 1, stride = 3, padding = same",
              "size = 2, stride = 3")) {
        layers.add("{ pool { type = " + type + ", " + window + " } }");
      }
      layers.add("{ global-pool { type = " + type + " } }");
    }
    for (Activation activation : Activation.values()) {
      layers.add("{ activation { function = " + activation.key() + " } }");
      layers.add("{ conv { maps = 3, kernel = 2, activation = " + activation.key() + " } }");
      layers.add("{ dense { units = 4, activation = " + activation.key() + " } }");
    }
    layers.addAll(
        List.of(
            "{ depthwise-conv { multiplier = 3, kernel = 3, activation = relu } }",
            "{ separable-conv { maps = 2, multiplier = 3, kernel = 3, activation = swish } }",
            "{ norm { type = batch } }",
            "{ norm { type = batch, decay = 0, epsilon = 0.1 } }",
            "{ norm { type = local-response, size = 1, alpha = 0.5 } }",
            "{ norm { type = local-response, size = 3, alpha = 0.5, beta = 2, k = 0.5 } }",
            "{ norm { type = local-response, size = 5, alpha = 0.5 } }",
            "{ norm { type = local-response, size = 9, alpha = 0.5 } }",
            "{ dropout { rate = 0.4 } }",
            "{ flatten {} }",
            "{ dense { units = 4 } }, { norm { type = batch } }, { dropout { rate = 0.4 } }",
            "{ flatten {} }, { dense { units = 3, bias = false } }",
            "{ flatten {} }, { flatten {} }",
            "{ global-pool { type = max } }, { flatten {} }, { activation { function = tanh } }",
            "{ dense { units = 4 } }, { inception { branches = ["
                + " [ { flatten {} }, { activation { function = tanh } } ], [ { flatten {} } ] ] } }",
            "{ residual { body = [ { conv { maps = 3, kernel = 3, padding = same } } ] } }",
            "{ residual { body = [ { activation { function = tanh } },"
                + " { conv { maps = 3, kernel = 3, padding = same } } ], activation = sigmoid } }",
            "{ residual { body = [ { conv { maps = 5, kernel = 3, stride = 2, padding = same } } ],"
                + " projection = [ { conv { maps = 5, kernel = 1, stride = 2, padding = same } } ],"
                + " activation = relu } }",
            "{ dense { units = 4 } },"
                + " { residual { body = [ { dense { units = 4, activation = tanh } } ] } }",
            "{ dense { units = 16 } }, { norm { type = batch } }, { activation { function = relu } }",
            "{ norm { type = batch } }, { activation { function = relu } }, { flatten {} }",
            // Sums that give one gradient to both of their inputs, and some that must not.
            "{ residual { body = [ { norm { type = batch } } ], activation = relu } }",
            "{ residual { body = [ { dropout { rate = 0.4 } } ], activation = relu } }",
            "{ residual { body = [ { activation { function = relu } }, { dropout { rate = 0.4 } } ],"
                + " projection = [ { norm { type = batch } }, { dropout { rate = 0.4 } } ],"
                + " activation = tanh } }",
            "{ norm { type = batch } }, { residual { body = [ { activation { function = relu } } ],"
                + " activation = elu } }, { dense { units = 4, activation = tanh } }",
            "{ residual { body = ["
                + " { conv { maps = 3, kernel = 3, padding = same } }, { residual { body = ["
                + " { conv { maps = 3, kernel = 1 } }, { norm { type = batch } } ],"
                + " activation = relu } }, { residual { body = [ { flatten {} },"
                + " { activation { function = swish } }, { dense { units = 168 } } ],"
                + " projection = [ { flatten {} } ] } } ], projection = [ { flatten {} },"
                + " { activation { function = identity } } ], activation = tanh } }",
            "{ inception { branches = [ [ { residual { body = [ { norm { type = batch } } ],"
                + " activation = relu } } ], [ { residual { body = [ { activation {"
                + " function = tanh } } ] } }, { norm { type = batch } } ], [] ] } }",
            "{ residual { body = [ { inception { branches = [ [ { conv { maps = 1, kernel = 1 } } ],"
                + " [ { conv { maps = 2, kernel = 1, activation = relu } } ] ] } } ],"
                + " activation = relu } }, { residual { body = [ { residual { body = ["
                + " { activation { function = sigmoid } } ] } } ] } }",
            "{ inception { branches = [ [] ] } }",
            "{ inception { branches = [ [], [] ] } }",
            "{ inception { branches = [ [], [ { activation { function = tanh } } ],"
                + " [ { dropout { rate = 0.5 } } ] ] } }",
            // Dropout is the last to read an input that the convolution needs again.
            "{ conv { maps = 3, kernel = 1 } }, { inception { branches = ["
                + " [ { conv { maps = 2, kernel = 1 } } ], [ { dropout { rate = 0.5 } } ] ] } }",
            "{ inception { branches = [ [ { flatten {} } ], [ { global-pool { type = max } } ],"
                + " [ { dense { units = 2 } } ] ] } }",
            "{ repeat { times = 2, layers = [ { residual { body = ["
                + " { inception { branches = [ [ { conv { maps = 1, kernel = 3, padding = same } } ],"
                + " [ { residual { body = [ { conv { maps = 3, kernel = 1 } } ] } },"
                + " { conv { maps = 2, kernel = 1 } } ] ] } } ] } } ] } }"));
    return layers;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreTheCentralDifferencesOfTheLoss(String layers) {
    Gradients gradients = new Gradients(Built.network(IMAGES, layers), 3);
    assertThat(gradients.check()).isGreaterThan(3);
    gradients.checkKernels();
  }

  /** Separable convolutions of one map, as of a grey image, have a layer of their own. */
  static Stream<String> separableConvolutions() {
    return Stream.of("maps = 4", "maps = 4, multiplier = 3", "maps = 1", "maps = 1, multiplier = 3")
        .flatMap(maps -> WINDOWS.stream().map(window -> maps + ", " + window));
  }

  @ParameterizedTest
  @MethodSource("separableConvolutions")
  void gradientsOfSeparableConvolutionsOfOneMapAreCentralDifferences(String keys) {
    Network network =
        Built.network(
            new ImageShape(8, 7, 1), "{ separable-conv { " + keys + ", activation = tanh } }");
    Gradients gradients = new Gradients(network, 3);
    assertThat(gradients.check()).isGreaterThan(3);
    gradients.checkKernels();
  }

  static Stream<Network> wholeNetworks() {
    String inner =
        """
        { conv { maps = 4, kernel = 3, activation = tanh } },
        { norm { type = batch } },
        { inception { name = block, branches = [
            [ { conv { name = inside, maps = 2, kernel = 1, activation = relu } } ]
            [ { depthwise-conv { kernel = 3, padding = same } }, { norm { type = batch } } ] ] } },
        { conv { maps = 3, kernel = 2 } }
        """;
    return Stream.of(
        EveryKind.network(new ImageShape(11, 9, 3), 4),
        Built.network(
            new ImageShape(8, 7, 1),
            """
            { residual { body = [
                { separable-conv { maps = 1, multiplier = 2, kernel = 3, padding = same } }
                { activation { function = tanh } } ] } },
            { inception { branches = [
                [], [ { separable-conv { maps = 3, kernel = 2, padding = same, l2 = 0.3 } } ] ] } },
            { separable-conv { maps = 1, kernel = 1, activation = tanh } },
            { separable-conv { maps = 4, kernel = 3, bias = false } }
            """),
        Built.network("frozen = [ conv1 ]", IMAGES, inner),
        Built.network("frozen = [ block, norm1 ]", IMAGES, inner));
  }

  @ParameterizedTest
  @MethodSource("wholeNetworks")
  void gradientsFlowThroughNestedBlocksAndFrozenLayers(Network network) {
    Gradients gradients = new Gradients(network, 4);
    assertThat(gradients.check()).isGreaterThan(15);
    gradients.checkKernels();
  }
}

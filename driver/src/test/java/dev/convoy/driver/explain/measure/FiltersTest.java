package dev.convoy.driver.explain.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.driver.TestModels;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.scoring.FeatureMaps;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The weights that are drawn are those that the network computes with. */
class FiltersTest {
  private static final ImageShape COLOUR = new ImageShape(7, 8, 3);
  private static final Normalisation NORMALISATION =
      new Normalisation(List.of(0.4, 0.5, 0.6), List.of(0.2, 0.3, 0.25));

  private static Model model(String... layers) {
    Network network = TestModels.network(COLOUR, 2, layers);
    SplittableRandom random = new SplittableRandom(5);
    float[] parameters = new float[Math.toIntExact(network.parameters())];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) (random.nextDouble() - 0.5);
    }
    return new Model(
        network,
        List.of("a", "b"),
        NORMALISATION,
        TestModels.tensors(network, NORMALISATION),
        parameters,
        Json.object());
  }

  private static Pixels image() {
    byte[] bytes = new byte[COLOUR.size()];
    new SplittableRandom(6).nextBytes(bytes);
    return new Pixels(COLOUR, bytes);
  }

  private static double normalised(int channel, int row, int column) {
    if (row < 0 || row >= 7 || column < 0 || column >= 8) {
      return 0;
    }
    return (image().at(channel, row, column) / 255.0 - NORMALISATION.mean().get(channel))
        / NORMALISATION.std().get(channel);
  }

  private static FeatureMaps first(Model model) {
    try (LocalPredictor predictor = new LocalPredictor(model, COLOUR, 1, 1, 8)) {
      return predictor.layers(image()).get(0);
    }
  }

  @Test
  void aConvolutionIsTheSumInTheNotes() {
    Model model =
        model("{ conv { maps = 3, kernel = [2, 3], stride = 2, padding = [1, 0], dilation = 2 } }");
    Filters filters = Filters.of(model, model.network()).orElseThrow();
    assertThat(filters.count()).isEqualTo(3);
    assertThat(filters.slide()).isTrue();
    FeatureMaps maps = first(model);
    for (int map = 0; map < 3; map++) {
      for (int i = 0; i < maps.shape().height(); i++) {
        for (int j = 0; j < maps.shape().width(); j++) {
          double sum = filters.bias(map);
          for (int c = 0; c < 3; c++) {
            for (int a = 0; a < 2; a++) {
              for (int b = 0; b < 3; b++) {
                sum += filters.at(map, c, a, b) * normalised(c, 2 * i + 2 * a - 1, 2 * j + 2 * b);
              }
            }
          }
          assertThat((double) maps.at(map, i, j)).isCloseTo(sum, within(1e-4));
        }
      }
    }
  }

  @Test
  void theStepIsTheNumberThatTheNetworkPutsOut() {
    Model model = model("{ conv { maps = 3, kernel = 3, padding = same, activation = relu } }");
    try (LocalPredictor predictor = new LocalPredictor(model, COLOUR, 1, 1, 8)) {
      List<FeatureMaps> layers = predictor.layers(image());
      Filters filters = Filters.of(model, model.network()).orElseThrow();
      ConvolutionStep step =
          ConvolutionStep.of(filters, image(), NORMALISATION, layers).orElseThrow();
      assertThat(step.top()).isBetween(0L, 4L);
      assertThat(step.left()).isBetween(0L, 5L);
      assertThat(step.output()).isEqualTo(layers.get(0).at(step.place()));
      assertThat(step.sum() + step.bias()).isCloseTo(step.output(), within(1e-4));
      assertThat((double) step.pixel(1, 0, 0))
          .isCloseTo(normalised(1, (int) step.top(), (int) step.left()), within(1e-6));
    }
  }

  @Test
  void theStepOfAnImageThatIsNormalisedByItselfIsTheNumberToo() {
    Model plain = model("{ conv { maps = 3, kernel = 3, padding = same, activation = relu } }");
    Normalisation perImage = Normalisation.of(Normalisation.Kind.PER_IMAGE, NORMALISATION);
    Model model =
        new Model(
            plain.network(),
            plain.labels(),
            perImage,
            plain.tensors(),
            plain.parameters(),
            plain.provenance());
    try (LocalPredictor predictor = new LocalPredictor(model, COLOUR, 1, 1, 8)) {
      List<FeatureMaps> layers = predictor.layers(image());
      Filters filters = Filters.of(model, model.network()).orElseThrow();
      ConvolutionStep step = ConvolutionStep.of(filters, image(), perImage, layers).orElseThrow();
      assertThat(step.sum() + step.bias()).isCloseTo(step.output(), within(1e-4));
    }
  }

  @Test
  void aDepthwiseFilterSeesOneChannel() {
    Model model = model("{ depthwise-conv { multiplier = 2, kernel = [3, 2] } }");
    Filters filters = Filters.of(model, model.network()).orElseThrow();
    assertThat(filters.count()).isEqualTo(6);
    assertThat(filters.shape().maps()).isEqualTo(1);
    FeatureMaps maps = first(model);
    for (int map = 0; map < 6; map++) {
      double sum = filters.bias(map);
      for (int a = 0; a < 3; a++) {
        for (int b = 0; b < 2; b++) {
          sum += filters.at(map, 0, a, b) * normalised(map / 2, 2 + a, 3 + b);
        }
      }
      assertThat((double) maps.at(map, 2, 3)).isCloseTo(sum, within(1e-4));
    }
  }

  @Test
  void aDenseUnitHasAWeightForEveryPixel() {
    Model model = model("{ dense { units = 4 } }");
    Filters filters = Filters.of(model, model.network()).orElseThrow();
    assertThat(filters.slide()).isFalse();
    assertThat(filters.count()).isEqualTo(4);
    assertThat(filters.shape().toString()).isEqualTo("7×8×3");
    FeatureMaps values = first(model);
    for (int unit = 0; unit < 4; unit++) {
      double sum = filters.bias(unit);
      for (int c = 0; c < 3; c++) {
        for (int row = 0; row < 7; row++) {
          for (int column = 0; column < 8; column++) {
            sum += filters.at(unit, c, row, column) * normalised(c, row, column);
          }
        }
      }
      assertThat((double) values.at(unit, 0, 0)).isCloseTo(sum, within(1e-3));
    }
    assertThat(ConvolutionStep.of(filters, image(), NORMALISATION, List.of(values))).isEmpty();
  }

  @Test
  void theWeightsOfASeparableConvolutionAreDrawnBeforeTheyAreMixed() {
    Model model = model("{ separable-conv { maps = 5, multiplier = 2, kernel = 3 } }");
    Filters filters = Filters.of(model, model.network()).orElseThrow();
    assertThat(filters.count()).isEqualTo(6);
    assertThat(filters.values(5)).hasSize(9);
  }
}

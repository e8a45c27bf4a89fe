package dev.convoy.worker.network.summary;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a convolution would weigh without sharing and without locality. */
class WeightCountsTest {
  private static Node last(ImageShape image, String layers) {
    Network network =
        NetworkReader.parse("layers = [ " + layers + " ]", "small", "small.conf", Ending.ANY)
            .inspectedOn(image, 2);
    return network.nodes().get(network.nodes().size() - 1);
  }

  @Test
  void twoValuesFindTheEdgesOfAPicture() {
    Node edges =
        last(new ImageShape(320, 280, 1), "{ conv { maps = 1, kernel = [2, 1], bias = false } }");
    assertThat(edges.output()).hasToString("319×280×1");
    assertThat(edges.parameters()).isEqualTo(2);
    // 319·280 outputs of 2 inputs each, and 320·280 times 319·280.
    assertThat(WeightCounts.of(edges)).contains(new WeightCounts(2, 178_640, 8_003_072_000L));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 |1 |1 |0 |0 |0 |0",
        "3 |2 |1 |0 |0 |0 |0",
        "2 |3 |1 |1 |0 |2 |1",
        "3 |1 |3 |2 |2 |2 |2",
        "5 |2 |2 |3 |4 |1 |0"
      })
  void withoutSharingThereIsOneWeightForEveryNonZeroOfTheToeplitzMatrix(
      int kernel, int stride, int dilation, int top, int bottom, int left, int right) {
    ImageShape image = new ImageShape(11, 9, 3);
    Node node =
        last(
            image,
            ("{ conv { maps = 2, kernel = %d, stride = %d, dilation = %d,"
                    + " padding = { top = %d, bottom = %d, left = %d, right = %d } } }")
                .formatted(kernel, stride, dilation, top, bottom, left, right));
    long nonZeros = 0;
    for (int i = 0; i < node.output().height(); i++) {
      for (int j = 0; j < node.output().width(); j++) {
        for (int a = 0; a < kernel; a++) {
          for (int b = 0; b < kernel; b++) {
            int row = i * stride + a * dilation - top;
            int column = j * stride + b * dilation - left;
            nonZeros += row >= 0 && row < 11 && column >= 0 && column < 9 ? 1 : 0;
          }
        }
      }
    }
    long outputs = node.output().size();
    assertThat(WeightCounts.of(node))
        .contains(
            new WeightCounts(2L * 3 * kernel * kernel, 2 * 3 * nonZeros, outputs * image.size()));
  }

  @Test
  void aDepthwiseConvolutionConnectsEveryMapWithItselfAlone() {
    Node node = last(new ImageShape(6, 6, 3), "{ depthwise-conv { kernel = 3, multiplier = 2 } }");
    // 6 output maps of 4×4 pixels with 9 weights; 6·6·3 inputs, 4·4·6 outputs.
    assertThat(WeightCounts.of(node)).contains(new WeightCounts(6 * 9, 6 * 16 * 9, 108L * 96));
  }

  @Test
  void aSeparableConvolutionIsADepthwiseOneAndAOneByOne() {
    Node node =
        last(
            new ImageShape(6, 6, 3), "{ separable-conv { maps = 5, kernel = 3, multiplier = 2 } }");
    assertThat(WeightCounts.of(node))
        .contains(new WeightCounts(6 * 9 + 6 * 5, 6 * 16 * 9 + 16 * 6 * 5, 108L * 4 * 4 * 5));
  }

  @Test
  void aOneByOneConvolutionSharesOverPixelsAlone() {
    Node node = last(new ImageShape(6, 6, 3), "{ conv { maps = 4, kernel = 1 } }");
    assertThat(WeightCounts.of(node)).contains(new WeightCounts(12, 36 * 12, 108L * 144));
  }

  @Test
  void aKernelAsLargeAsTheImageIsADenseLayer() {
    Node node = last(new ImageShape(6, 5, 3), "{ conv { maps = 4, kernel = [6, 5] } }");
    assertThat(WeightCounts.of(node)).contains(new WeightCounts(360, 360, 360));
  }

  @Test
  void otherLayersHaveNone() {
    assertThat(WeightCounts.of(last(new ImageShape(6, 6, 1), "{ pool { type = max, size = 2 } }")))
        .isEmpty();
    assertThat(WeightCounts.of(last(new ImageShape(6, 6, 1), "{ dense { units = 2 } }"))).isEmpty();
  }
}

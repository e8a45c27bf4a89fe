package dev.convoy.worker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a definition becomes on images and labels, and when it cannot. */
class NetworkDefinitionTest {
  private static final ImageShape FASHION = new ImageShape(28, 28, 1);
  private static final LayerDefinition OUTPUT = Layers.output("output");

  @Test
  void parametersFollowTheFormulas() {
    Network network =
        parse(
                "layers = [ { conv { maps = 6, kernel = [3, 5] } }, { conv { maps = 4, kernel = 2, bias = false } },"
                    + " { dense { units = 7 } }, { dense { units = 3, bias = false } }, { output { } } ]")
            .on(new ImageShape(10, 12, 3), 4);
    assertThat(network.nodes().stream().map(Node::output))
        .extracting(LayerShape::toString)
        .containsExactly("8×8×6", "7×7×4", "7", "3", "4");
    assertThat(network.nodes().get(0).parameters()).isEqualTo(6 * 3 * 3 * 5 + 6);
    assertThat(network.nodes().get(1).parameters()).isEqualTo(4 * 6 * 2 * 2);
    assertThat(network.nodes().get(2).parameters()).isEqualTo(7 * 7 * 4 * 7 + 7);
    assertThat(network.nodes().get(3).parameters()).isEqualTo(7 * 3);
    assertThat(network.nodes().get(4).parameters()).isEqualTo(3 * 4 + 4);
    assertThat(network.parameters()).isEqualTo(276 + 96 + 1379 + 21 + 16);
    assertThat(network.nodes().get(0).multiplyAdds()).isEqualTo(8 * 8 * 6 * 3 * 5 * 3);
    assertThat(network.nodes().get(4).multiplyAdds()).isEqualTo(3 * 4);
  }

  @Test
  void otherImagesThanDeclaredAreRefusedWithTheCommandThatMakesThem() {
    NetworkDefinition network = definition(NetworkInput.of(new ImageShape(32, 24, 3)), OUTPUT);
    assertThatThrownBy(() -> network.on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot use network net on 28×28×1 images with 10 labels: input = 32×24×3: the images"
                + " are 28×28×1: prepare them with --size 32x24 --channels 3, or change input");
  }

  @Test
  void aKernelLargerThanItsInputIsRefusedWithTheLayerItsInputAndARemedy() {
    NetworkDefinition network =
        parse(
            "layers = [ { pool { type = max, size = 4 } }, { conv { name = wide, maps = 2, kernel = [9, 10],"
                + " padding = [1, 1] } }, { output { } } ]");
    assertThatThrownBy(() -> network.on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot use network net on 28×28×1 images with 10 labels: net.conf:1: layers[1].conv (wide): cannot take"
                + " 7×7×1: its kernel 9×10 is larger than its input (9×9 with its padding): use"
                + " padding = same, a kernel of at most 9×9, fewer strides and pools before it, or"
                + " larger images");
  }

  @Test
  void samePaddingTakesAKernelLargerThanItsInput() {
    Network network =
        parse("layers = [ { conv { maps = 2, kernel = 99, padding = same } }, { output { } } ]")
            .on(FASHION, 10);
    assertThat(network.nodes().get(0).output()).hasToString("28×28×2");
  }

  @Test
  void allFaultsAreReportedTogether() {
    NetworkDefinition network =
        definition(
            NetworkInput.of(new ImageShape(4, 4, 1)),
            pool("pool1", 5),
            Layers.dense("dense1", 3, true, Activation.RELU),
            pool("pool2", 1),
            OUTPUT,
            new Dropout("dropout1", 0.5));
    assertThatThrownBy(() -> network.on(FASHION, 1))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Cannot use network net on 28×28×1 images with 1 labels: 5 problems")
        .hasMessageContaining("labels = 1: must be at least 2")
        .hasMessageContaining("input = 4×4×1: the images are 28×28×1")
        .hasMessageContaining("pool1: cannot take 4×4×1: its size 5×5 is larger")
        .hasMessageContaining("pool2: pool takes feature maps, and a layer before it has")
        .hasMessageContaining("output: output must be the last layer");
  }

  @Test
  void aNetworkWithoutOutputIsRefused() {
    NetworkDefinition network = definition(NetworkInput.OF_DATASET, pool("pool1", 2));
    assertThatThrownBy(() -> network.on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith(
            "layers: the output is missing: add { output { } } as the last layer");
  }

  @Test
  void parametersBeyondOneArrayAreRefused() {
    NetworkDefinition network =
        parse(
            "layers = [ { dense { units = 65536 } }, { dense { units = 65536 } }, { output { } } ]");
    assertThatThrownBy(() -> network.on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith(
            "net.conf:1: layers[1].dense (dense2): has 4,295,032,832 of 4,347,133,962 parameters, and a network must"
                + " not have more than 2,147,483,647: make it narrower, or pool its input (65536)"
                + " first");
  }

  @Test
  void theLargestSizesDoNotOverflow() {
    NetworkDefinition network =
        parse(
            "layers = [ { conv { maps = 65536, kernel = 1024, padding = same } },"
                + " { conv { maps = 65536, kernel = 1024, padding = same } }, { output { } } ]");
    assertThatThrownBy(() -> network.on(new ImageShape(4, 4, 1), 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "net.conf:1: layers[1].conv (conv2): has 4,503,599,627,436,032 of 4,503,668,357,464,074");
    assertThatThrownBy(() -> network.on(FASHION, Integer.MAX_VALUE))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("and a network must not have more than 2,147,483,647");
    assertThatThrownBy(() -> network.on(new ImageShape(1000, 1000, 1), 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "net.conf:1: layers[0].conv (conv1): cannot take 1000×1000×1: its output has more than 2147483647 values"
                + " an image: use fewer maps or smaller images");
    assertThatThrownBy(() -> network.on(new ImageShape(Integer.MAX_VALUE, 3, 1), 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("input = 2147483647×3×1: has too many values: use smaller images");
  }

  @Test
  void layersCheckThemselves() {
    assertThatThrownBy(() -> Layers.output("a_b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid layer name: a_b (must be letters, digits and hyphens, a letter first, at most"
                + " 64, not input)");
    assertThatThrownBy(() -> new Dropout("a", Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid rate: NaN (must be at least 0 and less than 1)");
    assertThatThrownBy(() -> Layers.dense("a", 0, true, Activation.RELU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid units: 0.0 (must be between 1.0");
    assertThatThrownBy(() -> new Padding(Padding.Mode.SAME, 1, 0, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid padding: SAME has no rows or columns");
  }

  private static LayerDefinition pool(String name, int size) {
    Size both = new Size(size, size);
    return Layers.pool(name, PoolType.MAX, both, both, Padding.valid());
  }

  private static NetworkDefinition definition(NetworkInput input, LayerDefinition... layers) {
    return new NetworkDefinition("net", input, List.of(layers), Set.of(), Map.of());
  }

  private static NetworkDefinition parse(String text) {
    return NetworkReader.parse(text, "net", "net.conf");
  }
}

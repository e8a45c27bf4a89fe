package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.Layers;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.Size;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Blocks, repetitions, any size, frozen layers: what they become, and what is wrong with them. */
class BlockDefinitionTest {
  private static final ImageShape FASHION = new ImageShape(28, 28, 1);
  private static final String NEWLINE = System.lineSeparator() + "  ";

  @Test
  void theInceptionOfTheDesignIsAConcatenation() {
    NetworkDefinition definition =
        parse(
            """
            input { height = 28, width = 28, channels = 1 }
            layers = [
              { conv { maps = 32, kernel = [5, 5], padding = same, activation = relu } }
              { pool { type = max, size = [2, 2] } }
              { inception { branches = [ [ {conv {maps = 16, kernel = [1, 1]}} ], [ {conv {maps = 8, kernel = [1, 1]}}, {conv {maps = 16, kernel = [3, 3], padding = same}} ] ] } }
              { global-pool { type = average } }
              { dense { units = 128, activation = relu } }
              { output { } }          # units follow the labels of the dataset
            ]
            """);
    assertThat(definition.layers().get(2))
        .isEqualTo(
            new Inception(
                "inception1",
                List.of(
                    List.of(plain("conv2", 16, 1, Padding.valid())),
                    List.of(
                        plain("conv3", 8, 1, Padding.valid()),
                        plain("conv4", 16, 3, Padding.same())))));
    assertThat(definition.layers().get(3))
        .isEqualTo(new GlobalPool("global-pool1", PoolType.AVERAGE, 2));
    Network network = definition.on(FASHION, 10);
    assertThat(network.nodes())
        .extracting(Node::name)
        .containsExactly(
            "conv1",
            "pool1",
            "conv2",
            "conv3",
            "conv4",
            "inception1",
            "global-pool1",
            "dense1",
            "output");
    Node join = network.node("inception1").orElseThrow();
    assertThat(join.inputs()).containsExactly(2, 4);
    assertThat(join.output()).isEqualTo(new LayerShape(32, 14, 14, false));
    assertThat(network.node("conv3").orElseThrow().inputs()).containsExactly(1);
    assertThat(network.node("conv3").orElseThrow().blocks()).containsExactly("inception1");
    assertThat(join.blocks()).isEmpty();
  }

  @Test
  void aResidualAddsItsBodyAndItsInput() {
    NetworkDefinition definition =
        parse(
            """
            layers = [
              { residual { body = [ { conv { maps = 1, kernel = 3, padding = same } } ], activation = relu } }
              { output { } }
            ]
            """);
    assertThat(definition.layers().get(0))
        .isEqualTo(
            new Residual(
                "residual1",
                List.of(plain("conv1", 1, 3, Padding.same())),
                List.of(),
                Activation.RELU));
    Network network = definition.on(FASHION, 10);
    assertThat(network.node("residual1").orElseThrow().inputs()).containsExactly(0, Node.IMAGE);
  }

  @Test
  void aRepetitionStandsAsOftenAsItSays() {
    NetworkDefinition definition =
        parse(
            """
            layers = [
              { repeat { times = 2, layers = [
                { conv { name = mix, maps = 4, kernel = 1 } }
                { repeat { times = 2, layers = [ { activation { function = relu } }, { norm { name = n, type = batch } } ] } }
              ] } }
              { output { } }
            ]
            """);
    assertThat(definition.layers())
        .extracting(LayerDefinition::name)
        .containsExactly(
            "mix-1",
            "activation1",
            "n-1-1",
            "activation2",
            "n-1-2",
            "mix-2",
            "activation3",
            "n-2-1",
            "activation4",
            "n-2-2",
            "output");
  }

  @Test
  void paddingOfFourSidesIsRead() {
    NetworkDefinition definition =
        parse(
            "layers = [ { conv { maps = 2, kernel = 3, padding { top = 1, bottom = 2, right = 3 } } }, { output { } } ]");
    assertThat(((Conv) definition.layers().get(0)).padding()).isEqualTo(Padding.of(1, 2, 0, 3));
    assertThat(definition.on(FASHION, 10).nodes().get(0).output())
        .isEqualTo(new LayerShape(2, 29, 29, false));
  }

  @Test
  void shapesOfADeclaredInputAreCheckedWithLinePathAndRemedyAllTogether() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    input { height = 8, width = 8, channels = 1 }
                    frozen = [ stam ]
                    layers = [
                      { conv { name = stem, maps = 2, kernel = 3 } }
                      { inception { branches = [
                        [ { conv { maps = 2, kernel = 9, padding = [1, 0] } } ]
                        [ { residual { body = [ { conv { maps = 3, kernel = 3 } } ] } } ]
                      ] } }
                      { dense { units = 4 } }
                      { pool { type = max, size = 2, sise = 3 } }
                      { output { } }
                    ]
                    """))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read network net: 5 problems"
                + NEWLINE
                + "net.conf:10: layers[3].pool.sise: unknown key (did you mean size?); known here:"
                + " exponent, name, padding, size, stride, type"
                + NEWLINE
                + "net.conf:2: frozen = \"stam\": there is no layer of that name (did you mean"
                + " stem?)"
                + NEWLINE
                + "net.conf:6: layers[1].inception.branches[0][0].conv: cannot take 6×6×2: its"
                + " kernel 9×9 is larger than its input (8×6 with its padding): use padding ="
                + " same, a kernel of at most 8×6, fewer strides and pools before it, or larger"
                + " images"
                + NEWLINE
                + "net.conf:7: layers[1].inception.branches[1][0].residual: its body ends in 4×4×3"
                + " and its input is 6×6×2: they are added, so give it a projection such as [ {"
                + " conv { maps = 3, kernel = 1, stride = ... } } ]"
                + NEWLINE
                + "net.conf:10: layers[3].pool: pool takes feature maps, and a layer before it has"
                + " flattened them: put it before the first dense, flatten or global-pool layer");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          layers = [ { inception { branches = [ [ { conv { maps = 1, kernel = 3 } } ], [ ] ] } }, { output { } } ] | layers[0].inception: its branches do not match: they end in 6×6×1, 8×8×1: give them the same height and width
          layers = [ { inception { branches = [ [ { flatten { } } ], [ ] ] } }, { output { } } ]                   | layers[0].inception: inception joins feature maps with flat vectors: flatten all
          layers = [ { inception { branches = [ ] } }, { output { } } ]                                            | layers[0].inception: Invalid branches: there must be at least one
          layers = [ { inception { branches = [ { conv { } } ] } }, { output { } } ]                               | layers[0].inception.branches[0] = {"conv":{}}: must be a list of layers
          layers = [ { residual { body = [ ] } }, { output { } } ]                                                 | layers[0].residual.body: must hold at least one layer
          layers = [ { residual { body = [ { output { } } ] } }, { output { } } ]                                  | layers[0].residual.body[0].output: output must be the last layer: move it out of its block
          layers = [ { residual { body = [ { conv { maps = 2, kernel = 1 } } ], projection = [ { conv { maps = 3, kernel = 1 } } ] } }, { output { } } ] | layers[0].residual: its body ends in 8×8×2 and its projection in 8×8×3
          layers = [ { repeat { times = 3, layers = [ { dense { unit = 3, units = 4 } } ] } }, { output { } } ]    | layers[0].repeat.layers[0].dense.unit: unknown key (did you mean units?)
          layers = [ { repeat { layers = [ { flatten { } } ] } }, { output { } } ]                                 | layers[0].repeat.times: is missing: add a whole number from 1 to 1000
          layers = [ { norm { type = bach } }, { output { } } ]                                                    | layers[0].norm.type = "bach": must be one of batch, local-response (did you mean batch?)
          layers = [ { norm { type = local-response, size = 4 } }, { output { } } ]                                | layers[0].norm: Invalid size: 4 (must be odd: as many maps on both sides)
          layers = [ { norm { type = batch, alpha = 4 } }, { output { } } ]                                        | layers[0].norm.alpha: unknown key; known here: decay, epsilon
          layers = [ { pool { type = max, size = 2, exponent = 3 } }, { output { } } ]                             | layers[0].pool: Invalid exponent: 3 (only type = l2 has one)
          layers = [ { pool { type = max, size = 2, padding { top = 1 } } }, { output { } } ]                      | layers[0].pool: Invalid padding: a pool has the same on opposite sides
          layers = [ { conv { maps = 2, kernel = 2, padding { up = 1 } } }, { output { } } ]                       | layers[0].conv.padding.up: unknown key (did you mean top?); known here: bottom, left, right, top
          layers = [ { conv { maps = 2, kernel = 5, dilation = 2 } }, { output { } } ]                             | layers[0].conv: cannot take 8×8×1: its kernel 5×5 with dilation 2×2 is larger than its input (8×8): use padding = same, a kernel of at most 4×4
          layers = [ { dense { units = 2, l2 = -1 } }, { output { } } ]                                            | layers[0].dense.l2 = -1: must be a number from 0 to 1000000
          layers = [ { output { labelSmoothing = 1 } } ]                                                           | layers[0].output.labelSmoothing = 1: must be a number of at least 0 and less than 1
          """)
  void aFaultIsToldOnceWithItsPathAndRemedy(String layers, String fault) {
    assertThatThrownBy(() -> parse("input { height = 8, width = 8, channels = 1 }\n" + layers))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network net: net.conf:2: " + fault);
  }

  @Test
  void pathsThatMatchAtNoSizeAreFoundWhereTheSizeIsOpenOrLost() {
    assertThatThrownBy(
            () ->
                parse(
                    """
                    input { height = any, width = 28, channels = 1 }
                    layers = [
                      { conv { maps = 8, kernel = 3, padding = sam } }
                      { inception { branches = [ [ { conv { maps = 4, kernel = 3 } } ], [ ] ] } }
                      { residual { body = [ { pool { type = max, size = 2 } } ] } }
                      { dense { units = 10 } }
                      { output { } }
                    ]
                    """))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("net: 4 problems")
        .hasMessageContaining("net.conf:3: layers[0].conv.padding = \"sam\": must be same")
        .hasMessageContaining("net.conf:4: layers[1].inception: its paths do not match")
        .hasMessageContaining("net.conf:5: layers[2].residual: its paths do not match")
        .hasMessageContaining("net.conf:6: layers[3].dense: dense takes a fixed number of values");
    assertThatThrownBy(
            () ->
                parse(
                    """
                    input { height = 9, width = 9, channels = 1 }
                    layers = [
                      { inception { branches = [
                        [ { conv { maps = 4, kernel = 3 } } ]
                        [ { conv { maps = 4, kernel = 10 } } ]
                        [ ]
                      ] } }
                      { output { } }
                    ]
                    """))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("net: 2 problems")
        .hasMessageContaining("net.conf:5: layers[0].inception.branches[1][0].conv: cannot take")
        .hasMessageContaining("net.conf:3: layers[0].inception: its paths do not match");
  }

  @Test
  void pathsThatMatchAtSomeSizesAreLeftToThoseSizes() {
    String twice =
        """
        layers = [
          { inception { branches = [
            [ { conv { maps = 4, kernel = 3, stride = 2 } } ]
            [ { pool { type = max, size = 2 } } ]
          ] } }
          { global-pool { type = max } }
          { output { } }
        ]
        """;
    assertThat(parse(twice).on(new ImageShape(27, 27, 1), 10).parameters()).isPositive();
    assertThatThrownBy(() -> parse(twice).on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("its branches do not match: they end in 13×13×4, 14×14×1");
  }

  @Test
  void imagesOfAnySizeNeedAGlobalPoolBeforeWhatCountsValues() {
    String any = "input { height = any, width = any }\n";
    for (String layer : List.of("dense { units = 3 }", "flatten { }", "output { }")) {
      assertThatThrownBy(
              () ->
                  parse(
                      any
                          + "layers = [ { conv { maps = 2, kernel = 3 } }\n { "
                          + layer
                          + " }, { dense { units = 1 } }, { output { } } ]"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageContaining("net.conf:3: layers[1].")
          .hasMessageContaining(
              " takes a fixed number of values, and its input may have any height and width: put"
                  + " a global-pool before it, or give the input a height and width");
    }
    Network network =
        parse(
                any
                    + "layers = [ { conv { maps = 2, kernel = 3 } }, { global-pool { type = max } }, { output { } } ]")
            .on(FASHION, 10);
    assertThat(network.at(new ImageShape(9, 40, 1)).nodes().get(0).output())
        .isEqualTo(new LayerShape(2, 7, 38, false));
    assertThat(network.at(new ImageShape(9, 40, 1)).parameters()).isEqualTo(network.parameters());
    assertThatThrownBy(() -> network.at(new ImageShape(2, 40, 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cannot take 2×40×1: its kernel 3×3 is larger than its input (2×40)");
    assertThatThrownBy(() -> network.at(new ImageShape(9, 40, 3)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("input = any×any×1: the images are 9×40×3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          input { height = all }   | input.height = "all": must be any, or a whole number from 1 to 65536, or absent
          input { width = 2.5 }    | input.width = 2.5: must be a whole number from 1 to 65536
          input { channels = any } | input.channels = "any": must be 1 (grey) or 3 (colour), or absent
          frozen = conv1           | frozen = "conv1": must be a list of names of layers
          """)
  void theRootIsChecked(String root, String fault) {
    assertThatThrownBy(() -> parse(root + "\nlayers = [ { output { } } ]"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network net: net.conf:1: " + fault);
  }

  @Test
  void aDefinitionToBeLookedAtNeedsNoOutput() {
    String text = "layers = [ { conv { maps = 1, kernel = [2, 1], bias = false } } ]";
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the output is missing");
    NetworkDefinition definition =
        NetworkReader.parse(text, "net", "net.conf", NetworkReader.Ending.ANY);
    Network network = definition.inspectedOn(new ImageShape(320, 280, 1), 2);
    assertThat(network.output()).isEmpty();
    assertThat(network.parameters()).isEqualTo(2);
    assertThatThrownBy(() -> definition.on(FASHION, 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("layers: the output is missing");
  }

  private static Conv plain(String name, int maps, int kernel, Padding padding) {
    return Layers.conv(
        name, maps, new Size(kernel, kernel), Size.ONE, padding, true, Activation.IDENTITY);
  }

  private static NetworkDefinition parse(String text) {
    return NetworkReader.parse(text, "net", "net.conf");
  }
}

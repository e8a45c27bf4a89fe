package dev.convoy.worker.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.language.NetworkReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import onnx.Onnx;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** onnxruntime makes of an exported model what Convoy makes of the model. */
@Tag("slow")
class OnnxModelTest {
  private static final double TOLERANCE = 1e-4;
  private static final ImageShape GREY = new ImageShape(28, 28, 1);
  private static final ImageShape COLOUR = new ImageShape(26, 31, 3);
  private static final ImageShape OTHER_GREY = new ImageShape(37, 23, 1);

  static List<Path> networksOfTheZoo() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../conf/networks"))) {
      return files.filter(file -> file.toString().endsWith(".conf")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("networksOfTheZoo")
  void theZooOn1000Images(Path file) throws OrtException {
    NetworkDefinition definition = NetworkReader.read(file);
    ImageShape grey = definition.input().like(GREY);
    Network network = definition.on(grey, 10);
    equalInBothModes(RandomModels.varied(network, 1), grey, 1000);
    if (definition.input().isAnySize()) {
      ImageShape other = definition.input().like(OTHER_GREY);
      Model model = RandomModels.varied(network.at(other), 1);
      equalInBothModes(RandomModels.at(model, grey), other, 20);
    }
    if (definition.input().accepts(COLOUR)) {
      equalInBothModes(RandomModels.varied(definition.on(COLOUR, 7), 2), COLOUR, 20);
    }
  }

  /** Every kind, every activation, every padding, with and without bias. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ conv { maps = 6, kernel = [3, 5], stride = [2, 1], padding = same, activation = relu6 } }",
        "{ conv { maps = 4, kernel = 3, dilation = 2, padding = [1, 2], bias = false, activation = elu } }",
        "{ conv { maps = 4, kernel = 2, padding { top = 2, bottom = 0, left = 1, right = 3 } } }",
        "{ conv { maps = 5, kernel = 2, stride = 3, padding = same, activation = leaky-relu } }",
        "{ depthwise-conv { multiplier = 3, kernel = 3, padding = same, activation = sigmoid } }",
        "{ depthwise-conv { kernel = [2, 3], stride = 2, padding { top = 1, bottom = 0, left = 0, right = 1 }, bias = false } }",
        "{ separable-conv { maps = 5, multiplier = 2, kernel = 3, stride = 2, padding = same, activation = tanh } }",
        "{ separable-conv { maps = 5, kernel = 3, dilation = [2, 1], bias = false } }",
        "{ conv { maps = 4, kernel = 1 } }, { separable-conv { maps = 3, multiplier = 3, kernel = 2 } }",
        "{ conv { maps = 1, kernel = 1 } }, { separable-conv { maps = 1, kernel = 2, padding { top = 1, bottom = 0, left = 0, right = 2 } } }",
        "{ pool { type = max, size = 3, stride = 2, padding = 1 } }",
        "{ pool { type = max, size = [2, 3], stride = 2, padding = same } }",
        "{ pool { type = average, size = 3, stride = 2, padding = 1 } }",
        "{ pool { type = average, size = 5, stride = 3, padding = same } }",
        "{ pool { type = average, size = 2, stride = 3, padding = same } }",
        "{ pool { type = l2, size = 3, stride = 2, padding = same } }",
        "{ pool { type = l2, exponent = 3, size = 2, stride = 2, padding = 1 } }",
        "{ pool { type = l2, exponent = 1, size = 3 } }",
        "{ conv { maps = 6, kernel = 3 } }, { global-pool { type = max } }",
        "{ conv { maps = 6, kernel = 3 } }, { global-pool { type = average } }",
        "{ conv { maps = 6, kernel = 3 } }, { global-pool { type = l2, exponent = 4 } }",
        "{ norm { type = batch, epsilon = 0.01 } }",
        "{ conv { maps = 7, kernel = 3 } }, { norm { type = local-response, alpha = 0.1 } }",
        "{ norm { type = local-response, size = 9, alpha = 0.5, beta = 0.5, k = 1 } }",
        "{ norm { type = local-response, alpha = 0, k = 3 } }",
        "{ norm { type = local-response, beta = 0 } }",
        "{ conv { maps = 4, kernel = 3 } }, { activation { function = softplus } }",
        "{ conv { maps = 4, kernel = 3 } }, { activation { function = swish } }",
        "{ activation { function = identity } }",
        "{ flatten {} }, { dropout { rate = 0.5 } }, { dense { units = 9, bias = false, activation = swish } }",
        "{ dense { units = 20, activation = softplus } }, { norm { type = batch } }, { activation { function = relu } }",
        "{ inception { branches = [ [ { conv { maps = 3, kernel = 1 } } ], [], [ { pool { type = max, size = 3, stride = 1, padding = same } }, { conv { maps = 2, kernel = 3, padding = same } } ] ] } }",
        "{ inception { branches = [ [ { dense { units = 4 } } ], [ { flatten {} } ] ] } }",
        "{ flatten {} }, { flatten {} }, { dense { units = 9 } }, { flatten {} }",
        "{ conv { maps = 4, kernel = 3 } }, { global-pool { type = max } }, { flatten {} }",
        "{ conv { maps = 4, kernel = 3 } }, { residual { body = [ { activation { function = relu } }, { conv { maps = 4, kernel = 3, padding = same } } ], activation = leaky-relu } }",
        "{ residual { body = [ { conv { maps = 4, kernel = 3, stride = 2, padding = same } } ], projection = [ { conv { maps = 4, kernel = 1, stride = 2 } } ] } }",
        "{ repeat { times = 2, layers = [ { residual { body = [ { norm { type = batch } }, { activation { function = elu } }, { repeat { times = 2, layers = [ { conv { maps = 3, kernel = 3, padding = same } } ] } } ] , projection = [ { conv { maps = 3, kernel = 1 } } ] } } ] } }"
      })
  void everyKindOfLayer(String layers) throws OrtException {
    for (ImageShape images : List.of(new ImageShape(9, 11, 3), new ImageShape(10, 8, 1))) {
      Network network = network("", layers, images);
      equalInBothModes(RandomModels.varied(network, 3), images, 12);
    }
  }

  /** Padding that depends on the image: by {@code auto_pad}, or by nodes where it is dilated. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ conv { maps = 4, kernel = 3, padding = same } }",
        "{ conv { maps = 4, kernel = [4, 3], stride = 2, padding = same } }",
        "{ conv { maps = 4, kernel = 3, dilation = 3, padding = same } }",
        "{ conv { maps = 4, kernel = 3, stride = 2, dilation = 2, padding = same } }",
        "{ conv { maps = 4, kernel = [2, 4], stride = [3, 1], dilation = [1, 2], padding = same } }",
        "{ depthwise-conv { multiplier = 2, kernel = 3, stride = 3, dilation = 2, padding = same } }",
        "{ separable-conv { maps = 5, kernel = 2, stride = 2, dilation = 3, padding = same } }",
        "{ conv { maps = 4, kernel = 1, stride = 5, padding = same } }",
        "{ pool { type = max, size = 2, stride = 3, padding = same } }",
        "{ pool { type = average, size = 5, stride = 2, padding = same } }",
        "{ pool { type = l2, exponent = 3, size = 3, stride = 2, padding = same } }",
        "{ pool { type = average, size = 4, stride = 3, padding = 2 } }",
      })
  void everyKindOfPaddingOnImagesOfAnySize(String layer) throws OrtException {
    String layers = layer + ", { global-pool { type = average } }";
    ImageShape trained = new ImageShape(12, 12, 3);
    for (String input :
        List.of("height = any, width = any", "height = any, width = 12", "width = any")) {
      Model model = RandomModels.varied(network("input { " + input + " }, ", layers, trained), 4);
      for (int other = 8; other <= 11; other++) {
        ImageShape images = model.network().accepts().like(new ImageShape(other, 20 - other, 3));
        equalInBothModes(model, images, 2);
      }
    }
  }

  private static Network network(String input, String layers, ImageShape images) {
    String text = input + "layers = [ " + layers + ", { output {} } ]";
    return NetworkReader.parse(text, "small", "small.conf").on(images, 4);
  }

  private static void equalInBothModes(Model model, ImageShape shape, int n) throws OrtException {
    List<byte[]> images = RandomModels.images(shape, n);
    Model at = RandomModels.at(model, shape);
    float[][] expected = RandomModels.probabilities(at, images);
    assertThat(RandomModels.spread(expected)).isGreaterThan(n < 10 ? 0 : 0.01);
    long[] extents = {n, shape.channels(), shape.height(), shape.width()};
    try (OnnxRuntime onnx = new OnnxRuntime(OnnxModel.convert(model, InputPixels.BYTES, "1"))) {
      float[][] rows = OnnxRuntime.rows(onnx.onBytes(images, extents));
      assertThat(RandomModels.difference(rows, expected)).isLessThan(TOLERANCE);
    }
    try (OnnxRuntime onnx =
        new OnnxRuntime(OnnxModel.convert(model, InputPixels.NORMALISED, "1"))) {
      float[] values = RandomModels.normalised(at, images);
      float[][] rows = OnnxRuntime.rows(onnx.onFloats(values, extents));
      assertThat(RandomModels.difference(rows, expected)).isLessThan(TOLERANCE);
    }
  }

  @Test
  void theFileTellsWhatACallerMustKnow() throws OrtException {
    Network network =
        network(
            "input { height = any, channels = 3 }, ",
            "{ conv { maps = 2, kernel = 3 } }, { global-pool { type = max } }",
            new ImageShape(8, 6, 3));
    Model model = RandomModels.varied(network, 6);
    Onnx.ModelProto file = OnnxModel.convert(model, InputPixels.BYTES, "1.2.3");
    assertThat(file.getOpsetImport(0).getVersion()).isEqualTo(13);
    assertThat(file.getProducerVersion()).isEqualTo("1.2.3");
    try (OnnxRuntime onnx = new OnnxRuntime(file)) {
      Map<String, String> told = onnx.session().getMetadata().getCustomMetadata();
      assertThat(Json.readTree(told.get("convoy.labels"), "labels"))
          .isEqualTo(Json.tree(List.of("label 0", "label 1", "label 2", "label 3")));
      assertThat(Json.readTree(told.get("convoy.normalisation"), "normalisation"))
          .isEqualTo(Json.tree(model.normalisation()));
      assertThat(told.get("convoy.images"))
          .isEqualTo("{\"height\":\"any\",\"width\":6,\"channels\":3}");
      assertThat(told)
          .containsEntry("convoy.pixels", "bytes")
          .containsEntry("convoy.network", "small");
      assertThat(onnx.session().getInputInfo().get("input").getInfo().toString())
          .contains("UINT8", "[-1, 3, -1, 6]");
      assertThat(onnx.session().getOutputInfo().get("probabilities").getInfo().toString())
          .contains("FLOAT", "[-1, 4]");
    }
    List<String> open = new ArrayList<>();
    file.getGraph()
        .getInput(0)
        .getType()
        .getTensorType()
        .getShape()
        .getDimList()
        .forEach(extent -> open.add(extent.getDimParam()));
    assertThat(open).containsExactly("batch", "", "height", "");
  }

  /** The file normalises every image by itself, in the size of the network and in others. */
  @Test
  void imagesAreNormalisedOneByOneInTheFile() throws OrtException {
    for (String input : List.of("", "input { height = any, width = any }, ")) {
      String layers = "{ conv { maps = 4, kernel = 3 } }, { global-pool { type = average } }";
      ImageShape trained = new ImageShape(9, 7, 3);
      Model random = RandomModels.varied(network(input, layers, trained), 8);
      Model model =
          new Model(
              random.network(),
              random.labels(),
              Normalisation.of(Normalisation.Kind.PER_IMAGE, random.normalisation()),
              random.tensors(),
              random.parameters(),
              random.provenance());
      equalInBothModes(model, trained, 10);
      if (!input.isEmpty()) {
        equalInBothModes(model, new ImageShape(12, 20, 3), 10);
      }
      Onnx.ModelProto file = OnnxModel.convert(model, InputPixels.NORMALISED, "1");
      assertThat(file.getMetadataPropsList())
          .filteredOn(entry -> entry.getKey().equals("convoy.normalisation"))
          .extracting(Onnx.StringStringEntryProto::getValue)
          .containsExactly("{\"kind\":\"per-image\"}");
      try (OnnxRuntime onnx = new OnnxRuntime(OnnxModel.convert(model, InputPixels.BYTES, "1"))) {
        byte[] constant = new byte[trained.size()];
        float[][] rows = OnnxRuntime.rows(onnx.onBytes(List.of(constant), new long[] {1, 3, 9, 7}));
        float[][] expected = RandomModels.probabilities(model, List.of(constant));
        assertThat(RandomModels.difference(rows, expected)).isLessThan(TOLERANCE);
      }
    }
  }

  /** A channel that never varied in training is only centred. */
  @Test
  void aChannelWithoutDeviationIsOnlyCentred() throws OrtException {
    ImageShape shape = new ImageShape(4, 4, 1);
    Model random = RandomModels.varied(network("", "{ dense { units = 3 } }", shape), 7);
    Model model =
        new Model(
            random.network(),
            random.labels(),
            new Normalisation(List.of(64 / 255.0), List.of(0.0)),
            random.tensors(),
            random.parameters(),
            random.provenance());
    equalInBothModes(model, shape, 10);
  }

  @Test
  void equalModelsMakeEqualFiles() {
    Network network = network("", "{ conv { maps = 2, kernel = 3 } }", GREY);
    byte[] first =
        OnnxModel.convert(RandomModels.of(network, 8), InputPixels.BYTES, "1").toByteArray();
    byte[] second =
        OnnxModel.convert(RandomModels.of(network, 8), InputPixels.BYTES, "1").toByteArray();
    assertThat(second).isEqualTo(first);
  }
}

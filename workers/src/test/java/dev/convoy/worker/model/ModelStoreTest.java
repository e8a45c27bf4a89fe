package dev.convoy.worker.model;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import dev.convoy.data.io.Sha256;
import dev.convoy.data.io.Storage;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Model directories: what was written comes back, and nothing else is taken for a model. */
class ModelStoreTest {
  private static final Network NETWORK = TestNetworks.lenet();
  private static final List<TensorSpec> TENSORS =
      GraphBuilder.build(NETWORK, Optimizer.sgd(), 1).tensors();
  private static final float[] PARAMETERS = parameters();
  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir private Path temporary;
  private Path directory;

  /** Set when the class below is loaded, which no model may bring about. */
  private static final boolean[] LOADED = {false};

  /** What a forged model names. */
  @SuppressWarnings("unused")
  private static final class Trap {
    static {
      LOADED[0] = true;
    }
  }

  private static float[] parameters() {
    float[] values = TestNetworks.values(Math.toIntExact(NETWORK.parameters()), 1, 3);
    float[] special = {
      -0.0f,
      0.0f,
      Float.MIN_VALUE,
      -Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      0x1.2p-140f
    };
    System.arraycopy(special, 0, values, 0, special.length);
    return values;
  }

  private static Model model() {
    ObjectNode provenance = Json.object();
    provenance.put("seed", 7);
    provenance.putObject("plan").put("epochs", 3);
    return new Model(
        NETWORK,
        List.of("boot", "Ärmel/\"x\"", "coat"),
        TestNetworks.normalisation(1),
        TENSORS,
        PARAMETERS,
        provenance);
  }

  @BeforeEach
  void write() {
    directory = temporary.resolve("a model");
    ModelStore.write(STORAGE, directory.toString(), model());
  }

  private Model read() {
    return ModelStore.read(STORAGE, directory.toString());
  }

  @Test
  void aModelSurvivesARoundTripBitForBit() {
    Model read = read();
    assertThat(read.network()).isEqualTo(NETWORK);
    assertThat(read.labels()).isEqualTo(model().labels());
    assertThat(read.normalisation()).isEqualTo(model().normalisation());
    assertThat(read.tensors()).isEqualTo(TENSORS);
    assertThat(read.provenance()).isEqualTo(model().provenance());
    assertThat(bits(read.parameters())).containsExactly(bits(PARAMETERS));
    assertThat(ModelStore.isModel(STORAGE, directory.toString())).isTrue();
  }

  @Test
  void writtenTwiceTheFilesAreEqual() throws IOException {
    byte[] marker = Files.readAllBytes(directory.resolve("model.json"));
    byte[] binary = Files.readAllBytes(directory.resolve("parameters.bin"));
    ModelStore.write(STORAGE, directory.toString(), read());
    assertThat(directory.resolve("model.json")).hasBinaryContent(marker);
    assertThat(directory.resolve("parameters.bin")).hasBinaryContent(binary);
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void parametersAreLittleEndianFloatsOfTheDescribedTensors() throws IOException {
    JsonNode json = Json.readTree(Files.readString(directory.resolve("model.json")), "model.json");
    byte[] bytes = Files.readAllBytes(directory.resolve("parameters.bin"));
    assertThat(json.path("parametersSha256").asText()).isEqualTo(Sha256.hex(bytes));
    assertThat(ModelStore.write(STORAGE, directory.toString(), model()))
        .isEqualTo(Sha256.hex(bytes));
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int values = 0;
    for (JsonNode tensor : json.path("tensors")) {
      int length = 1;
      for (JsonNode extent : tensor.path("shape")) {
        length *= extent.asInt();
      }
      for (int i = 0; i < length; i++) {
        int at = tensor.path("offset").asInt() + i;
        assertThat(Float.floatToRawIntBits(buffer.getFloat(4 * at)))
            .isEqualTo(Float.floatToRawIntBits(PARAMETERS[at]));
      }
      values += length;
    }
    assertThat(values).isEqualTo(PARAMETERS.length).isEqualTo(bytes.length / 4);
    assertThat(json.path("formatVersion").asInt()).isEqualTo(1);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot ")
        .hasMessageContaining(directory.toString())
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  @Test
  void truncatedParametersAreRefused() throws IOException {
    Path binary = directory.resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(binary);
    Files.write(binary, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(
        "parameters.bin has " + (bytes.length - 1) + " bytes and " + bytes.length,
        "are expected (it is damaged)");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1001, 25_000})
  void oneFlippedBitIsRefused(int position) throws IOException {
    Path binary = directory.resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(binary);
    bytes[position % bytes.length] ^= 1;
    Files.write(binary, bytes);
    assertRefused(
        "the SHA-256 of parameters.bin differs from the one in model.json (it is" + " damaged)");
  }

  @Test
  void missingParametersAreRefused() throws IOException {
    Files.delete(directory.resolve("parameters.bin"));
    assertRefused("parameters.bin is missing", "(it is damaged)");
  }

  @Test
  void aDirectoryWithoutMarkerIsNoModel() throws IOException {
    Files.delete(directory.resolve("model.json"));
    assertThat(ModelStore.isModel(STORAGE, directory.toString())).isFalse();
    assertThatThrownBy(this::read)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot open the model "
                + directory
                + ": it holds no model.json"
                + " (a finished run has its model in RUN/model; make one with: convoy train)");
  }

  @Test
  void anAbsentDirectoryIsNoModel() {
    Path absent = temporary.resolve("absent");
    assertThatThrownBy(() -> ModelStore.read(STORAGE, absent.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot open the model " + absent + ": there is no such directory (a finished run");
  }

  private void edit(Consumer<ObjectNode> change) throws IOException {
    Path marker = directory.resolve("model.json");
    ObjectNode json = (ObjectNode) Json.readTree(Files.readString(marker), "model.json");
    change.accept(json);
    Files.write(marker, SealedJson.seal(json));
  }

  @Test
  void anotherFormatVersionIsRefused() throws IOException {
    edit(json -> json.put("formatVersion", 2));
    assertRefused("its format version is 2 and this Convoy reads 1");
    edit(json -> json.remove("formatVersion"));
    assertRefused("its format version is", "and this Convoy reads 1");
  }

  @Test
  void overlappingTensorsAreRefused() throws IOException {
    edit(json -> tensor(json, 1).put("offset", tensor(json, 1).path("offset").asLong() - 1));
    assertRefused("Invalid tensors:", TENSORS.get(1).layer(), "starts at", "(it is damaged)");
  }

  @Test
  void tensorsThatLeaveAGapAreRefused() throws IOException {
    edit(json -> ((ArrayNode) json.path("tensors")).remove(TENSORS.size() - 1));
    assertRefused("Invalid tensors: they lack output/b");
  }

  @Test
  void impossibleTensorsAreRefused() throws IOException {
    edit(json -> tensor(json, 0).putArray("shape").add(-4).add(-9));
    assertRefused("Invalid shape: -4 (must be at least 1)", "(it is damaged)");
    write();
    edit(json -> tensor(json, 0).putArray("shape").add(Long.MAX_VALUE).add(2));
    assertRefused("(it is damaged)");
    write();
    edit(json -> tensor(json, 0).put("order", "x"));
    assertRefused("Invalid order: x (must be c or f)", "(it is damaged)");
  }

  private static ObjectNode tensor(ObjectNode json, int number) {
    return (ObjectNode) json.path("tensors").path(number);
  }

  @Test
  void aNetworkOfAnotherParameterCountIsRefused() throws IOException {
    edit(json -> ((ObjectNode) json.at("/network/layers/4/dense")).put("units", 21));
    assertRefused("parameters.bin has " + 4 * PARAMETERS.length + " bytes", "(it is damaged)");
  }

  @Test
  void anotherNumberOfLabelsOrChannelsIsRefused() throws IOException {
    edit(json -> ((ArrayNode) json.path("labels")).add("one more"));
    assertRefused("Invalid labels: 4 names for 3 outputs");
    write();
    edit(
        json -> {
          ((ArrayNode) json.at("/normalisation/mean")).add(0.5);
          ((ArrayNode) json.at("/normalisation/std")).add(0.5);
        });
    assertRefused("Invalid normalisation: one mean per channel");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"network", "labels", "normalisation", "tensors", "parametersSha256", "provenance"})
  void aMissingFieldIsRefusedByName(String field) throws IOException {
    edit(json -> json.remove(field));
    assertRefused("Invalid " + field + ": it is missing", "(it is damaged)");
  }

  @Test
  void nullsInListsAreRefused() throws IOException {
    edit(json -> ((ArrayNode) json.path("labels")).setNull(0));
    assertRefused("Invalid labels: one of them is null");
    write();
    edit(json -> ((ArrayNode) json.path("tensors")).setNull(0));
    assertRefused("Invalid tensors: one of them is null");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "[]", "null", "7", "{\"formatVersion\": 1"})
  void aMarkerThatIsNoModelDocumentIsRefused(String text) throws IOException {
    Files.writeString(directory.resolve("model.json"), text);
    assertRefused("model.json");
  }

  @Test
  void anUnknownFieldIsRefused() throws IOException {
    edit(json -> json.put("script", "rm"));
    assertRefused("script", "(it is damaged)");
  }

  @Test
  void noClassNamedByAFileIsLoaded() throws IOException {
    String trap = ModelStoreTest.class.getName() + "$Trap";
    edit(json -> json.put("@class", trap));
    assertRefused("@class");
    write();
    edit(json -> ((ObjectNode) json.path("network")).put("@class", trap));
    assertRefused("unknown key");
    write();
    edit(json -> tensor(json, 0).put("@class", trap));
    assertRefused("@class");
    write();
    edit(json -> ((ArrayNode) json.path("labels")).removeAll().addArray().add(trap).addObject());
    assertRefused("model.json");
    write();
    edit(
        json ->
            ((ArrayNode) json.at("/network/layers")).addObject().putObject(trap).put("x", trap));
    assertRefused("unknown layer kind " + trap);
    write();
    edit(json -> json.putObject("provenance").put("@class", trap));
    assertThat(read().provenance().path("@class").asText())
        .as("provenance is text, whatever it says")
        .isEqualTo(trap);
    assertThat(LOADED[0]).isFalse();
  }
}

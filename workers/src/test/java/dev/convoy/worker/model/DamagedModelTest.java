package dev.convoy.worker.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.ImageShape;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Models that were changed after they had been written, with digests that fit what was made of
 * them: all that is left are the laws of a model.
 */
@Tag("slow")
class DamagedModelTest {
  private static final Network NETWORK =
      TestNetworks.of(
          new ImageShape(8, 8, 1),
          3,
          "{ conv { maps = 4, kernel = [3, 2], bias = false } }",
          "{ norm { type = batch } }",
          "{ depthwise-conv { multiplier = 2, kernel = 3 } }",
          "{ separable-conv { maps = 5, multiplier = 3, kernel = [1, 2] } }",
          "{ dense { units = 6, activation = relu } }");
  private static final List<TensorSpec> TENSORS =
      GraphBuilder.build(NETWORK, Optimizer.sgd(), 1).tensors();
  private static final Storage STORAGE = new Storage(new Configuration());

  /** Where any text stands for itself. */
  private static final String FREE =
      "/labels/\\d+|/normalisation/kind|/network.*|/provenance/(convoy|data|dataset|seed|plan|plan/.*|preparation|preparation/.*)";

  @TempDir private Path directory;

  @BeforeEach
  void write() {
    ObjectNode provenance = Json.object();
    provenance.put("seed", 7).put("data", "file:/d").put("dataset", "ff").put("convoy", "0.1.0");
    provenance.putObject("plan").put("epochs", 3).put("batch", 64);
    provenance.putObject("preparation").put("fit", "pad").put("background", "black");
    float[] parameters = new float[Math.toIntExact(NETWORK.parameters())];
    Arrays.fill(parameters, 0.5f);
    ModelStore.write(
        STORAGE,
        directory.toString(),
        new Model(
            NETWORK,
            List.of("a", "b", "c"),
            TestNetworks.normalisation(1),
            TENSORS,
            parameters,
            provenance));
  }

  private ObjectNode document() throws IOException {
    return (ObjectNode)
        Json.readTree(Files.readString(directory.resolve("model.json")), "model.json");
  }

  private void seal(ObjectNode document) throws IOException {
    Files.write(directory.resolve("model.json"), SealedJson.seal(document));
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> ModelStore.read(STORAGE, directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  /** Parameters of another value, with the digests that belong to them. */
  private void put(int at, float value) throws IOException {
    Path file = directory.resolve("parameters.bin");
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putFloat(4 * at, value);
    Files.write(file, bytes);
    seal(document().put("parametersSha256", Sha256.hex(bytes)));
  }

  private static TensorSpec tensor(String parameter) {
    return TENSORS.stream().filter(t -> t.parameter().equals(parameter)).findFirst().orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aValueThatIsNotFiniteIsRefusedByItsTensorAndPlace(float value) throws IOException {
    TensorSpec weights = tensor("W");
    put(Math.toIntExact(weights.offset()) + 2, value);
    assertRefused(
        "Invalid parameters: %s/W holds %s at 2 (must be finite)".formatted(weights.layer(), value),
        "it is damaged");
  }

  @Test
  void aVarianceBelowZeroIsRefused() throws IOException {
    TensorSpec variance = tensor("var");
    put(Math.toIntExact(variance.offset()) + 1, -0.5f);
    assertRefused(variance.layer() + "/var holds -0.5 at 1 (must be a variance)");
    put(Math.toIntExact(variance.offset()) + 1, 0);
    assertThat(ModelStore.read(STORAGE, directory.toString())).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/normalisation/std/0 | 0 | all bytes are equal",
        "/normalisation/kind | \"unit\" | are not those of unit",
        "/normalisation/kind | \"mean\" | kind",
        "/normalisation/std/0 | \"NaN\" | std: NaN",
        "/normalisation/std/0 | 0.7 | cannot deviate so much",
        "/normalisation/mean/0 | \"NaN\" | mean: NaN",
        "/normalisation/mean/0 | \"Infinity\" | mean: Infinity",
        "/normalisation/mean/0 | -0.1 | mean: -0.1",
        "/tensors/0/layer | \"nowhere\" | nowhere/W is not a tensor of the network",
        "/tensors/0/parameter | \"V\" | /V is not a tensor of the network",
        "/tensors/1/parameter | \"var\" | is listed twice",
        "/tensors/0/shape/0 | 8 | has the shape [8, 1, 3, 2], and the network's has [4, 1, 3, 2]",
        "/tensors/0/shape | [2, 2, 3, 2] | has the shape [2, 2, 3, 2]",
        "/tensors/1/offset | 23 | starts at 23, and the one before it ends at 24",
        "/tensors/0/order | \"x\" | Invalid order: x",
        "/provenance | [] | provenance: it is not an object",
        "/provenance/preparation/fit | \"zoom\" | is not one of pad, crop, stretch",
        "/provenance/preparation/padding | \"wrap\" | is not one of zero, white, edge, mean, reflect",
        "/provenance/preparation/place | \"left\" | is not one of center, top-left, bottom-right",
        "/provenance/preparation/resample | \"cubic\" | is not one of bilinear, area-bicubic",
        "/provenance/preparation/fit | 3 | 3 is not a text",
        "/provenance/preparation/background | \"pink\" | is not one of black, white, mean",
        "/provenance/plan/batch | -1 | must be a whole number from 1 to",
        "/provenance/data | {} | {} is not a text",
        "/formatVersion | 2 | its format version is 2"
      })
  void whatCannotBeIsRefusedInWords(String pointer, String value, String reason)
      throws IOException {
    ObjectNode document = document();
    set(document, JsonPointer.compile(pointer), Json.readTree(value, "the value"));
    seal(document);
    assertRefused(reason, directory.toString());
  }

  @Test
  void tensorsInAnotherOrderAreRefused() throws IOException {
    ObjectNode document = document();
    ArrayNode tensors = (ArrayNode) document.path("tensors");
    tensors.add(tensors.remove(0));
    seal(document);
    assertRefused("starts at", "the one before it ends at 0");
  }

  /** With the digest that was there, any change at all is refused as one. */
  @Test
  void everyChangeIsNoticed() throws IOException {
    for (Map.Entry<String, ObjectNode> mutation : mutations(document()).entrySet()) {
      Files.writeString(directory.resolve("model.json"), Json.pretty(mutation.getValue()));
      if (!mutation.getKey().startsWith("/sha256 removed")) {
        assertThatThrownBy(() -> ModelStore.read(STORAGE, directory.toString()))
            .as(mutation.getKey())
            .isInstanceOf(InvalidRequestException.class);
      }
    }
  }

  /**
   * Every field removed, null, of another type, negative and huge, with a digest that fits: it is
   * refused as a wrong request, and nothing else is ever thrown. Texts that stand for themselves,
   * and settings of layers that have a default or another value, make another model.
   */
  @Test
  void everyFieldIsLookedAt() throws IOException {
    List<String> accepted = new ArrayList<>();
    ObjectNode whole = document();
    whole.remove(SealedJson.FIELD);
    for (Map.Entry<String, ObjectNode> mutation : mutations(whole).entrySet()) {
      seal(mutation.getValue());
      Throwable thrown = catchThrowable(() -> ModelStore.read(STORAGE, directory.toString()));
      if (thrown == null) {
        accepted.add(mutation.getKey());
      } else {
        assertThat(thrown).as(mutation.getKey()).isInstanceOf(InvalidRequestException.class);
      }
    }
    assertThat(accepted)
        .isNotEmpty()
        .allMatch(one -> one.equals("/provenance {}") || one.split(" ")[0].matches(FREE));
  }

  private static Map<String, ObjectNode> mutations(ObjectNode document) {
    Map<String, ObjectNode> mutations = new LinkedHashMap<>();
    for (JsonPointer at : pointers(document, JsonPointer.empty())) {
      mutate(mutations, document, at, "removed", parent -> remove(parent, at));
      for (String value : List.of("null", "{}", "[]", "\"x\"", "true", "-1", "1e300")) {
        JsonNode replacement = Json.readTree(value, "the value");
        if (!replacement.equals(document.at(at))) {
          mutate(mutations, document, at, value, copy -> set(copy, at, replacement));
        }
      }
    }
    return mutations;
  }

  private static void mutate(
      Map<String, ObjectNode> mutations,
      ObjectNode document,
      JsonPointer at,
      String how,
      Consumer<ObjectNode> change) {
    ObjectNode copy = document.deepCopy();
    change.accept(copy);
    mutations.put(at + " " + how, copy);
  }

  private static List<JsonPointer> pointers(JsonNode node, JsonPointer at) {
    List<JsonPointer> pointers = new ArrayList<>();
    if (!at.matches()) {
      pointers.add(at);
    }
    node.fields()
        .forEachRemaining(
            field ->
                pointers.addAll(pointers(field.getValue(), at.appendProperty(field.getKey()))));
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      pointers.addAll(pointers(node.get(i), at.appendIndex(i)));
    }
    return pointers;
  }

  private static void set(ObjectNode document, JsonPointer at, JsonNode value) {
    JsonNode parent = document.at(at.head());
    if (parent instanceof ArrayNode array) {
      array.set(at.last().getMatchingIndex(), value);
    } else {
      ((ObjectNode) parent).set(at.last().getMatchingProperty(), value);
    }
  }

  private static void remove(ObjectNode document, JsonPointer at) {
    JsonNode parent = document.at(at.head());
    if (parent instanceof ArrayNode array) {
      array.remove(at.last().getMatchingIndex());
    } else {
      ((ObjectNode) parent).remove(at.last().getMatchingProperty());
    }
  }
}

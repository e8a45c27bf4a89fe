package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.RandomDefinition;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The one text of a network, whatever it was written like. */
@Tag("slow")
class CanonicalJsonTest {
  private static final String KINDS = String.join(", ", LayerKind.keys());
  private static final ImageShape IMAGES = new ImageShape(64, 48, 3);

  @Property(tries = 300)
  void canonicalJsonSurvivesARoundTrip(@ForAll("networks") Network network) {
    Network read =
        NetworkReader.canonical(Json.readTree(network.toJson(), "model.json"), "model.json");
    assertThat(read).isEqualTo(network);
    assertThat(read.toJson()).isEqualTo(network.toJson());
  }

  @Property(tries = 50)
  void aNetworkTravelsToExecutors(@ForAll("networks") Network network) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(network);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(in.readObject()).isEqualTo(network);
    }
  }

  @Example
  void equalDefinitionsWrittenDifferentlyGiveEqualJson() {
    String brief =
        """
        layers = [ { conv { maps = 8, kernel = 3 } }, { pool { type = max, size = 2 } }
                   { dropout { rate = 0 } }, { output { } } ]
        """;
    String verbose =
        """
        define.k = [3, 3.0]
        "input" : { channels = 3, width = 48, height = 64 } // another order, another comment
        layers = [ { "conv" : { activation : identity, bias : true, name : conv1,
                     padding : [0, 0], stride : [1, 1], kernel : ${define.k}, maps : 8e0 } } ]
        layers += { pool { padding = valid, stride = [2, 2], size = [2, 2], type = "max" } }
        layers += { dropout.rate = 0.0 }
        layers += { output.name = output }
        """;
    assertThat(json(verbose)).isEqualTo(json(brief));
  }

  @Example
  void canonicalJsonWritesOutEveryDefault() {
    assertThat(json("layers = [ { conv { maps = 8, kernel = 3 } }, { output { } } ]"))
        .isEqualTo(
            """
            {"name":"net","input":{"height":64,"width":48,"channels":3},"labels":5,"layers":[\
            {"conv":{"name":"conv1","maps":8,"kernel":[3,3],"stride":[1,1],"dilation":[1,1],\
            "padding":"valid","bias":true,"activation":"identity","initialisation":"glorot-normal",\
            "learningRateFactor":1.0}},{"output":{"name":"output","labelSmoothing":0.0,\
            "initialisation":"glorot-normal","learningRateFactor":1.0}}]}""");
  }

  @Example
  void repetitionsAreWrittenOutAndBlocksFreezeWhatTheyHold() {
    String text =
        """
        input { height = any, width = any }
        frozen = [ tower ]
        layers = [
          { repeat { times = 2, layers = [ { conv { name = c, maps = 3, kernel = 1 } } ] } }
          { residual { name = tower, body = [ { norm { type = batch } } ] } }
          { global-pool { type = average } }
          { output { } }
        ]
        """;
    JsonNode json = Json.readTree(json(text), "json");
    assertThat(json.path("accepts")).hasToString("{\"height\":\"any\",\"width\":\"any\"}");
    assertThat(json.path("frozen")).hasToString("[\"norm1\"]");
    assertThat(json.findValuesAsText("name"))
        .containsExactly("net", "c-1", "c-2", "tower", "norm1", "global-pool1", "output");
    assertThat(json.at("/layers/2/residual/body/0/norm"))
        .hasToString(
            "{\"name\":\"norm1\",\"type\":\"batch\",\"decay\":0.9,\"epsilon\":1.0E-5,\"learningRateFactor\":1.0}");
    assertThat(json.at("/layers/2/residual/projection")).isEmpty();
  }

  @Example
  void aForgedJsonIsReadAsStrictlyAsADefinition() {
    String forged =
        """
        {"name":"net","labels":1,"class":"java.lang.Runtime",
         "layers":[{"dense":{"units":"${PATH}","class":"x"}},{"include":"/etc/passwd"},{"output":{}}]}
        """;
    assertThatThrownBy(
            () -> NetworkReader.canonical(Json.readTree(forged, "model.json"), "model.json"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator() + "  ",
                "Cannot read network net: 6 problems",
                "model.json: labels = 1: must be a whole number from 2 to 2147483647",
                "model.json: input: is missing or open: add height, width and channels",
                "model.json: layers[0].dense.units = \"${PATH}\": must be a whole number from 1 to"
                    + " 65536",
                "model.json: layers[0].dense.class: unknown key; known here: activation, bias,"
                    + " initialisation, l2, learningRateFactor, name, units",
                "model.json: layers[1]: unknown layer kind include; the kinds are " + KINDS,
                "model.json: class: unknown key; known here: accepts, frozen, input,"
                    + " labels, layers, name"));
  }

  @Example
  void aJsonThatIsNoObjectIsRefused() throws IOException {
    for (String text : List.of("[]", "3", "null")) {
      assertThatThrownBy(
              () -> NetworkReader.canonical(Json.readTree(text, "model.json"), "model.json"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith("Cannot read network model.json: model.json");
    }
  }

  private static String json(String definition) {
    return NetworkReader.parse(definition, "net", "net.conf").on(IMAGES, 5).toJson();
  }

  @Provide
  Arbitrary<Network> networks() {
    return Arbitraries.longs()
        .map(seed -> RandomDefinition.network(seed, IMAGES, 2 + (int) Math.floorMod(seed, 50L)))
        .filter(Optional::isPresent)
        .map(Optional::get);
  }
}

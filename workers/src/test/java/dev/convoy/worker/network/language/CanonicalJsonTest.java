package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import dev.convoy.worker.network.Layers;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Padding;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Size;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The one text of a network, whatever it was written like. */
class CanonicalJsonTest {
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
            {"conv":{"name":"conv1","maps":8,"kernel":[3,3],"stride":[1,1],"padding":"valid",\
            "bias":true,"activation":"identity"}},{"output":{"name":"output"}}]}""");
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
                "model.json: input: is missing: add height, width and channels",
                "model.json: layers[0].dense.units = \"${PATH}\": must be a whole number from 1 to"
                    + " 65536",
                "model.json: layers[0].dense.class: unknown key; known here: activation, bias,"
                    + " name, units",
                "model.json: layers[1]: unknown layer kind include; the kinds are conv, pool,"
                    + " dense, dropout, output",
                "model.json: class: unknown key; known here: input, labels, layers, name"));
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
    Arbitrary<Size> sizes =
        Combinators.combine(
                Arbitraries.integers().between(1, 3), Arbitraries.integers().between(1, 3))
            .as(Size::new);
    Arbitrary<Padding> paddings =
        Arbitraries.of(
            Padding.valid(), Padding.same(), Padding.of(0, 0), Padding.of(2, 0), Padding.of(1, 2));
    Arbitrary<Activation> activations = Arbitraries.of(Activation.class);
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    Arbitrary<Integer> widths = Arbitraries.integers().between(1, 300);
    Arbitrary<LayerDefinition> convs =
        Combinators.combine(widths, sizes, sizes, paddings, flags, activations)
            .as(
                (maps, kernel, stride, padding, bias, activation) ->
                    Layers.conv("x", maps, kernel, stride, padding, bias, activation));
    Arbitrary<LayerDefinition> pools =
        Combinators.combine(Arbitraries.of(PoolType.class), sizes, paddings)
            .as((type, stride, padding) -> Layers.pool("x", type, new Size(3, 3), stride, padding));
    Arbitrary<LayerDefinition> dropouts =
        Arbitraries.doubles().between(0, true, 1, false).map(rate -> new Dropout("x", rate));
    Arbitrary<LayerDefinition> denses =
        Combinators.combine(widths, flags, activations)
            .as((units, bias, activation) -> Layers.dense("x", units, bias, activation));
    return Combinators.combine(
            Arbitraries.oneOf(convs, pools, dropouts).list().ofMaxSize(5),
            Arbitraries.oneOf(denses, dropouts).list().ofMaxSize(3),
            Arbitraries.integers().between(2, 1000))
        .as(CanonicalJsonTest::network)
        .filter(Optional::isPresent)
        .map(Optional::get);
  }

  private static Optional<Network> network(
      List<LayerDefinition> spatial, List<LayerDefinition> flat, int labels) {
    List<LayerDefinition> layers = new ArrayList<>();
    spatial.forEach(layer -> layers.add(renamed(layer, "a" + layers.size())));
    flat.forEach(layer -> layers.add(renamed(layer, "b-" + layers.size())));
    layers.add(Layers.output("output"));
    try {
      return Optional.of(
          new NetworkDefinition("net", NetworkInput.OF_DATASET, layers, Set.of(), Map.of())
              .on(IMAGES, labels));
    } catch (InvalidRequestException e) {
      return Optional.empty(); // strides and kernels that leave nothing
    }
  }

  private static LayerDefinition renamed(LayerDefinition layer, String name) {
    if (layer instanceof Conv conv) {
      return Layers.conv(
          name,
          conv.maps(),
          conv.kernel(),
          conv.stride(),
          conv.padding(),
          conv.bias(),
          conv.activation());
    }
    if (layer instanceof Pool pool) {
      return Layers.pool(name, pool.type(), pool.size(), pool.stride(), pool.padding());
    }
    if (layer instanceof Dense dense) {
      return Layers.dense(name, dense.units(), dense.bias(), dense.activation());
    }
    return new Dropout(name, ((Dropout) layer).rate());
  }
}

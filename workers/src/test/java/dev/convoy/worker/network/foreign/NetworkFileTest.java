package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.network.language.NetworkReader.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way from a file of any format to a definition. */
class NetworkFileTest {
  private static final ImageShape FASHION = new ImageShape(28, 28, 1);

  @TempDir Path directory;

  /** Convoy → DL4J → JSON → Convoy: what there is at the end is what there was at the beginning. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "lenet",
        "mlp",
        "all-conv",
        "small-inception",
        "resnet-8",
        "resnet-20",
        "mobile",
        "l2-pool"
      })
  void aNetworkSurvivesTheWayThroughDl4jsJson(String name) throws IOException {
    Network network =
        NetworkReader.read(Path.of("..", "conf", "networks", name + ".conf")).on(FASHION, 10);
    Path file =
        Files.writeString(directory.resolve(name + ".json"), GraphBuilder.plain(network).toJson());
    NetworkFile read = NetworkFile.read(file, Ending.OUTPUT, KerasFile.Trust.NOT_GIVEN);
    assertThat(read.labels()).hasValue(10);
    Network again = read.definition().on(FASHION, 10);
    assertThat(again.name()).isEqualTo(name);
    assertThat(again.parameters()).isEqualTo(network.parameters());
    assertThat(again.multiplyAdds()).isEqualTo(network.multiplyAdds());
  }

  @Test
  void jsonThatIsNoForeignNetworkIsReadAsADefinition() throws IOException {
    Path file =
        Files.writeString(directory.resolve("own.json"), "{ \"layers\": [ { \"output\": { } } ] }");
    NetworkFile read = NetworkFile.read(file, Ending.OUTPUT, KerasFile.Trust.NOT_GIVEN);
    assertThat(read.labels()).isEmpty();
    assertThat(read.definition().layers()).hasSize(1);
    Path broken = Files.writeString(directory.resolve("broken.json"), "{ \"layers\": [ ");
    assertThatThrownBy(() -> NetworkFile.read(broken, Ending.OUTPUT, KerasFile.Trust.NOT_GIVEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network broken: " + broken);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Path file = directory.resolve("vgg.h5");
    assertThatThrownBy(() -> NetworkFile.read(file, Ending.OUTPUT, KerasFile.Trust.GIVEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read network vgg: " + file + ": no such file");
  }
}

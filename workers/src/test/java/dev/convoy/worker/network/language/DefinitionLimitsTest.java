package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.NetworkDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a definition may cost to read, whoever wrote it. */
@Tag("slow")
class DefinitionLimitsTest {
  @TempDir Path directory;

  @Test
  void hugeAndDeepDefinitionsAreRefused() throws IOException {
    Path file = Files.writeString(directory.resolve("net.conf"), "#".repeat((1 << 20) + 1));
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("a definition with its includes must not exceed 1048576 bytes");
    assertThatThrownBy(() -> parse("#".repeat((1 << 20) + 1)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("a definition must not exceed 1048576 characters");
    assertThatThrownBy(() -> parse("layers = " + "[".repeat(500_000)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("its values are nested, or substituted one in another, too deeply");
    assertThatThrownBy(
            () ->
                parse("layers = [" + "{ dropout { rate = 0 } },".repeat(1000) + "{ output { } }]"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageEndingWith("a network must not have more than 1000 layers");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "{ foo {} }", "{ conv {} }", "{ inception { branches = [] } }"})
  void readingEndsSoonWhateverIsRepeated(String item) {
    String nested = "%s";
    for (int i = 0; i < 15; i++) {
      nested = nested.formatted("{ repeat { times = 1000, layers = [%s] } }");
    }
    String text = "layers = [" + nested.formatted(item) + ", { output { } }]";
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidRequestException.class));
  }

  @Test
  void readingEndsSoonAfterManyFaults() {
    String items = "layers = [" + "1,".repeat(400_000) + "]";
    String keys =
        IntStream.range(0, 60_000).mapToObj(i -> "k" + i + " = 1\n").collect(Collectors.joining());
    String branches = "layers = [{ inception { branches = [" + "[],".repeat(300_000) + "] } }]";
    for (String text : List.of(items, keys, branches)) {
      assertTimeoutPreemptively(
          Duration.ofSeconds(30),
          () -> assertThatThrownBy(() -> parse(text)).isInstanceOf(InvalidRequestException.class));
    }
  }

  @Test
  void whatStandsForAFaultyLayerIsNoFaultItself() {
    assertThatThrownBy(
            () ->
                parse(
                    "frozen = [ inception1, inner ]\n"
                        + "layers = [ { inception { branches = [] } }\n"
                        + "{ residual { body = [], projection = [ { flatten { name = inner } } ] } }"
                        + "\n{ output { } } ]"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("2 problems")
        .hasMessageContaining("net.conf:2: layers[0].inception")
        .hasMessageContaining("net.conf:3: layers[1].residual.body: must hold at least one layer");
    assertThatThrownBy(
            () ->
                parse(
                    """
                    layers = [ { flatten { name = unreadable0 } }
                    { flatten { name = unreadable1 } }, { foo { } }
                    { flatten { name = again4 } }, { flatten { name = again4 } }
                    { flatten { name = again5 } }, { output { } } ]"""))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("unknown layer kind foo")
        .hasMessageContaining("its name again4 is that of layers[3].flatten");
  }

  @Test
  void costsBeyondEveryNumberAreRefusedAsParameters() {
    assertThatThrownBy(
            () ->
                parse(
                        """
                        input { height = 1, width = 1, channels = 1 }
                        layers = [ { conv { maps = 65536, kernel = 1 } }
                        { conv { maps = 2047, kernel = 1024, padding = 1023 } }
                        { output { } } ]""")
                    .on(new ImageShape(1, 1, 1), 10))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("parameters, and a network must not have more than 2,147,483,647");
  }

  @Test
  void aFileOfBlanksIsCalledAsItIs() {
    assertThat(NetworkReader.nameOf(Path.of("nets", " .conf"))).isEqualTo(" .conf");
    assertThat(NetworkReader.nameOf(Path.of(".conf"))).isEqualTo(".conf");
    assertThat(NetworkReader.nameOf(Path.of("a.b.conf"))).isEqualTo("a.b");
    assertThat(NetworkReader.nameOf(Path.of("lenet"))).isEqualTo("lenet");
  }

  @Test
  void tooManySubstitutionsAreRefused() {
    assertThatThrownBy(() -> parse("define.a = 1\n" + "define.a = ${define.a} 1\n".repeat(1001)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read network net: net.conf: it has more than 1000 substitutions");
    assertThatThrownBy(() -> parse("layers += { output { } }\n".repeat(102)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read network net: net.conf: it appends to its own values more than 100 times:"
                + " write them as one list");
  }

  @Test
  void substitutionsThatGrowWithoutEndAreRefused() {
    StringBuilder chain = new StringBuilder("define.a0 = xx\n");
    for (int i = 1; i < 60; i++) {
      chain.append("define.a%s = ${define.a%s}${define.a%s}\n".formatted(i, i - 1, i - 1));
    }
    String itself = "define.a = [1]\n" + "define.a = ${define.a} ${define.a}\n".repeat(60);
    for (String text : List.of(chain.toString(), itself)) {
      assertThatThrownBy(() -> parse(text + "layers = [ { output { } } ]"))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageEndingWith("its substitutions make it longer than 16777216 characters");
    }
  }

  private static NetworkDefinition parse(String text) {
    return NetworkReader.parse(text, "net", "net.conf");
  }
}

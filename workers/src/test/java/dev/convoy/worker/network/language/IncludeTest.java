package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.Layers;
import dev.convoy.worker.network.layer.Activation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a definition may include: files beside and below it, and nothing else. */
class IncludeTest {
  private static final String OUTPUT = "layers = [ { output { } } ]\n";
  private static final String ONLY_FILES =
      "only files at or below the definition's directory can be included, by relative names";

  @TempDir Path directory;
  private Path networks;

  @BeforeEach
  void placeASecretBesideTheDirectory() throws IOException {
    networks = Files.createDirectories(directory.resolve("networks"));
    write("../secret.conf", OUTPUT);
  }

  @Test
  void filesBesideAndBelowAreIncludedRelativeToTheIncluder() throws IOException {
    write("parts/units.conf", "units = 7");
    write("parts/all.conf", "dense { include \"units\" }\ninclude \"../end.conf\"");
    write("end.conf", "end = { output { } }");
    Path file =
        write(
            "net.conf",
            """
            define { include required(file("parts/all.conf")) }
            layers = [ { dense = ${define.dense} }, ${define.end} ]
            """);
    assertThat(NetworkReader.read(file).layers())
        .containsExactly(
            Layers.dense("dense1", 7, true, Activation.IDENTITY), Layers.output("output"));
  }

  @Test
  void substitutionsOfAnIncludedFileMayBeRelativeToIt() throws IOException {
    write("parts.conf", "units = 9\ndense = { units = ${units} }");
    Path file =
        write(
            "net.conf",
            "define { include \"parts\" }\nlayers = [ { dense = ${define.dense} }, { output { } } ]");
    assertThat(NetworkReader.read(file).layers().get(0))
        .isEqualTo(Layers.dense("dense1", 9, true, Activation.IDENTITY));
  }

  @Test
  void faultsOfAnIncludedFileTellThatFileAndItsLine() throws IOException {
    write("parts/dense.conf", "dense {\n  units = 0\n}");
    Path file =
        write(
            "net.conf",
            "define { include \"parts/dense\" }\n"
                + "layers = [ { dense = ${define.dense} }, { output { } } ]");
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read network net: "
                + networks.resolve("parts/dense.conf")
                + ":2: layers[0].dense.units = 0: must be a whole number from 1 to 65536");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"../secret.conf\"",
        "file(\"../secret.conf\")",
        "required(file(\"../secret\"))",
        "\"parts/../../secret.conf\"",
        "\"/etc/passwd\"",
        "\"http://127.0.0.1:1/secret.conf\"",
        "url(\"http://127.0.0.1:1/secret.conf\")",
        "url(\"file:///etc/passwd\")",
        "classpath(\"secret.conf\")",
      })
  void nothingOutsideTheDirectoryIsIncluded(String what) throws IOException {
    Path file = write("net.conf", "# a comment\ninclude " + what + "\n" + OUTPUT);
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith("Cannot read network net: " + file + ":2: cannot include ")
        .hasMessageEndingWith(ONLY_FILES);
  }

  @Test
  void aLinkOutOfTheDirectoryIsNotFollowed() throws IOException {
    Files.createSymbolicLink(networks.resolve("inner.conf"), directory.resolve("secret.conf"));
    Path file = write("net.conf", "include \"inner.conf\"");
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read network net: "
                + file
                + ":1: cannot include inner.conf: it is a link to a file elsewhere; "
                + ONLY_FILES);
  }

  @Test
  void everyIncludeThatFailsIsReported() throws IOException {
    Path file =
        write("net.conf", "include \"one\"\ninclude \"two\"\ninclude \"net.conf\"\n" + OUTPUT);
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("3 problems")
        .hasMessageContaining(file + ":1: cannot include one: no such file")
        .hasMessageContaining(file + ":2: cannot include two: no such file")
        .hasMessageContaining(
            file + ":3: cannot include net.conf: the files include each other in a cycle");
  }

  @Test
  void includesAreCountedNotMultiplied() throws IOException {
    for (int i = 0; i < 20; i++) {
      String next = "include \"part" + (i + 1) + "\"\n";
      write("part" + i + ".conf", "a { " + next + "}\nb { " + next + "}\n");
    }
    write("part20.conf", "c = 1");
    Path file = write("net.conf", "define { include \"part0\" }\n" + OUTPUT);
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there are more than 100 includes");
  }

  @Test
  void aTextWithoutAFileIncludesNothing() {
    assertThatThrownBy(() -> NetworkReader.parse("include \"a\"\n" + OUTPUT, "net", "text"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot read network net: text:1: cannot include a: this definition is not in a file,"
                + " so it cannot include one");
  }

  private Path write(String name, String text) throws IOException {
    Path file = networks.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}

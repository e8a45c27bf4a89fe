package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.language.SilentMerges.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forgotten commas and keys that are given twice, which HOCON makes one value of. */
class SilentMergesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "layers = [ { conv { maps = 1 } } { conv { kernel = 5 } } ] | layers[0] | } and {",
        "layers = [ { a {} }, { b {} } { c {} } ]                   | layers[1] | } and {",
        "layers = [ { a {} } /* ; { b {} }{ b {} } ]                | layers[1] | } and {",
        "layers = [ ${define.a} { conv { maps = 3 } } ]             | layers[0] | ${define.a} and {",
        "layers = [ ${define.a} ${define.b} ]          | layers[0] | ${define.a} and ${define.b}",
        "layers = [ { conv { } } ${define.b} ]                      | layers[0] | } and ${define.b}",
        "layers = [ { a {} } ] [ { b {} } ]                         | layers    | ] and [",
        "branches = [ [ { a {} } ] [ { b {} } ] ]                   | branches[0] | ] and [",
        "a { body = [ { x {} } { y {} } ] }                         | a.body[0] | } and {",
        "define { one { a = 1 } { a = 2 } }                         | define.one | } and {",
        "define.one = { a = 1 } { a = 2 }                           | define.one | } and {",
        "{ conv { maps = 3 } dense { units = 3 } }                  | conv      | } and dense",
        "conv { maps = 16 kernel = 3 }                              | conv.maps | before kernel",
        "conv { activation = relu padding = same }           | conv.activation | before padding",
        "kernel = [ 3 5 ]                                           | kernel[0] | 3 and 5",
        "frozen = [ conv1 \"conv2\" ]                               | frozen[0] | conv1 and conv2",
        "input { height = 28 } layers = [ ]                         | input     | } and layers",
      })
  void aForgottenCommaIsAFault(String line, String path, String where) {
    String text = "# one\n\n" + line.replace(" /* ;", "\n");
    int at = line.contains("/* ;") ? 4 : 3;
    assertThat(SilentMerges.find(text, Parts.ONE))
        .singleElement()
        .satisfies(
            merge -> {
              assertThat(merge.line()).isEqualTo(at);
              assertThat(merge.path()).isEqualTo(path);
              assertThat(merge.fault()).startsWith("a comma or a line break is missing");
              assertThat(merge.fault()).contains(where + " (HOCON joins");
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "conv { maps = 16, maps = 32 }                 | conv.maps     | twice",
        "layers = [ { conv { }, conv { } } ]           | layers[0].conv | twice",
        "maps = 16 ; maps = ${define.width}            | maps          | twice, first in line 1",
        "define { a = 1 } ; define { b = 2 }           | define        | twice, first in line 1",
        "define { a = 1 } ; # ; define.a = 2           | define.a      | twice, first in line 1",
        "define.a = 1 ; define { a = 2 }               | define.a      | twice, first in line 1",
        "a.b = 1 ; a = 2                               | a             | twice, first in line 1",
        "a = 1 ; a.b = 2                               | a.b           | twice, first in line 1",
        "\"a.b\" = 1 ; \"a.b\" = 2                     | a.b           | twice, first in line 1",
      })
  void aKeyThatIsGivenTwiceIsAFault(String lines, String path, String where) {
    assertThat(SilentMerges.find(lines.replace(" ; ", "\n"), Parts.ONE))
        .singleElement()
        .satisfies(
            merge -> {
              assertThat(merge.path()).isEqualTo(path);
              assertThat(merge.fault()).startsWith("is given " + where + ": keep one");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{ a = 1, b { c = 2 }\n c = 3 }",
        "layers = [ { a {} }\n { a {} }\n\n, { a {} }, ]",
        "layers = [ { a {} } # one { more }\n { a {} } // \"two\n ]",
        "conv = ${define.block} { maps = 3 }",
        "conv = { maps = 3 } ${define.block} { kernel = 5 }",
        "layers = ${define.a} ${define.b} [ { output { } } ]",
        "define.a = [ 1 ]\n define.a = ${define.a} [ 2 ]",
        "define { a = [ 1 ] }\n define.a = ${?define.a} [ 2 ]",
        "layers += { a {} }\n layers += { b {} }",
        "define.a = 1\n define.b = 2\n define { c = 3 }",
        "include \"a.conf\"\n include required(file(\"b } { .conf\"))\n layers = [ ]",
        "include = 3",
        "text = one two \"three\" ${define.four} five",
        "frozen = [ conv-${define.n}, ${define.n}-x, \"a b\", 'c' ]",
        "text = \"} { \\\" [ ] [\"\n other = \"\"\"{ } { }\n \"quoted\" \"\"\"\"\n third = 3",
        "\"maps\" : 16, \"maps.\" : 17, maps2 : 18",
        "a\n = \n { b = 1 }\n c\n { d = 1 }",
        "\uFEFFa = 1\r\nb = [\r\n1\r\n2\u00A0]",
      })
  void whatIsMeantIsLeftAlone(String text) {
    assertThat(SilentMerges.find(text, Parts.ONE)).isEmpty();
  }

  @Test
  void settingsMayStandInPartsButNotTwice() {
    String text = "train { batch = 1 }\ntrain { epochs = 2 }\ntrain.seed = 3\n";
    assertThat(SilentMerges.find(text, Parts.MANY)).isEmpty();
    assertThat(SilentMerges.find(text + "train { batch = 2, seed = 3 }", Parts.MANY))
        .extracting(SilentMerges.Merge::fault)
        .containsExactly(
            "is given twice, first in line 1: keep one",
            "is given twice, first in line 3: keep one");
  }

  @Test
  void allAreToldTogetherWithFileAndLine() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("net.conf"),
            """
            include "stem.conf"
            layers = [
              { conv = ${define.block} { maps = 8 } } { conv { maps = 32, kernel = 5 } }
              { inception { branches = [ [ { flatten { } } ] [ ] ] } }
              { dense { units = 3, units = 4 } }
              { output { } }
            ]
            """);
    Files.writeString(
        directory.resolve("stem.conf"), "define {\n  block { kernel = 3 } { maps = 3 }\n}\n");
    String why =
        ": a comma or a line break is missing between %s"
            + " (HOCON joins adjacent values into one)";
    assertThatThrownBy(() -> NetworkReader.read(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator() + "  ",
                "Cannot read network net: 4 problems",
                directory.resolve("stem.conf")
                    + ":2: define.block"
                    + why.formatted("} and {")
                    + "; a value is one object or one list",
                file + ":3: layers[0]" + why.formatted("} and {"),
                file + ":4: layers[1].inception.branches[0]" + why.formatted("] and ["),
                file
                    + ":5: layers[2].dense.units: is given twice: keep one"
                    + " (give each layer its own braces)"));
  }

  @Test
  void aFaultOfTheParserInAnotherLineIsToldToo() {
    assertThatThrownBy(
            () -> NetworkReader.parse("conv { a = 1, a = 2 }\nlayers = [ 3 }\n", "net", "net.conf"))
        .hasMessageContaining("net.conf:1: conv.a: is given twice")
        .hasMessageContaining("net.conf:2");
    assertThatThrownBy(() -> NetworkReader.parse("conv { a = 1 b = 2 }\n", "net", "net.conf"))
        .hasMessage(
            "Cannot read network net: net.conf:1: conv.a: a comma or a line break is missing"
                + " before b (HOCON joins adjacent values into one)");
  }

  @Test
  void twoKindsInOneObjectAreTwoLayers() {
    String text = "layers = [ { conv { maps = 3, kernel = 3 }, output { } } ]";
    assertThatThrownBy(() -> NetworkReader.parse(text, "net", "net.conf"))
        .hasMessage(
            "Cannot read network net: net.conf:1: layers[0]: must hold one layer kind, and holds"
                + " conv, output: give each layer its own braces,"
                + " { conv { ... } }, { output { ... } }");
  }

  @Test
  void shippedNetworksAndExamplesHaveNone() throws IOException {
    for (String files : List.of("conf/networks", "docs/examples")) {
      try (Stream<Path> all = Files.list(Path.of("..").resolve(files))) {
        for (Path file : all.filter(one -> one.toString().endsWith(".conf")).toList()) {
          assertThat(SilentMerges.find(Files.readString(file), Parts.ONE)).as("%s", file).isEmpty();
        }
      }
    }
  }
}

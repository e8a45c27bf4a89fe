package dev.convoy.worker.network.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.convoy.data.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Definitions that the parser refuses, and what is told of them. */
class HoconSyntaxTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "layers = [ ; { conv { maps = 4 } ; { output { } } ; ] | 3 | the { of line 2 is not closed",
        "layers = [ ; { conv { ; maps = 4 ; { output { } } ] | 4 | the { of line 2 is not closed",
        "layers = [ ; { output { } }, ;  ; | 2 | the [ of line 1 is not closed",
        "layers = [ { output { } } | 1 | the [ of this line is not closed",
        "{ layers = [ ; { output { } } ; } | 3 | the [ of line 1 is not closed",
        "layers = [ ; { conv { kernel = [3, 3 } } ; { output { } } ] | 2 | the [ of this line is not closed",
        "layers = [ ; { conv { ; | 2 | the { of this line, the { of this line and the [ of line 1 are not closed",
        "input { height = 28 ; layers = [ ; { output { } } ; ] | 4 | the { of line 1 is not closed",
        "layers = [ { output { } } ] ; } | 2 | this } closes nothing: there is one too many",
        "layers = [ { output { } } } ] | 1 | this } closes nothing: there is one too many",
        "layers = [ { output { } } ] ] | 1 | this ] closes nothing: there is one too many",
        "layers = [ ; { dense { units 128, bias = true } } ] | 2 | = is missing between units and 128",
        "layers = [ ; { dense { units 128 } } ] | 2 | = is missing between units and 128",
        "layers = [ { dense { ; units 128 ; bias = true } } ] | 2 | = is missing between units and 128",
        "layers [ { output { } } ] | 1 | = is missing between layers and [",
        "define.a = 1 ; define.b ${define.a} | 2 | = is missing between define.b and ${define.a}",
        "layers = [ { dense { units = } } ] | 1 | units has no value: write units = VALUE",
        "layers = [ ; { output } ] | 2 | output has no value: write output = VALUE",
        "layers = [ { dense { units, bias = true } } ] | 1 | units has no value: write units = VALUE",
        "layers = [ { dense { units == 3 } } ] | 1 | = appears twice after units",
        "layers = [ { output { } } ; = 4 ] | 2 | a = is inside a list: write keys in braces, { key = value }",
        "layers = [ { dense { = 4 } } ] | 1 | a key is missing before =",
        "layers = [ ; { conv { activation = \"relu } } ; ] | 2 | the quotation mark of this line is not closed",
        "layers = [ ; ${define.a ; ] | 2 | the ${ of this line is not closed",
      })
  void aTextThatIsNotHoconIsToldInPlainWords(String lines, int line, String reason) {
    String text = lines.replace(";", "\n");
    assertThatThrownBy(() -> ConfigFactory.parseString(text)).isInstanceOf(ConfigException.class);
    assertThat(HoconSyntax.fault(text)).contains(new HoconSyntax.Fault(line, reason));
    assertThatThrownBy(() -> NetworkReader.parse(text, "net", "net.conf"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read network net: net.conf:" + line + ": " + reason);
  }

  @Test
  void nothingIsToldOfShippedNetworks() throws IOException {
    for (String text : shipped()) {
      assertThat(HoconSyntax.fault(text)).isEmpty();
    }
  }

  /** Where one bracket of a definition is left out, a bracket is told. */
  @Test
  void everyBracketThatIsLeftOutIsTold() throws IOException {
    int refused = 0;
    for (String text : shipped()) {
      String bare = text.replaceAll("#.*", "");
      for (int i = 0; i < bare.length(); i++) {
        if ("{}[]".indexOf(bare.charAt(i)) < 0) {
          continue;
        }
        String broken = bare.substring(0, i) + bare.substring(i + 1);
        try {
          ConfigFactory.parseString(broken);
        } catch (ConfigException e) {
          refused++;
          assertThat(HoconSyntax.fault(broken)).as(broken).isPresent();
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static List<String> shipped() throws IOException {
    Path directory = Path.of("../conf/networks");
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().map(HoconSyntaxTest::text).toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

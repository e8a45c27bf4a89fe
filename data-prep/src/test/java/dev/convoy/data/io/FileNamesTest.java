package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** File names are UTF-8, or the process says what to set. */
class FileNamesTest {
  @ParameterizedTest
  @CsvSource({"ANSI_X3.4-1968,Linux", "ISO-8859-1,Linux", "'',Linux"})
  void anotherEncodingIsAFaultWithItsRemedy(String encoding, String system) {
    assertThat(FileNames.fault(encoding, system).orElseThrow())
        .contains(encoding, "LC_ALL=C.UTF-8", "spark.executorEnv.LC_ALL=C.UTF-8");
  }

  @ParameterizedTest
  @CsvSource({"UTF-8,Linux", "Cp1252,Windows 11", "US-ASCII,Mac OS X"})
  void unicodeIsNone(String encoding, String system) {
    assertThat(FileNames.fault(encoding, system)).isEmpty();
  }

  @Test
  void testsRunWhereFileNamesAreUtf8() {
    FileNames.requireUtf8();
  }
}

package dev.convoy.data.spark;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkProcessTest {
  @Test
  void theSparkOfTheBuildAndEarlierOnesOfItsLineAreTaken() {
    SparkProcess.requireVersion();
    SparkProcess.requireVersion("3.5.1", "2.12.18");
  }

  @ParameterizedTest
  @CsvSource({"3.4.4, 2.12.17", "3.5.7, 2.13.8", "4.0.1, 2.13.16", "3.50.0, 2.12.18"})
  void anotherSparkIsRefusedWithWhatIsNeeded(String spark, String scala) {
    assertThatThrownBy(() -> SparkProcess.requireVersion(spark, scala))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(
            "Cannot start: this is Spark %s for Scala %s, and Convoy needs Spark 3.5 for Scala 2.12",
            spark, scala);
  }
}

package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class LoginTest {
  @Test
  void aUserWithoutANameIsCalledAsHadoopOrSparkIsToldElseByItsNumber() {
    Map<String, String> both = Map.of("HADOOP_USER_NAME", "anna", "SPARK_USER", "ben");
    assertThat(Login.name(both, 7)).isEqualTo("anna");
    assertThat(Login.name(Map.of("HADOOP_USER_NAME", " ", "SPARK_USER", "ben"), 7))
        .isEqualTo("ben");
    assertThat(Login.name(Map.of(), 7)).isEqualTo("7");
  }
}

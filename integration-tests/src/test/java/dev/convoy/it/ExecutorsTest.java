package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** The same jobs with real executor processes, and through spark-submit with the shaded jar. */
@Order(3)
class ExecutorsTest {
  @Test
  void executorProcessesGiveTheBitsOfOneJvm() {
    JsonNode cluster = Sample.train("cluster", "local-cluster[2,1,2048]", Convoy.in(Sample.work()));
    assertThat(cluster.path("parametersSha256").asText())
        .isEqualTo(Sample.trained().path("parametersSha256").asText());
  }

  @Test
  void executorsThatAverageGiveTheBitsOfADriverThatDoes() {
    JsonNode reduced =
        Sample.train(
            "reduced",
            "local-cluster[2,1,2048]",
            Convoy.in(Sample.work()),
            "--set",
            "engine.rounds=jobs",
            "--set",
            "engine.collectLimit=1");
    assertThat(reduced.path("parametersSha256").asText())
        .isEqualTo(Sample.trained().path("parametersSha256").asText());
  }

  @Test
  void doctorExaminesEveryExecutor() {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work()).run("doctor", "--master", "local-cluster[2,1,2048]");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out())
        .contains("executor 0", "executor 1", "oneDNN")
        .contains("384.0 MiB beside the heap (spark.executor.memoryOverhead)", "set it to 1408m");
  }

  @Test
  void sparkSubmitOfTheUsersSparkGivesTheSameBits() throws IOException {
    Convoy convoy = Convoy.in(Sample.work()).with("SPARK_HOME", sparkHome().toString());
    JsonNode submitted = Sample.train("submitted", "local[2]", convoy);
    assertThat(submitted.path("parametersSha256").asText())
        .isEqualTo(Sample.trained().path("parametersSha256").asText());
  }

  @Test
  void plainSparkSubmitIsToldToSetTheNativeThreads() throws IOException {
    String[] train = {
      "--master",
      "local[2]",
      "--class",
      "dev.convoy.driver.cli.Main",
      Convoy.JAR.toString(),
      "train",
      "--data",
      Sample.dataset().toString(),
      "--network",
      "mlp",
      "--epochs",
      "1",
      "--output",
      "plain"
    };
    Path submit = sparkHome().resolve("bin/spark-submit");
    Convoy.Outcome refused = Convoy.in(Sample.work()).run(submit, train);
    assertThat(refused.status()).as("%s", refused).isEqualTo(2);
    assertThat(refused.err()).contains("OMP_NUM_THREADS is not set", "export OMP_NUM_THREADS=1");
    assertThat(Sample.work().resolve("plain")).doesNotExist();
    Convoy.Outcome trained =
        Convoy.in(Sample.work()).with("OMP_NUM_THREADS", "1").run(submit, train);
    assertThat(trained.status()).as("%s", trained).isZero();
    assertThat(Sample.work().resolve("plain/model/model.json")).exists();
  }

  @Test
  void aProcessThatRunsOutOfNativeMemoryNamesTheKeyToRaise() {
    Convoy.Outcome local =
        Convoy.in(Sample.work())
            .with("CONVOY_DRIVER_MEMORY", "512m")
            .with("CONVOY_NATIVE_MEMORY", "64m")
            .run(tooLarge("local[1]", "too-large"));
    assertThat(local.status()).as("%s", local).isEqualTo(1);
    assertThat(local.err())
        .contains("Native memory ran out", "raise CONVOY_NATIVE_MEMORY,", "may hold 576 MiB")
        .doesNotContain("\tat ");
    assertThat(Sample.work().resolve("too-large/model/model.json")).doesNotExist();
  }

  @Test
  void anExecutorThatRunsOutOfNativeMemoryNamesTheKeyToRaise() {
    Convoy.Outcome cluster =
        Convoy.in(Sample.work())
            .run(
                tooLarge(
                    "local-cluster[1,1,2048]",
                    "too-large-for-executors",
                    "--set",
                    "spark.executor.memory=512m",
                    "--set",
                    "spark.executor.memoryOverhead=64m"));
    assertThat(cluster.status()).as("%s", cluster).isEqualTo(1);
    assertThat(cluster.err())
        .contains("Native memory ran out", "raise spark.executor.memoryOverhead,", "may hold 576")
        .doesNotContain("\tat ");
  }

  /** A training whose batches need some 500 MiB. */
  private static String[] tooLarge(String master, String output, String... more) {
    List<String> words = new ArrayList<>();
    words.addAll(List.of("train", "--master", master, "--data", Sample.dataset().toString()));
    words.addAll(List.of("--network", "lenet", "--replicas", "1", "--batch", "2000"));
    words.addAll(List.of("--epochs", "1", "--output", output));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  @Test
  void anotherSparkIsRefusedWithTheReason() throws IOException {
    Path home = Files.createDirectories(Sample.work().resolve("spark-2.13"));
    Files.createDirectories(home.resolve("jars"));
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("jars/spark-core_2.13-3.5.7.jar"), "");
    Convoy.script(home.resolve("bin/spark-submit"), "exit 0");
    Convoy.Outcome outcome =
        Convoy.in(Sample.work()).with("SPARK_HOME", home.toString()).run("inspect", "lenet");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err())
        .contains("spark-core_2.13-3.5.7.jar", "needs Spark 3.5 for Scala 2.12", "unset it");
  }

  /** A SPARK_HOME made of Spark's own jars, with a spark-submit that starts SparkSubmit. */
  private static Path sparkHome() throws IOException {
    Path home = Sample.work().resolve("spark-home");
    if (!Files.exists(home)) {
      Files.createDirectories(home.resolve("bin"));
      Files.createSymbolicLink(home.resolve("jars"), Convoy.SPARK.resolve("jars"));
      Convoy.script(
          home.resolve("bin/spark-submit"),
          "export SPARK_HOME="
              + home
              + " SPARK_SCALA_VERSION=2.12 SPARK_LOCAL_IP=127.0.0.1\n"
              + "eval \"$(java -cp \"$SPARK_HOME/jars/*\" org.apache.spark.launcher.Main"
              + " org.apache.spark.deploy.SparkSubmit \"$@\" | tr '\\0' '\\n'"
              + " | sed '/^$/d' | while read -r word; do printf '%q ' \"$word\"; done)\"");
    }
    return home;
  }
}

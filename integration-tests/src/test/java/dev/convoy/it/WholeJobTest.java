package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.Sha256;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** The whole job on {@code local[2]}, step by step, on the sample. */
class WholeJobTest {
  @Test
  void everyImageLandsInExactlyOneSplit() throws SQLException {
    JsonNode prepared = Sample.prepared();
    assertThat(prepared.path("examples").asLong()).isEqualTo(6_000);
    assertThat(prepared.path("splits").path("test").asLong()).isEqualTo(1_000);
    String files = Sample.dataset() + "/examples/*/*.parquet";
    assertThat(query("select count(*) from read_parquet('" + files + "')")).isEqualTo(6_000);
    assertThat(query("select count(distinct id) from read_parquet('" + files + "')"))
        .isEqualTo(6_000);
  }

  @Test
  void trainingLearnsAndLogsEveryRound() throws IOException {
    JsonNode trained = Sample.trained();
    assertThat(trained.path("validationAccuracy").asDouble()).isGreaterThan(0.6);
    long train = Sample.prepared().path("splits").path("train").asLong();
    assertThat(trained.path("examplesPerEpoch").asLong()).isEqualTo(train);
    List<JsonNode> lines =
        Files.readAllLines(Sample.work().resolve("run/metrics.jsonl")).stream()
            .map(line -> Json.readTree(line, "metrics.jsonl"))
            .toList();
    assertThat(lines.stream().filter(line -> line.path("kind").asText().equals("round")))
        .hasSize(trained.path("rounds").asInt())
        .allSatisfy(line -> assertThat(line.path("computeSeconds").asDouble()).isPositive());
    assertThat(
            lines.stream()
                .filter(line -> line.path("kind").asText().equals("round"))
                .mapToLong(line -> line.path("examples").asLong())
                .sum())
        .isEqualTo(train);
  }

  @Test
  void theSamePlanGivesTheSameBits() throws IOException {
    String first = Sample.trained().path("parametersSha256").asText();
    JsonNode again = Sample.train("again", "local[2]", Convoy.in(Sample.work()));
    assertThat(again.path("parametersSha256").asText()).isEqualTo(first);
    assertThat(Sha256.hex(Files.readAllBytes(Sample.model().resolve("parameters.bin"))))
        .isEqualTo(first);
  }

  @Test
  void aFinishedRunIsReportedAndAnotherPlanRefused() {
    String model = Sample.model().toString();
    JsonNode again = Sample.train("run", "local[2]", Convoy.in(Sample.work()));
    assertThat(again).isEqualTo(Sample.trained());
    assertThat(Path.of(model)).isDirectory();
    Convoy.Outcome other =
        Convoy.in(Sample.work())
            .run(
                "train",
                "--data",
                "dataset",
                "--network",
                "lenet",
                "--epochs",
                "1",
                "--output",
                "run",
                "--augment-crop",
                "1",
                "--batch",
                "32",
                "--master",
                "local[2]");
    assertThat(other.status()).as("%s", other).isEqualTo(2);
    assertThat(other.err())
        .contains("--batch: 64 there, 32 here", "--augment-flip: 0.5 there, 0.0 here")
        .contains("--overwrite");
  }

  @Test
  void evaluateCountsEveryTestExample() {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "evaluate",
                "--model",
                Sample.model().toString(),
                "--data",
                Sample.dataset().toString(),
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    JsonNode report = outcome.json();
    assertThat(report.path("examples").asLong()).isEqualTo(1_000);
    assertThat(report.path("accuracy").asDouble()).isGreaterThan(0.6);
    long confusion = 0;
    for (JsonNode row : report.path("confusion")) {
      for (JsonNode count : row) {
        confusion += count.asLong();
      }
    }
    assertThat(confusion).isEqualTo(1_000);
  }

  @Test
  void scoreWritesOneRowForEveryTestImage() throws SQLException {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "score",
                "--model",
                Sample.model().toString(),
                "--input",
                Sample.dataset().toString(),
                "--output",
                "scores",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    String rows = "read_parquet('" + Sample.work() + "/scores/*.parquet')";
    assertThat(query("select count(*) from " + rows)).isEqualTo(1_000);
    assertThat(query("select count(distinct id) from " + rows)).isEqualTo(1_000);
    assertThat(query("select count(*) from " + rows + " where error is not null")).isZero();
    assertThat(
            query(
                "select count(*) from "
                    + rows
                    + " where abs(list_sum(probabilities) - 1) < 1e-4"
                    + " and confidence = list_max(probabilities)"
                    + " and probabilities[prediction + 1] = confidence"))
        .isEqualTo(1_000);
    assertThat(query("select count(*) from " + rows + " where prediction = label"))
        .isGreaterThan(600);
  }

  @Test
  void aFolderIsScoredRowForFileAndABadImageIsARowWithAnError() throws Exception {
    Path folder = Files.createDirectories(Sample.work().resolve("folder with a space/deep"));
    BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 5; i++) {
      ImageIO.write(image, "png", folder.resolve("image" + i + ".png").toFile());
    }
    Files.writeString(folder.resolve("broken.png"), "this is no image");
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "score",
                "--model",
                Sample.model().toString(),
                "--input",
                "folder with a space",
                "--output",
                "folder-scores",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.json().path("errors").asLong()).isEqualTo(1);
    String rows = "read_parquet('" + Sample.work() + "/folder-scores/*.parquet')";
    assertThat(query("select count(*) from " + rows)).isEqualTo(6);
    assertThat(
            query(
                "select count(*) from "
                    + rows
                    + " where id = 'deep/broken.png' and error is not null and prediction is null"))
        .isEqualTo(1);
  }

  @Test
  void aParquetTableKeepsItsKeyColumns() throws SQLException {
    Path table = Sample.work().resolve("table.parquet");
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(
          "copy (select row_number() over () as customer, id as name, image as picture"
              + " from read_parquet('"
              + Sample.dataset()
              + "/examples/split=test/*.parquet') limit 50) to '"
              + table
              + "' (format parquet)");
    }
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "score",
                "--model",
                Sample.model().toString(),
                "--input",
                table.toString(),
                "--image-column",
                "picture",
                "--output",
                "table-scores",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    String rows = "read_parquet('" + Sample.work() + "/table-scores/*.parquet')";
    assertThat(query("select count(distinct customer) from " + rows + " where error is null"))
        .isEqualTo(50);
    assertThat(query("select count(distinct name) from " + rows)).isEqualTo(50);
  }

  @Test
  void fineTuningStartsFromAModel() {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "train",
                "--data",
                "dataset",
                "--network",
                "lenet",
                "--epochs",
                "1",
                "--output",
                "tuned",
                "--init",
                Sample.model().toString(),
                "--learning-rate",
                "0.001",
                "--master",
                "local[2]",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.json().path("loss").asDouble())
        .isLessThan(Sample.trained().path("loss").asDouble());
  }

  @Test
  void quickstartDoesItAll() {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "quickstart",
                "--data",
                Sample.images().toString(),
                "--output",
                "quick",
                "--set",
                "train.epochs=2",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    JsonNode result = outcome.json();
    assertThat(result.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder(
            "dataset",
            "examples",
            "accuracy",
            "trainImagesPerSecond",
            "model",
            "scored",
            "seconds");
    assertThat(result.path("examples").asLong()).isEqualTo(6_000);
    assertThat(result.path("scored").asLong()).isEqualTo(1_000);
    assertThat(result.path("accuracy").asDouble()).isGreaterThan(0.7);
  }

  @Test
  void inspectShowsDatasetModelAndNetwork() {
    Convoy convoy = Convoy.in(Sample.work());
    assertThat(convoy.run("inspect", Sample.dataset().toString()).out())
        .contains("28×28×1", "Ankle boot", "1,000");
    assertThat(convoy.run("inspect", Sample.model().toString()).out())
        .contains("857,738", "T-shirt/top", "2 replicas", "batch 64 with momentum");
    JsonNode network = convoy.run("inspect", "lenet", "--json").json();
    assertThat(network.path("parameters").asLong()).isEqualTo(857_738);
    assertThat(network.at("/receptiveField/rows/size").asInt()).isEqualTo(16);
  }

  @Test
  void planProjectsTrainingOnTheDataset() {
    Convoy.Outcome outcome =
        Convoy.in(Sample.work())
            .run(
                "plan",
                "--workers",
                "8",
                "--network",
                "lenet",
                "--data",
                Sample.dataset().toString(),
                "--images-per-second",
                "400",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.json().at("/plan/examples").asInt()).isBetween(4_000, 5_000);
    // The defaults of train for 8 replicas
    assertThat(outcome.json().at("/plan/batch").asInt()).isEqualTo(32);
    assertThat(outcome.json().at("/plan/averageEvery").asInt()).isEqualTo(2);
    assertThat(outcome.json().at("/projections/0/efficiency").asDouble()).isBetween(0.01, 1.0);
  }

  @Test
  void inspectListsTheNetworksAndShowsTheExampleOfTheNotes() {
    Convoy convoy = Convoy.in(Sample.work());
    assertThat(convoy.run("inspect", "--networks").out())
        .contains("lenet", "857,738", "11,467,776", "two convolutions and a hidden dense layer");
    JsonNode networks = convoy.run("inspect", "--networks", "--json").json().path("networks");
    assertThat(networks).hasSizeGreaterThanOrEqualTo(2);
    Convoy.Outcome edges =
        convoy.run("inspect", Convoy.HOME.resolve("docs/examples/edges.conf").toString());
    assertThat(edges.status()).as("%s", edges).isZero();
    assertThat(edges.out()).contains("178,640", "8,003,072,000", "no output layer", "319×280×1");
  }

  @Test
  void inspectShowsAModelBesideANetwork() {
    Convoy convoy = Convoy.in(Sample.work());
    Convoy.Outcome both =
        convoy.run("inspect", Sample.model().toString(), "--against", "mlp", "--json");
    assertThat(both.status()).as("%s", both).isZero();
    assertThat(both.json().at("/first/parameters").asLong()).isEqualTo(857_738);
    assertThat(both.json().at("/second/parameters").asLong()).isEqualTo(235_146);
    assertThat(both.json().at("/ratio/depth").asDouble()).isEqualTo(0.75);
    assertThat(convoy.run("inspect", "lenet", "--against", "mlp").out())
        .contains("mlp ÷ lenet", "0.27");
  }

  private static long query(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getLong(1);
    }
  }
}

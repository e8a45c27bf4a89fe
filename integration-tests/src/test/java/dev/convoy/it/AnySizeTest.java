package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A network for images of any size, trained on the sample, over images of several sizes. */
class AnySizeTest {
  private static final String DEFINITION =
      """
      input { height = any, width = any }
      layers = [
        { conv { maps = 8, kernel = 3, activation = relu } }
        { norm { type = batch } }
        { conv { maps = 16, kernel = 3, stride = 2, activation = relu } }
        { global-pool { type = average } }
        { output { labelSmoothing = 0.05 } }
      ]
      """;

  private static Path work;

  @BeforeAll
  static void train() throws IOException {
    work = Sample.work();
    Files.writeString(work.resolve("any-size.conf"), DEFINITION);
    Convoy.Outcome outcome =
        Convoy.in(work)
            .run(
                "train",
                "--data",
                Sample.dataset().toString(),
                "--network",
                "any-size.conf",
                "--epochs",
                "1",
                "--output",
                "any-size",
                "--master",
                "local[2]",
                "--json");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    // Ten labels; guessing would be right one time in ten.
    assertThat(outcome.json().path("validationAccuracy").asDouble()).isGreaterThan(0.2);
  }

  private static Convoy.Outcome score(String input, String output, String... more) {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("score", "--model", "any-size/model", "--input", input, "--output", output));
    command.addAll(List.of(more));
    command.add("--json");
    return Convoy.in(work).run(command.toArray(String[]::new));
  }

  @Test
  void aFolderOfSeveralSizesGivesARowForEveryFile() throws IOException, SQLException {
    Path photos = Files.createDirectories(work.resolve("photos"));
    int[][] sizes = {{28, 28}, {28, 40}, {97, 31}, {5, 5}, {600, 450}};
    for (int i = 0; i < 40; i++) {
      int[] size = sizes[i % sizes.length];
      write(picture(size[0], size[1]), photos.resolve(i + (i % 2 == 0 ? ".png" : ".jpg")));
    }
    write(picture(4, 90), photos.resolve("small.png"));
    byte[] whole = Files.readAllBytes(photos.resolve("0.png"));
    Files.write(photos.resolve("broken.png"), java.util.Arrays.copyOf(whole, whole.length / 2));
    Convoy.Outcome outcome = score("photos", "photo-scores", "--fit", "none");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    JsonNode report = outcome.json();
    assertThat(report.path("rows").asLong()).isEqualTo(42);
    assertThat(report.path("errors").asLong()).isEqualTo(2);
    String rows = "read_parquet('" + work + "/photo-scores/*.parquet')";
    assertThat(query("select count(distinct id) from " + rows)).isEqualTo("42");
    assertThat(query("select count(*) from " + rows + " where error is null")).isEqualTo("40");
    assertThat(query("select error from " + rows + " where id = 'small.png'"))
        .contains("any-size on 4×90×1 images", "conv2", "larger than its input (2×88)");
    assertThat(query("select error from " + rows + " where id = 'broken.png'"))
        .startsWith("truncated: ");
    // The same picture at the same size has the same probabilities, whatever lay beside it.
    assertThat(
            query(
                "select max(abs(a.probabilities[1] - b.probabilities[1])) < 1e-5 from "
                    + rows
                    + " a, "
                    + rows
                    + " b where a.id in ('0.png', '10.png', '20.png')"
                    + " and b.id in ('0.png', '10.png', '20.png')"))
        .isEqualTo("true");

    outcome = score("photos", "fitted-scores");
    assertThat(outcome.json().path("errors").asLong()).as("%s", outcome).isEqualTo(1);
  }

  @Test
  void aDatasetOfAnotherSizeIsEvaluatedAndScored() {
    Convoy.Outcome prepared =
        Convoy.in(work)
            .run(
                "prepare",
                "--input",
                Sample.images().toString(),
                "--output",
                "larger",
                "--size",
                "32x36",
                "--json");
    assertThat(prepared.status()).as("%s", prepared).isZero();
    Convoy.Outcome evaluated =
        Convoy.in(work).run("evaluate", "--model", "any-size/model", "--data", "larger", "--json");
    assertThat(evaluated.status()).as("%s", evaluated).isZero();
    assertThat(evaluated.json().path("examples").asLong()).isEqualTo(1_000);
    Convoy.Outcome scored = score("larger", "larger-scores");
    assertThat(scored.status()).as("%s", scored).isZero();
    assertThat(scored.json().path("rows").asLong()).isEqualTo(1_000);
    assertThat(scored.json().path("errors").asLong()).isZero();
    Convoy.Outcome refused =
        Convoy.in(work)
            .run("evaluate", "--model", Sample.model().toString(), "--data", "larger", "--json");
    assertThat(refused.status()).as("%s", refused).isEqualTo(2);
    assertThat(refused.err())
        .contains(
            "the model takes 28×28×1 images and the dataset has 32×36×1 (prepare it with --size 28x28"
                + " --channels 1)");
  }

  /** A light shape on black, the same at every size. */
  private static BufferedImage picture(int height, int width) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_OFF);
    graphics.fillOval(width / 4, height / 8, width / 2, height * 3 / 4);
    graphics.dispose();
    return image;
  }

  private static void write(BufferedImage image, Path file) throws IOException {
    String name = file.toString();
    String format = name.substring(name.lastIndexOf('.') + 1);
    assertThat(ImageIO.write(image, format, file.toFile())).isTrue();
  }

  private static String query(String sql) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }
}

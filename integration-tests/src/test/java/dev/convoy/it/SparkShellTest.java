package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.source.FashionMnistSample;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every Scala program and every SQL statement of docs/spark-ml.md runs in one spark-shell of the
 * embedded Spark, which has Convoy and Delta Lake by {@code --jars} and {@code --conf} alone.
 */
class SparkShellTest {
  private static final int SIDE = 28;
  private static final int PHOTOS = 60;
  private static final List<String> LABELS =
      List.of("Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag");

  @TempDir Path directory;

  @Test
  void everyProgramOfTheGuideRuns() throws IOException {
    Files.createSymbolicLink(directory.resolve("my-run"), Sample.model().getParent());
    writePhotos();
    String guide = Files.readString(Convoy.HOME.resolve("docs/spark-ml.md"));
    List<String> commands = new ArrayList<>();
    for (String program : blocks(guide, "scala")) {
      commands.add(paste(commands.size(), program));
    }
    commands.add(
        paste(
            commands.size(),
            """
            println("ACCURACY " + accuracy)
            println("CHOSEN " + chosen.avgMetrics.max)
            println("AGAIN " + again.transform(labelled).filter("error IS NULL").count())
            println("EMBEDDED " + embedded.filter("embedding IS NOT NULL").count())
            photos.write.format("delta").mode("append").save("incoming")
            scoreNew()
            println("STREAMED " +
              spark.read.format("delta").load("labels").filter("error IS NULL").count())
            println("SCORED " + spark.read.parquet("scored").filter("error IS NULL").count())
            photos.createOrReplaceTempView("photos")
            """));
    int statements = 0;
    for (String statement : blocks(guide, "sql")) {
      statements++;
      commands.add(
          paste(
              commands.size(),
              "println(\"ROWS%d \" + spark.sql(\"\"\"%s\"\"\").collect().length)"
                  .formatted(statements, statement)));
    }
    assertThat(statements).isEqualTo(5);

    Convoy.Outcome outcome = shell("local[2]", String.join("\n", commands) + "\n:quit\n");
    assertThat(outcome.status()).as("%s", outcome).isZero();
    assertThat(outcome.out() + outcome.err())
        .as("%s", outcome)
        .doesNotContain("error:")
        .doesNotContain("Exception");
    assertThat(number(outcome, "ACCURACY")).as("%s", outcome).isGreaterThan(0.6);
    assertThat(number(outcome, "CHOSEN")).isBetween(0.01, 1.0);
    assertThat(number(outcome, "AGAIN")).isEqualTo(PHOTOS);
    assertThat(number(outcome, "EMBEDDED")).isEqualTo(PHOTOS);
    assertThat(number(outcome, "SCORED")).isEqualTo(PHOTOS);
    assertThat(number(outcome, "STREAMED")).isEqualTo(2 * PHOTOS);
    assertThat(number(outcome, "ROWS1")).isBetween(PHOTOS / 2.0, (double) PHOTOS);
    assertThat(number(outcome, "ROWS2")).isBetween(4.0, 10.0);
    assertThat(number(outcome, "ROWS3")).isEqualTo(10);
    assertThat(number(outcome, "ROWS4")).isZero();
    assertThat(number(outcome, "ROWS5")).isEqualTo(PHOTOS);
  }

  /** The dataset has ids, which draw the split again that {@code prepare} drew. */
  @Test
  void aFitOnExecutorsGivesTheBitsOfTheCommandsInOneProcess() throws IOException {
    Files.createSymbolicLink(directory.resolve("sample"), Sample.dataset());
    String fit =
        """
        val images = spark.read.parquet("sample/examples").filter("split <> 'test'")
        val classifier = new dev.convoy.ConvoyClassifier()
          .setNetwork("lenet").setInputCol("image").setPixelShape(1, 28, 28).setIdCol("id")
          .setEpochs(1).setWorkDir("fits")
        classifier.set(classifier.augmentCrop, 1).set(classifier.augmentFlip, 0.5)
        println("FITTED " + classifier.fit(images).summary.parametersSha256)
        println("EXECUTORS " + (sc.getExecutorMemoryStatus.size - 1))
        """;
    Convoy.Outcome outcome =
        shell("local-cluster[2,1,1024]", paste(0, fit) + System.lineSeparator() + ":quit\n");
    assertThat(outcome.out())
        .as("%s", outcome)
        .contains("FITTED " + Sample.trained().path("parametersSha256").asText());
    assertThat(number(outcome, "EXECUTORS")).isEqualTo(2);
  }

  private Convoy.Outcome shell(String master, String input) throws IOException {
    Path script = Files.writeString(directory.resolve("input"), input);
    Matcher options =
        Pattern.compile("<java.module.options>(.*?)</")
            .matcher(Files.readString(Convoy.HOME.resolve("pom.xml")));
    assertThat(options.find()).isTrue();
    Path repl = Convoy.HOME.resolve("integration-tests/target/repl");
    Path program =
        Convoy.script(
            directory.resolve("spark-shell"),
            """
            exec java %s -Xmx2g -XX:TieredStopAtLevel=1 -Dscala.usejavacp=true \\
              -cp '%s/conf:%s/jars/*:%s/*' org.apache.spark.deploy.SparkSubmit \\
              --class org.apache.spark.repl.Main --name 'Spark shell' --master '%s' \\
              --jars '%s' \\
              --conf spark.sql.extensions=dev.convoy.ConvoyExtensions,io.delta.sql.DeltaSparkSessionExtension \\
              --conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog \\
              --conf spark.executorEnv.OMP_NUM_THREADS=1 --conf spark.ui.enabled=false spark-shell <'%s'"""
                .formatted(
                    options.group(1),
                    Convoy.SPARK,
                    Convoy.SPARK,
                    repl,
                    master,
                    Convoy.JAR + "," + LakeTables.jars("delta"),
                    script));
    // Workers write into it.
    Path home = Files.createDirectories(directory.resolve("spark-home"));
    Files.createSymbolicLink(home.resolve("jars"), Convoy.SPARK.resolve("jars"));
    return Convoy.in(directory)
        .with("SPARK_HOME", home.toString())
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .with("OMP_NUM_THREADS", "1")
        .with("SPARK_SCALA_VERSION", "2.12")
        .run(program);
  }

  private static double number(Convoy.Outcome outcome, String word) {
    Matcher found =
        Pattern.compile("^" + word + " ([0-9.]+)$", Pattern.MULTILINE).matcher(outcome.out());
    assertThat(found.find()).as("%s in %s", word, outcome).isTrue();
    return Double.parseDouble(found.group(1));
  }

  private String paste(int number, String program) throws IOException {
    Path file = Files.writeString(directory.resolve("program" + number + ".scala"), program);
    return ":paste " + file;
  }

  private static List<String> blocks(String guide, String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(guide)
        .results()
        .map(found -> found.group(1).strip())
        .toList();
  }

  /** Writes images of the sample, in one folder for each label whose name is a folder's. */
  private void writePhotos() throws IOException {
    Path idx = directory.resolve("idx");
    FashionMnistSample.extractTo(idx);
    List<String> names = Files.readAllLines(idx.resolve("labels.txt"));
    byte[] labels = read(idx, "t10k-labels-idx1-ubyte.gz", 8);
    byte[] pixels = read(idx, "t10k-images-idx3-ubyte.gz", 16);
    for (int i = 0, written = 0; written < PHOTOS; i++) {
      String name = names.get(labels[i]);
      if (!LABELS.contains(name)) {
        continue;
      }
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image
          .getRaster()
          .setDataElements(
              0, 0, SIDE, SIDE, Arrays.copyOfRange(pixels, i * SIDE * SIDE, (i + 1) * SIDE * SIDE));
      Path folder = Files.createDirectories(directory.resolve("photos").resolve(name));
      ImageIO.write(image, "png", folder.resolve(i + ".png").toFile());
      written++;
    }
  }

  private static byte[] read(Path directory, String file, int header) throws IOException {
    try (InputStream in =
        new DataInputStream(
            new GZIPInputStream(
                new ByteArrayInputStream(Files.readAllBytes(directory.resolve(file)))))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }
}

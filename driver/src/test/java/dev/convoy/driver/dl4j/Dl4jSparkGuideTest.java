package dev.convoy.driver.dl4j;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.driver.TestSpark;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;

/** The code of docs/dl4j-spark.md, compiled and run. */
class Dl4jSparkGuideTest {
  private static final Path GUIDE = Path.of("..", "docs", "dl4j-spark.md");
  private static final Path THIS =
      Path.of("src", "test", "java", "dev", "convoy", "driver", "dl4j", "Dl4jSparkGuideTest.java");
  private static final Pattern CODE = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void theGuidesCodeTrains(@TempDir Path directory) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext());
    JavaRDD<DataSet> examples = spark.parallelize(Pairs.rows(60, 1), 2);
    MultiLayerConfiguration configuration = Pairs.deep(new Adam(0.1));
    File file = directory.resolve("network.zip").toFile();

    AveragingTrainingMaster master =
        AveragingTrainingMaster.builder().replicas(2).batch(32).averageEvery(5).seed(1).build();
    SparkDl4jMultiLayer network = new SparkDl4jMultiLayer(spark, configuration, master);
    for (int epoch = 0; epoch < 5; epoch++) {
      network.fit(examples);
    }
    Evaluation evaluation = network.evaluate(examples);
    ModelSerializer.writeModel(network.getNetwork(), file, true);
    master.close();

    assertThat(evaluation.accuracy()).isGreaterThan(0.5);
    MultiLayerNetwork restored = ModelSerializer.restoreMultiLayerNetwork(file, true);
    assertThat(restored.params()).isEqualTo(network.getNetwork().params());
    assertThat(restored.getLayerWiseConfigurations().getEpochCount()).isEqualTo(5);
  }

  @Test
  void thePomOfTheGuideHasTheVersionsOfTheBuild() throws IOException {
    String guide = Files.readString(GUIDE);
    String build = Files.readString(Path.of("..", "pom.xml"));
    for (String property : List.of("spark.version", "dl4j.version")) {
      String version =
          Pattern.compile("<" + Pattern.quote(property) + ">[^<]*<")
              .matcher(build)
              .results()
              .map(MatchResult::group)
              .findFirst()
              .orElseThrow();
      assertThat(guide).contains(version);
    }
  }

  @Test
  void theGuideShowsThatCode() throws IOException {
    List<String> shown =
        CODE.matcher(Files.readString(GUIDE)).results().map(MatchResult::group).toList();
    assertThat(shown).hasSize(3);
    String source = unindented(Files.readString(THIS));
    assertThat(shown)
        .allSatisfy(
            block ->
                assertThat(source)
                    .contains(unindented(block.replace("```java\n", "").replace("```", ""))));
  }

  private static String unindented(String code) {
    return code.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}

package dev.convoy.driver.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormats;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestModels;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.score.Answers;
import dev.convoy.driver.score.ScorePlan;
import dev.convoy.driver.score.Scorer;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.scoring.BatchSize;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

@Tag("slow")
class ExplainerTest {
  private static final int SIDE = 12;
  private static final List<String> LABELS = List.of("0", "1", "2");
  private static final String CONV =
      "{ conv { maps = 4, kernel = 3, padding = same, activation = relu } }";
  private static final String POOL = "{ pool { type = max, size = 2 } }";
  private static final String INCEPTION =
      "{ inception { branches = [ [], [ { conv { maps = 3, kernel = 1 } } ],"
          + " [ { pool { type = average, size = 3, stride = 1, padding = same } } ] ] } }";
  private static final String RESIDUAL =
      "{ residual { activation = relu, body = [ { conv { maps = 11, kernel = 3, padding = same } }"
          + ", { norm { type = batch } } ] } }";

  @TempDir private Path work;

  /** Lends the session of all tests. */
  private static final class Lent implements Explainer.Spark {
    @Override
    public <T> T with(Function<SparkSession, T> job) {
      return job.apply(TestSpark.session());
    }
  }

  /** Must not be asked. */
  private static final class None implements Explainer.Spark {
    @Override
    public <T> T with(Function<SparkSession, T> job) {
      throw new AssertionError("no dataset, no Spark");
    }
  }

  private static Explainer explainer(Explainer.Spark spark) {
    return new Explainer(TestSpark.storage(), spark, line -> {});
  }

  private ImageDataset dataset() {
    TestDatasets.Images.random(SIDE, 3, 30, 1).write(work.resolve("images"), "train");
    TestDatasets.Images.random(SIDE, 3, 12, 2).write(work.resolve("images"), "t10k");
    return TestDatasets.prepare(work.resolve("images"), work.resolve("data"));
  }

  private String model(List<String> labels, String data, String fingerprint, String... layers) {
    Network network = TestModels.network(new ImageShape(SIDE, SIDE, 1), 3, layers);
    return save(network, labels, data, fingerprint);
  }

  private String save(Network network, List<String> labels, String data, String fingerprint) {
    Model zero =
        TestModels.constant(network, labels, new Normalisation(List.of(0.5), List.of(0.25)), 0);
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < zero.parameters().length; i++) {
      zero.parameters()[i] = (float) random.nextDouble() - 0.4f;
    }
    zero.tensors().stream()
        .filter(tensor -> tensor.isStatistic())
        .forEach(
            tensor -> {
              int from = Math.toIntExact(tensor.offset());
              Arrays.fill(zero.parameters(), from, from + (int) tensor.length(), 0.5f);
            });
    Model model =
        new Model(
            network,
            labels,
            zero.normalisation(),
            zero.tensors(),
            zero.parameters(),
            Json.object().put("data", data).put("dataset", fingerprint));
    String directory = work.resolve("run/model").toString();
    ModelStore.write(TestSpark.storage(), directory, model);
    return directory;
  }

  private ExplainPlan plan(Optional<String> image, Optional<String> id, boolean overwrite) {
    return plan(image, FitChoice.AUTO, id, overwrite);
  }

  private ExplainPlan plan(
      Optional<String> image, FitChoice fit, Optional<String> id, boolean overwrite) {
    return new ExplainPlan(
        work.resolve("run").toString(),
        image,
        fit,
        Optional.empty(),
        id,
        work.resolve("out").toString(),
        5,
        OptionalInt.of(1),
        BatchSize.of(8),
        1,
        overwrite ? ExistingOutput.OVERWRITE : ExistingOutput.KEEP);
  }

  private String png() {
    int[] pixels = new SplittableRandom(9).ints(SIDE * SIDE, 0, 256).toArray();
    Path file = work.resolve("shoe & <co>.png");
    TestDatasets.put(file, TestDatasets.png(SIDE, pixels));
    return file.toString();
  }

  private Document page() throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(work.resolve("out/index.html").toFile());
  }

  private static List<Element> elements(Document page, String tag) {
    NodeList found = page.getElementsByTagName(tag);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }

  @Test
  void aNetworkWithBlocksIsExplainedOnATestExample() throws Exception {
    ImageDataset data = dataset();
    model(
        LABELS,
        data.directory(),
        data.manifest().fingerprint(),
        CONV,
        POOL,
        INCEPTION,
        RESIDUAL,
        "{ dense { units = 5, activation = tanh } }");
    ExplainReport report =
        explainer(new Lent()).run(plan(Optional.empty(), Optional.empty(), false));
    assertThat(report.label()).isIn(LABELS);
    assertThat(report.probabilities().keySet()).containsExactlyElementsOf(LABELS);
    assertThat(report.probabilities().values().stream().mapToDouble(p -> p).sum())
        .isCloseTo(1, within(1e-5));
    assertThat(report.probability()).isEqualTo(report.probabilities().get(report.prediction()));
    assertThat(report.shifts().images()).isEqualTo(5);
    assertThat(report.shifts().cells()).hasSize(9);
    assertThat(report.shifts().sample()).contains("test split");
    Document page = page();
    assertThat(page.getElementsByTagName("section").getLength()).isEqualTo(6);
    for (String layer : List.of("conv1", "pool1", "inception1", "residual1", "dense1", "output")) {
      assertThat(elements(page, "div"))
          .anyMatch(div -> div.getAttribute("id").equals("layer-" + layer));
    }
    assertThat(report.pictures())
        .anyMatch(file -> file.endsWith("pictures/filters-conv1.png"))
        .anyMatch(file -> file.endsWith("pictures/maps-residual1.png"))
        .anyMatch(file -> file.endsWith("pictures/maps-inception1-path1.png"))
        .anyMatch(file -> file.endsWith("pictures/vector-dense1.png"))
        .anyMatch(file -> file.endsWith("pictures/occlusion-over-image.png"))
        .anyMatch(file -> file.endsWith("pictures/shift-invariance.png"));
  }

  @Test
  void thePageNeedsNothingElseAndItsPicturesAreTheFiles() throws Exception {
    model(List.of("a<script>alert(1)</script>", "b & \"c\"", "d"), "", "", CONV, POOL);
    ExplainReport report =
        explainer(new None()).run(plan(Optional.of(png()), Optional.empty(), false));
    String html = Files.readString(work.resolve("out/index.html"));
    assertThat(html)
        .as("the page reads downwards: what a layer takes stands above it; shares are green")
        .doesNotContain("maps below", "values below", "as everywhere on this page")
        .contains("max-width: 700px");
    assertThat(html.replaceAll("base64,[^\"]*", ""))
        .doesNotContain("http:", "https:", "<script", "@import", "url(", "//")
        .contains("shoe &amp; &lt;co&gt;.png");
    Document page = page();
    assertThat(elements(page, "link")).isEmpty();
    assertThat(elements(page, "a"))
        .isNotEmpty()
        .allMatch(link -> link.getAttribute("href").startsWith("#"));
    List<byte[]> inPage = new ArrayList<>();
    for (Element image : elements(page, "img")) {
      String source = image.getAttribute("src");
      assertThat(source).startsWith("data:image/png;base64,");
      byte[] png = Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1));
      inPage.add(png);
      assertThat(ImageIO.read(new ByteArrayInputStream(png)).getWidth() / 2)
          .isEqualTo(Integer.parseInt(image.getAttribute("width")));
      assertThat(image.getAttribute("alt")).isNotBlank();
    }
    String pixels = "file:" + work.resolve("out/pictures/image-pixels.png");
    List<String> drawn = report.pictures().stream().filter(file -> !file.equals(pixels)).toList();
    assertThat(drawn).hasSize(report.pictures().size() - 1).hasSameSizeAs(inPage);
    for (String file : drawn) {
      byte[] bytes = TestSpark.storage().readBytes(file);
      assertThat(inPage).anyMatch(png -> Arrays.equals(png, bytes));
    }
    assertThat(report.shifts()).isNull();
    assertThat(report.label()).isNull();
    assertThat(html).contains("Not measured on other images").contains("--data DIR");
    assertThat(elements(page, "title").get(0).getTextContent()).contains(report.prediction());
  }

  @Test
  void theFileOfItsPixelsIsExplainedAsTheImageItself() throws Exception {
    model(LABELS, "", "", CONV, POOL);
    ExplainReport first =
        explainer(new None()).run(plan(Optional.of(png()), Optional.empty(), false));
    Path pixels = work.resolve("pixels.png");
    Files.copy(work.resolve("out/pictures/image-pixels.png"), pixels);
    ExplainReport again =
        explainer(new None()).run(plan(Optional.of(pixels.toString()), Optional.empty(), true));
    assertThat(again.probabilities()).isEqualTo(first.probabilities());
    assertThat(page().getDocumentElement().getTextContent()).contains("cross-correlation");
  }

  @Test
  void aNetworkOfDenseLayersHasNoFeatureMaps() throws Exception {
    model(LABELS, "", "", "{ dense { units = 6, activation = relu } }");
    explainer(new None()).run(plan(Optional.of(png()), Optional.empty(), false));
    assertThat(page().getDocumentElement().getTextContent())
        .contains("The values of each layer", "Nothing in this network is translation equivariant")
        .doesNotContain("eature map", "onvolution", "ooling");
  }

  @Test
  void aDenseFirstLayerIsDrawnToo() throws Exception {
    model(LABELS, "", "", "{ dense { units = 6, activation = relu } }");
    ExplainReport report =
        explainer(new None()).run(plan(Optional.of(png()), Optional.empty(), false));
    assertThat(report.pictures()).anyMatch(file -> file.endsWith("pictures/filters-dense1.png"));
    assertThat(page().getDocumentElement().getTextContent()).contains("no shared weights");
  }

  @Test
  void anImageKeepsItsSizeWhereTheNetworkTakesAnyAndTheUserAsksForThat() throws Exception {
    Network network =
        NetworkReader.parse(
                "input { height = any, width = any }, layers = [ "
                    + CONV
                    + ", { global-pool { type = average } }, { output { } } ]",
                "small",
                "small.conf")
            .on(new ImageShape(SIDE, SIDE, 1), 3);
    save(network, LABELS, "", "");
    Path file = work.resolve("wide.png");
    TestDatasets.put(
        file, TestDatasets.png(30, new SplittableRandom(4).ints(30 * 20, 0, 256).toArray()));
    Optional<String> image = Optional.of(file.toString());
    explainer(new None()).run(plan(image, FitChoice.NONE, Optional.empty(), false));
    assertThat(page().getDocumentElement().getTextContent()).contains("20×30×4");
    explainer(new None()).run(plan(image, FitChoice.AUTO, Optional.empty(), true));
    assertThat(page().getDocumentElement().getTextContent()).doesNotContain("20×30×4");
  }

  @Test
  void anImageFileHasTheProbabilitiesThatScoreGivesIt() throws Exception {
    Network network =
        NetworkReader.parse(
                "input { height = any, width = any }, layers = [ "
                    + CONV
                    + ", { global-pool { type = average } }, { output { } } ]",
                "small",
                "small.conf")
            .on(new ImageShape(SIDE, SIDE, 1), 3);
    String model = save(network, LABELS, "", "");
    Path photos = work.resolve("photos");
    TestDatasets.put(
        photos.resolve("wide.png"),
        TestDatasets.png(30, new SplittableRandom(4).ints(30 * 20, 0, 256).toArray()));
    for (FitChoice fit : List.of(FitChoice.AUTO, FitChoice.NONE)) {
      String scores = work.resolve("scores-" + fit).toString();
      ScorePlan scoring =
          new ScorePlan(
              model,
              photos.toString(),
              scores,
              Optional.of(InputFormats.FOLDER),
              "test",
              "image",
              List.of(),
              fit,
              Answers.AUTOMATIC,
              BatchSize.of(2),
              ExistingOutput.KEEP);
      new Scorer(TestSpark.session(), TestSpark.storage(), WorkListener.SILENT).run(scoring);
      List<Float> scored = TestSpark.session().read().parquet(scores).first().<Float>getList(4);
      ExplainReport explained =
          explainer(new None())
              .run(
                  plan(
                      Optional.of(photos.resolve("wide.png").toString()),
                      fit,
                      Optional.empty(),
                      true));
      assertThat(explained.probability())
          .as("%s", fit)
          .isCloseTo(Collections.max(scored), within(1e-5f));
    }
  }

  @Test
  void allFaultsAreToldTogether() throws IOException {
    model(LABELS, "", "", CONV);
    Files.createDirectories(work.resolve("out"));
    Files.writeString(work.resolve("out/mine.txt"), "mine");
    assertThatThrownBy(
            () ->
                explainer(new None()).run(plan(Optional.of("no/such.png"), Optional.of("x"), true)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Cannot explain: 3 problems")
        .hasMessageContaining("--id x: there is an --image too")
        .hasMessageContaining("--image no/such.png: there is no such file")
        .hasMessageContaining("holds mine.txt, which is not part of an explanation");
    assertThatThrownBy(
            () -> explainer(new None()).run(plan(Optional.empty(), Optional.empty(), false)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there is no image to explain")
        .hasMessageContaining("--data DIR")
        .hasMessageContaining("--image FILE")
        .hasMessageContaining("--overwrite");
    assertThat(work.resolve("out/mine.txt")).hasContent("mine");
  }

  @Test
  void aShiftIsNoFartherThanTheLargestImages() {
    for (int reach : new int[] {0, ExplainPlan.MAX_REACH + 1, Integer.MAX_VALUE}) {
      assertThatThrownBy(
              () ->
                  new ExplainPlan(
                      "run",
                      Optional.empty(),
                      FitChoice.AUTO,
                      Optional.empty(),
                      Optional.empty(),
                      "out",
                      5,
                      OptionalInt.of(reach),
                      BatchSize.of(8),
                      1,
                      ExistingOutput.KEEP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("reach");
    }
  }

  @Test
  void aPageOfSomebodyElseIsNotReplaced() throws IOException {
    model(LABELS, "", "", CONV);
    String image = png();
    Files.createDirectories(work.resolve("out/pictures"));
    Files.writeString(work.resolve("out/index.html"), "<!DOCTYPE html>\n<html lang=\"en\">mine");
    Files.writeString(work.resolve("out/pictures/cat.png"), "cat");
    assertThatThrownBy(
            () -> explainer(new None()).run(plan(Optional.of(image), Optional.empty(), true)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("holds no index.html of an explanation");
    assertThat(work.resolve("out/pictures/cat.png")).hasContent("cat");
    assertThat(work.resolve("out/index.html")).content().endsWith("mine");
  }

  @Test
  void anEarlierExplanationIsReplacedOnlyWhereThatIsAskedFor() throws IOException {
    model(LABELS, "", "", CONV, POOL);
    String image = png();
    explainer(new None()).run(plan(Optional.of(image), Optional.empty(), false));
    assertThatThrownBy(
            () -> explainer(new None()).run(plan(Optional.of(image), Optional.empty(), false)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it exists");
    model(LABELS, "", "", CONV);
    ExplainReport report =
        explainer(new None()).run(plan(Optional.of(image), Optional.empty(), true));
    try (Stream<Path> pictures = Files.list(work.resolve("out/pictures"))) {
      assertThat(pictures.filter(file -> !file.getFileName().toString().startsWith(".")))
          .hasSameSizeAs(report.pictures())
          .noneMatch(file -> file.endsWith("maps-pool1.png"));
    }
  }

  @Test
  void anExampleIsFoundByItsId() {
    ImageDataset data = dataset();
    model(LABELS, data.directory(), data.manifest().fingerprint(), CONV);
    String id =
        ExplainedExamples.read(TestSpark.session(), data, 3, Optional.empty()).sample().get(2).id();
    ExplainReport report =
        explainer(new Lent()).run(plan(Optional.empty(), Optional.of(id), false));
    assertThat(report.image()).contains("example " + id + " of data");
    assertThatThrownBy(
            () -> explainer(new Lent()).run(plan(Optional.empty(), Optional.of("none"), true)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("has no example of that id");
  }

  @Test
  void theSampleIsAlwaysTheSame() {
    ImageDataset data = dataset();
    List<String> ids =
        ExplainedExamples.read(TestSpark.session(), data, 4, Optional.empty()).sample().stream()
            .map(Example::id)
            .toList();
    assertThat(ids).hasSize(4).doesNotHaveDuplicates();
    assertThat(
            ExplainedExamples.read(TestSpark.session(), data, 8, Optional.empty()).sample().stream()
                .map(Example::id)
                .limit(4))
        .containsExactlyElementsOf(ids);
  }
}

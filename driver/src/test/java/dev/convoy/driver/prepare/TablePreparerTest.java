package dev.convoy.driver.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.prepare.ExampleColumns;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.data.prepare.OnBad;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.PrepareReport;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.source.InputFormat;
import dev.convoy.data.source.RowFormat;
import dev.convoy.data.source.TableSource;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table of images gives the dataset that a folder of the same images gives. */
@Tag("slow")
class TablePreparerTest {
  private static final ExampleColumns COLUMNS =
      new ExampleColumns("file", "{}", "label", Optional.empty(), Optional.empty());

  @TempDir private Path directory;

  /** Thirty images of three labels, in a folder and in lists. */
  @BeforeEach
  void writeImages() {
    StringBuilder list = new StringBuilder("file,label\n");
    for (int i = 0; i < 30; i++) {
      String label = List.of("cat", "dog", "eel").get(i % 3);
      String file = label + "/" + i + ".png";
      TestDatasets.put(
          directory.resolve("images/" + file), TestDatasets.png(2, i, 10 * (i % 3), 200 - i, 255));
      list.append(file).append(',').append(label).append('\n');
    }
    write("images/list.csv", list.toString());
  }

  private void write(String name, String text) {
    TestDatasets.put(directory.resolve(name), text.getBytes(StandardCharsets.UTF_8));
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  private Manifest ofFolder() {
    PreparePlan plan = PreparePlan.from(path("images"), path("of folder")).build();
    return Preparer.run(TestSpark.session(), plan, "0.1.0", WorkListener.SILENT).manifest();
  }

  private PrepareReport prepare(
      TableSource source, ExampleColumns columns, UnaryOperator<PreparePlan.Builder> changes) {
    PreparePlan plan =
        changes
            .apply(PreparePlan.from(source.text(), path("dataset")).table(source, columns))
            .build();
    return TablePreparer.run(TestSpark.session(), TestSpark.storage(), plan, WorkListener.SILENT);
  }

  private PrepareReport prepare(String input, ExampleColumns columns) {
    return prepare(TableSource.path(path(input)), columns, UnaryOperator.identity());
  }

  /** The ids of a folder are the paths below it, which the list has. */
  @Test
  void aListOfPathsIsTheFolderOfThem() {
    PrepareReport report = prepare("images/list.csv", COLUMNS);
    Manifest folder = ofFolder();
    assertThat(report.manifest().fingerprint()).isEqualTo(folder.fingerprint());
    assertThat(report.manifest().counts()).isEqualTo(folder.counts());
    assertThat(report.manifest().normalisation()).isEqualTo(folder.normalisation());
    assertThat(report.images()).isEqualTo(30);
    assertThat(report.manifest().plan().get("columns").get("image").asText()).isEqualTo("file");
    assertThat(report.format()).contains((InputFormat) RowFormat.CSV);
  }

  /** The same rows, with the bytes of the images, in other formats and another order. */
  @Test
  void tablesOfBytesAreTheFolderToo() {
    String folder = ofFolder().fingerprint();
    Dataset<Row> files =
        TestSpark.session()
            .read()
            .format("binaryFile")
            .option("recursiveFileLookup", "true")
            .option("pathGlobFilter", "*.png")
            .load(path("images"))
            .selectExpr(
                "content AS picture",
                "regexp_extract(path, '[a-z]+/[0-9]+.png$', 0) AS name",
                "regexp_extract(path, '([a-z]+)/[0-9]+.png$', 1) AS kind")
            .orderBy("picture");
    ExampleColumns columns =
        new ExampleColumns("picture", "{}", "KIND", Optional.of("name"), Optional.empty());
    for (String format : List.of("parquet", "orc")) {
      files.write().format(format).save(path("table " + format));
      PrepareReport report =
          prepare(
              TableSource.path(path("table " + format)),
              columns,
              plan -> plan.existing(ExistingOutput.OVERWRITE));
      assertThat(report.manifest().fingerprint()).isEqualTo(folder);
    }
    files.createOrReplaceTempView("pictures");
    PrepareReport ofQuery =
        prepare(
            new TableSource(
                TableSource.Kind.QUERY,
                "SELECT * FROM pictures WHERE kind <> 'eel'",
                OptionalLong.empty()),
            columns,
            plan -> plan.existing(ExistingOutput.OVERWRITE));
    assertThat(ofQuery.manifest().labels()).containsExactly("cat", "dog");
    assertThat(ofQuery.manifest().examples()).isEqualTo(20);
  }

  @Test
  void thePatternCompletesThePath() {
    write("list.jsonl", "{\"id\": \"cat/0\", \"class\": 1}\n{\"id\": \"dog/1\", \"class\": 0}\n");
    PrepareReport report =
        prepare(
            "list.jsonl",
            new ExampleColumns("id", "images/{}.png", "class", Optional.empty(), Optional.empty()));
    assertThat(report.manifest().labels()).containsExactly("0", "1");
    assertThat(ids(Split.TRAIN)).containsExactlyInAnyOrder("cat/0", "dog/1");
  }

  private List<String> ids(Split split) {
    return ImageDataset.open(TestSpark.storage(), path("dataset"))
        .requireSplit(TestSpark.session(), split)
        .select("id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  /** The examples of a dataset are a table of raw pixels. */
  @Test
  void rawPixelsAreReadWithTheirShape() {
    ofFolder();
    TestSpark.session()
        .read()
        .parquet(path("of folder/examples/split=train"))
        .createOrReplaceTempView("examples");
    TableSource source =
        new TableSource(TableSource.Kind.QUERY, "SELECT * FROM examples", OptionalLong.empty());
    ExampleColumns columns =
        new ExampleColumns("image", "{}", "label", Optional.of("id"), Optional.empty());
    prepare(source, columns, plan -> plan.size(new ImageSize(2, 2)).channels(1).validation(0));
    assertThat(pixels("dataset")).isEqualTo(pixels("of folder"));
    assertThatThrownBy(
            () -> prepare(source, columns, plan -> plan.existing(ExistingOutput.OVERWRITE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("cat/0.png: not a PNG");
  }

  private List<String> pixels(String dataset) {
    return ImageDataset.open(TestSpark.storage(), path(dataset))
        .requireSplit(TestSpark.session(), Split.TRAIN)
        .selectExpr("concat(id, ' ', label, ' ', hex(image))")
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .toList();
  }

  @Test
  void theColumnOfSplitsIsKept() {
    write(
        "images/split.csv",
        """
        file,label,part
        cat/0.png,cat,train
        dog/1.png,dog,test
        dog/4.png,dog,val
        cat/3.png,cat,train
        eel/2.png,cat,holdout
        """);
    ExampleColumns columns =
        new ExampleColumns("file", "{}", "label", Optional.empty(), Optional.of("part"));
    PrepareReport report =
        prepare(
            TableSource.path(path("images/split.csv")), columns, plan -> plan.onBad(OnBad.REJECT));
    assertThat(ids(Split.TRAIN)).containsExactlyInAnyOrder("cat/0.png", "cat/3.png");
    assertThat(ids(Split.VALIDATION)).containsExactly("dog/4.png");
    assertThat(ids(Split.TEST)).containsExactly("dog/1.png");
    assertThat(report.manifest().rejected()).isEqualTo(1);
    assertThat(report.images()).isEqualTo(5);
  }

  /** Patients a and b have two pictures each; one of the two is held out with both. */
  @Test
  void rowsOfAGroupComeIntoOneSplit() {
    write(
        "images/groups.csv",
        "file,label,patient\ncat/0.png,cat,a\ndog/1.png,dog,a\ndog/4.png,dog,b\ncat/3.png,cat,b\n");
    ExampleColumns columns =
        new ExampleColumns(
            "file", "{}", "label", Optional.empty(), Optional.empty(), Optional.of("patient"));
    prepare(TableSource.path(path("images/groups.csv")), columns, plan -> plan.validation(0.5));
    List<String> train = ids(Split.TRAIN);
    List<String> validation = ids(Split.VALIDATION);
    assertThat(List.of(train.stream().sorted().toList(), validation.stream().sorted().toList()))
        .containsExactlyInAnyOrder(
            List.of("cat/0.png", "dog/1.png"), List.of("cat/3.png", "dog/4.png"));
  }

  @Test
  void badRowsAreNamedWithTheirReasons() {
    write(
        "images/bad.csv",
        "file,label\ncat/0.png,cat\ncat/99.png,cat\ndog/1.png,\nlist.csv,cat\ncat/3.png,cat\n");
    assertThatThrownBy(() -> prepare("images/bad.csv", COLUMNS))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("3 of 5 images are bad")
        .hasMessageContaining("cat/99.png: there is no file file:" + path("images/cat/99.png"))
        .hasMessageContaining("dog/1.png: there is no label")
        .hasMessageContaining("list.csv: ");
    assertThat(directory.resolve("dataset")).doesNotExist();
  }

  /** A colon is no scheme, unless a slash follows it. */
  @Test
  void namesOfFilesMayContainAColon() throws Exception {
    Files.copy(directory.resolve("images/cat/0.png"), directory.resolve("images/cat:0.png"));
    write("images/colon.csv", "file,label\ncat:0.png,cat\ndog/1.png,dog\n");
    assertThat(prepare("images/colon.csv", COLUMNS).manifest().examples()).isEqualTo(2);
  }

  @Test
  void labelsThatDifferOnlyInSpacesOrCaseAreTold() {
    write("images/alike.csv", "file,label\ncat/0.png,cat\ncat/3.png, cat\ndog/1.png,Cat\n");
    assertThat(prepare("images/alike.csv", COLUMNS).warnings())
        .anyMatch(
            warning ->
                warning.startsWith(
                    "These labels differ only in case or in spaces: ' cat' and 'Cat' and 'cat' ("));
  }

  @Test
  void longLabelsAndIdsAreBadRows() {
    String longest = "x".repeat(5000);
    write(
        "images/long.csv",
        "file,label\ncat/0.png,cat\ndog/1.png," + longest + "\n" + longest + ",cat\n");
    assertThatThrownBy(() -> prepare("images/long.csv", COLUMNS))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("2 of 3 images are bad")
        .hasMessageContaining("its label has 5000 characters, and a label has at most 4096")
        .hasMessageContaining("its id has 5000 characters, and an id has at most 4096")
        .hasMessageNotContaining("xxxxx");
  }

  @Test
  void aRepeatedPathIsRefused() {
    write("images/twice.csv", "file,label\ncat/0.png,cat\ncat/0.png,dog\n");
    assertThatThrownBy(() -> prepare("images/twice.csv", COLUMNS))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--image-column file: these ids occur in several rows: cat/0.png");
  }

  @Test
  void allFaultsOfTheColumnsAreToldTogether() {
    ExampleColumns columns =
        new ExampleColumns("picture", "{}", "kind", Optional.of("number"), Optional.of("part"));
    assertThatThrownBy(() -> prepare("images/list.csv", columns))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("4 problems")
        .hasMessageContaining(
            "--image-column picture: the table has only the columns [file, label]")
        .hasMessageContaining("--label-column kind")
        .hasMessageContaining("--id-column number")
        .hasMessageContaining("--split-column part");
  }
}

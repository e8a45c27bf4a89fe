package dev.convoy;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.image.Geometry;
import dev.convoy.data.image.Padding;
import dev.convoy.data.image.Place;
import dev.convoy.data.image.Resampling;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.ImageSize;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.spark.LocalDirectory;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.config.NetworkLocator;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrainPlans;
import dev.convoy.driver.train.KeptBlocks;
import dev.convoy.driver.train.Trainer;
import dev.convoy.driver.train.plan.MonitorPlan;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.driver.train.plan.TrainReport;
import dev.convoy.driver.train.rounds.StartNotes;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringModel;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a classifier trains on, and what it leaves. */
@Tag("slow")
class ConvoyClassifierTest {
  @TempDir Path directory;

  @AfterAll
  static void release() {
    KeptBlocks.removeBroadcasts(ScoringModel.class);
  }

  @AfterEach
  void nothingIsLeft() {
    KeptBlocks.awaitNoShards();
  }

  private static String sha256(ConvoyModel model) {
    return model.summary().parametersSha256();
  }

  private Model saved(ConvoyModel model) throws Exception {
    String path = directory.resolve("saved").toString();
    model.write().overwrite().save(path);
    return ModelStore.read(TestSpark.storage(), path);
  }

  /** Prepares and trains as the commands do. */
  private TrainReport commands() {
    LabelledPhotos.write(directory.resolve("raw"));
    String dataset = directory.resolve("dataset").toString();
    Preparer.run(
        TestSpark.session(),
        PreparePlan.from(directory.resolve("raw").toString(), dataset)
            .size(new ImageSize(6, 9))
            .geometry(
                Geometry.DEFAULT
                    .with(Padding.REFLECT)
                    .with(Place.BOTTOM_RIGHT)
                    .with(Resampling.AREA_BICUBIC))
            .normalisation(Normalisation.Kind.PER_IMAGE)
            .build(),
        "0.1.0",
        WorkListener.SILENT);
    ImageDataset data = ImageDataset.open(TestSpark.storage(), dataset);
    Path network = directory.resolve("network.conf");
    put(network, LabelledPhotos.TINY);
    Problems problems = new Problems();
    Settings settings =
        Settings.load(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of(
                "train.epochs", "2",
                "train.batch", "4",
                "train.augment.rotation", "10",
                "train.augment.mixup", "0.4"),
            problems);
    TrainPlans.Hyperparameters values = TrainPlans.read(settings);
    TrainPlan plan = TrainPlans.plan(values, NetworkLocator.read(network.toString()), data, "");
    RunDirectory.Opened opened =
        RunDirectory.open(
            TestSpark.storage(),
            directory.resolve("run").toString(),
            plan,
            data,
            ExistingOutput.KEEP);
    return new Trainer(
            TestSpark.session(),
            TestSpark.storage(),
            BatchSize.AUTOMATIC,
            values.checkpointing(),
            MonitorPlan.none(),
            Optional::empty)
        .run(plan, data, opened, start -> StartNotes.none(), List.of());
  }

  private static void put(Path file, String text) {
    TestDatasets.put(file, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void withoutIdsTheBitsDoNotDependOnTheOrderOfTheRows() {
    List<Row> rows = LabelledPhotos.rows();
    rows.addAll(rows.subList(0, 3)); // Some images occur twice, and one three times.
    rows.add(rows.get(0));
    ConvoyModel first =
        LabelledPhotos.classifier().setValidation(0.3).fit(LabelledPhotos.table(rows).coalesce(1));
    Collections.shuffle(rows, new Random(3));
    ConvoyModel second =
        LabelledPhotos.classifier()
            .setValidation(0.3)
            .fit(LabelledPhotos.table(rows).repartition(4));
    assertThat(sha256(first)).isEqualTo(sha256(second));
    assertThat(first.summary().examples() + first.summary().validationExamples())
        .isEqualTo(rows.size());
  }

  /** With settings of every kind. The unusable rows are named, and change no bit. */
  @Test
  void theBitsAreThoseOfTheCommandsOnTheSameImages() throws Exception {
    TrainReport report = commands();
    Model trained = ModelStore.read(TestSpark.storage(), report.model());
    List<Row> rows = LabelledPhotos.rows();
    rows.addAll(unusable());
    Collections.shuffle(rows, new Random(7));
    List<String> before = localFiles();
    ConvoyModel model =
        likeTheCommands().setOnBad("reject").fit(LabelledPhotos.table(rows).repartition(3));
    assertThat(localFiles()).isEqualTo(before);
    Model fitted = saved(model);
    assertThat(fitted.labels()).isEqualTo(trained.labels()).isEqualTo(LabelledPhotos.LABELS);
    assertThat(fitted.normalisation()).isEqualTo(trained.normalisation());
    assertThat(fitted.provenance().path("dataset")).isEqualTo(trained.provenance().path("dataset"));
    assertThat(fitted.provenance().path("plan")).isEqualTo(trained.provenance().path("plan"));
    assertThat(sha256(model)).isEqualTo(report.parametersSha256());
    assertThat(fitted.provenance().has("data")).isFalse();
    TrainingSummary summary = model.summary();
    assertThat(summary.epochs()).isEqualTo(2);
    assertThat(summary.loss()).isEqualTo(report.loss());
    assertThat(summary.examples()).isEqualTo(report.examplesPerEpoch());
    assertThat(summary.examples() + summary.validationExamples()).isEqualTo(27);
    assertThat(summary.validationAccuracy()).hasValue(report.validationAccuracy());
    assertThat(summary.rejected()).isEqualTo(3);
    assertThat(summary.firstRejected())
        .containsExactlyInAnyOrder(
            "unlabelled: there is no label",
            "empty: there is no image",
            "damaged: not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image");

    List<Row> pixels = new ArrayList<>();
    for (Row row : decoded().collectAsList()) {
      pixels.add(
          RowFactory.create(row.getAs("id"), row.getStruct(0).getAs("data"), row.getAs("label")));
    }
    ConvoyClassifier ofPixels =
        likeTheCommands().setPixelShape(1, LabelledPhotos.SIDE, LabelledPhotos.SIDE);
    assertThat(sha256(ofPixels.fit(LabelledPhotos.table(pixels))))
        .isEqualTo(report.parametersSha256());
  }

  /** A classifier with the settings of {@link #commands}. */
  private static ConvoyClassifier likeTheCommands() {
    ConvoyClassifier classifier =
        LabelledPhotos.classifier()
            .setIdCol("id")
            .setSize("6x9")
            .setPadding("reflect")
            .setNormalisation("per-image");
    classifier
        .set(classifier.place(), "bottom-right")
        .set(classifier.resample(), "area-bicubic")
        .set(classifier.augmentRotation(), 10.0)
        .set(classifier.augmentMixup(), 0.4);
    return classifier;
  }

  /** Returns the images of the files as Spark decodes them, which are grey. */
  private Dataset<Row> decoded() {
    return TestSpark.session()
        .read()
        .format("image")
        .load(directory.resolve("raw").toString() + "/*")
        .selectExpr(
            "image",
            "element_at(split(image.origin, '/'), -2) AS label",
            "concat(element_at(split(image.origin, '/'), -2), '/',"
                + " element_at(split(image.origin, '/'), -1)) AS id");
  }

  private static List<Row> unusable() {
    return List.of(
        RowFactory.create("unlabelled", LabelledPhotos.rows().get(0).get(1), null),
        RowFactory.create("empty", null, "ash"),
        RowFactory.create("damaged", new byte[] {1, 2, 3}, "ash"));
  }

  @Test
  void numbersWithoutNamesAreClassIndices() {
    Dataset<Row> numbers =
        LabelledPhotos.table()
            .withColumn(
                "label", when(col("label").equalTo("ash"), 0).otherwise(lit(3)).cast("long"));
    ConvoyModel numbered = LabelledPhotos.classifier().setIdCol("id").fit(numbers);
    assertThat(numbered.labels()).containsExactly("0", "1", "2", "3");
    assertThat(numbered.summary().warnings())
        .contains(
            "No example has these labels: 1, 2 (add images of them, or leave them out of the label"
                + " names)");
    assertThatThrownBy(() -> LabelledPhotos.classifier().fit(numbers.withColumn("label", lit(27))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the largest class index is 27, and there are only 27 rows");
    assertThatThrownBy(() -> LabelledPhotos.classifier().fit(numbers.withColumn("label", lit(0.5))))
        .hasMessageContaining("none of the 27 rows has a label and an image that can be read; row")
        .hasMessageContaining("its label is 0.5, and class indices are whole numbers from 0");
  }

  @Test
  void unusableRowsAreNamed() {
    List<Row> rows = LabelledPhotos.rows();
    rows.addAll(unusable());
    Dataset<Row> table = LabelledPhotos.table(rows).coalesce(1);
    ConvoyClassifier named = LabelledPhotos.classifier().setIdCol("id");
    assertThatThrownBy(() -> named.fit(table))
        .isInstanceOf(JobFailedException.class)
        .hasMessageStartingWith("Cannot fit: 3 of 30 images are bad")
        .hasMessageContaining("unlabelled: there is no label")
        .hasMessageContaining("empty: there is no image")
        .hasMessageContaining("damaged: not a PNG, JPEG, GIF, BMP, TIFF, WebP or PNM image")
        .hasMessageEndingWith("To go on without them: onBad = reject");
    assertThatThrownBy(() -> LabelledPhotos.classifier().fit(table))
        .hasMessageContaining("row 28 of partition 0: there is no label");
    named.setOnBad("reject").set(named.maxBad(), 0.05);
    assertThatThrownBy(() -> named.fit(table))
        .hasMessageEndingWith("That is more than maxBad = 0.05 allows");
    assertThatThrownBy(() -> named.fit(table.withColumn("id", lit("same"))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("idCol id: these ids occur in several rows: same (set idCol");
    assertThatThrownBy(() -> named.fit(table.filter("false")))
        .hasMessage("Cannot fit: there are no rows");
  }

  @Test
  void filesAreDeletedAfterSuccessAndFailure() {
    Path work = directory.resolve("work");
    ConvoyClassifier classifier = LabelledPhotos.classifier().setWorkDir(work.toString());
    assertThat(sha256(classifier.fit(LabelledPhotos.table()))).hasSize(64);
    assertThat(work).doesNotExist();
    put(work.resolve("of-the-user"), "");
    classifier.setLearningRate(1e30);
    assertThatThrownBy(() -> classifier.fit(LabelledPhotos.table()))
        .isInstanceOf(JobFailedException.class);
    assertThat(work.toFile().list()).containsExactly("of-the-user");
  }

  /** Returns the files in Spark's local directory of this process. */
  private static List<String> localFiles() throws IOException {
    Path own =
        Path.of(URI.create(LocalDirectory.create(TestSpark.session().sparkContext().conf())));
    Files.delete(own);
    try (Stream<Path> files = Files.list(own.getParent())) {
      return files.map(Path::toString).sorted().toList();
    }
  }

  @Test
  void onAClusterTheDirectoryIsOneThatAllMachinesSee() {
    assertThatThrownBy(() -> WorkDirectory.shared(TestSpark.storage(), "fit"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("workDir is not set")
        .hasMessageContaining("set workDir to a directory that the driver and all executors see");
    Configuration hdfs = new Configuration(false);
    hdfs.set("fs.defaultFS", "hdfs://127.0.0.1:8020");
    assertThat(WorkDirectory.shared(new Storage(hdfs), "fit"))
        .startsWith("hdfs://127.0.0.1:8020/user/")
        .endsWith("/fit");
  }

  @Test
  void allFaultsOfARequestAreReportedTogether() {
    ConvoyClassifier classifier =
        new ConvoyClassifier().setInputCol("photo").setLabelCol("tree").setIdCol("number");
    assertThatThrownBy(() -> classifier.fit(LabelledPhotos.table()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("4 problems")
        .hasMessageContaining("network is not set (set it to one of ")
        .hasMessageContaining("inputCol photo: the table has the columns [id, image, label]")
        .hasMessageContaining("labelCol tree: ")
        .hasMessageContaining("(set idCol to the column of ids)");
    assertThatThrownBy(
            () -> new ConvoyClassifier().setNetwork("lenet-7").fit(LabelledPhotos.table()))
        .hasMessageContaining("Cannot find the network lenet-7");
    assertThatThrownBy(
            () ->
                LabelledPhotos.classifier()
                    .setImageFormat("pixels")
                    .transformSchema(LabelledPhotos.SCHEMA))
        .hasMessageContaining("pixelShape: must be set, because imageFormat is pixels");
  }
}

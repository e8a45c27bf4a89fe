package dev.convoy.data.prepare;

import static dev.convoy.data.TestImages.grey;
import static dev.convoy.data.TestImages.png;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.TestImages;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.image.ImageLimits;
import dev.convoy.data.io.Storage;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.data.quality.DatasetPictures;
import dev.convoy.data.quality.DatasetQuality;
import dev.convoy.data.quality.Member;
import dev.convoy.data.quality.QualityJob;
import dev.convoy.data.quality.ReasonCount;
import dev.convoy.data.quality.SameImages;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal images are found, shown, and left out if that is asked for. */
class DuplicatesTest {
  private static final int SIDE = 24;

  @TempDir private Path directory;
  private Preparation job;

  /** Images 0 to 5 differ; others have the pixels of one of them, or nearly. */
  @BeforeEach
  void putImages() {
    job = Preparation.in(directory);
    put("train/cat/0.png", picture(0));
    put("train/cat/1.png", picture(1));
    put("train/cat/1 again.png", picture(1));
    put("train/cat/2.png", picture(2));
    put("train/dog/3.png", picture(3));
    put("train/dog/2 too.png", picture(2));
    put("train/dog/4.png", picture(4));
    put("test/cat/0 in test.png", picture(0));
    put("test/dog/5.png", picture(5));
    put("test/dog/5 again.png", picture(5));
    put("test/dog/nearly 4.png", nearly(picture(4)));
    put("test/cat/black.png", grey(SIDE, new int[SIDE * SIDE]));
  }

  private void put(String file, BufferedImage image) {
    TestImages.put(job.input(), file, png(image));
  }

  private static BufferedImage picture(int number) {
    Random random = new Random(number);
    int[] coarse = random.ints(36, 0, 256).toArray();
    int[] pixels = new int[SIDE * SIDE];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = coarse[i / SIDE / 4 * 6 + i % SIDE / 4];
    }
    return grey(SIDE, pixels);
  }

  private static BufferedImage nearly(BufferedImage image) {
    int[] pixels = image.getRaster().getPixels(0, 0, SIDE, SIDE, (int[]) null);
    for (int i = 0; i < pixels.length; i += 7) {
      pixels[i] = Math.min(255, pixels[i] + 2);
    }
    return grey(SIDE, pixels);
  }

  private PrepareReport prepare(Duplicates duplicates) {
    return job.run(job.plan().duplicates(duplicates).validation(0));
  }

  private static List<String> ids(PrepareReport report, Split split) {
    return Preparation.rows(report, split).stream().map(row -> row.getString(0)).sorted().toList();
  }

  private List<String> rejected(PrepareReport report) {
    return TestSpark.session()
        .read()
        .parquet(Storage.literal(report.output() + "/rejected"))
        .select("id", "reason")
        .collectAsList()
        .stream()
        .map((Row row) -> row.getString(0) + ": " + row.getString(1))
        .sorted()
        .toList();
  }

  /** Copies of a picture are in a group, as far as their names tell it. */
  @Test
  void groupsStayInOneSplit() {
    Path folder = directory.resolve("groups");
    for (int i = 0; i < 60; i++) {
      TestImages.put(
          folder, (i % 2 == 0 ? "cat" : "dog") + "/p" + i / 4 + "-" + i + ".png", png(picture(i)));
    }
    TestImages.put(folder, "dog/alone.png", png(picture(100)));
    PrepareReport report =
        job.run(
            PreparePlan.from(folder.toString(), job.output().toString())
                .groups(Optional.of("/(p\\d+)-"))
                .validation(0.2)
                .test(0.2));
    Map<String, Split> splits = new HashMap<>();
    for (Split split : Split.values()) {
      for (String id : ids(report, split)) {
        String group = id.replaceAll(".*/(p\\d+)-.*", "$1");
        assertThat(splits.getOrDefault(group, split)).as(id).isEqualTo(split);
        splits.put(group, split);
      }
    }
    assertThat(splits).hasSize(16);
    // Three groups of four images are the largest number within a fifth of 61, and of the other 49.
    assertThat(report.manifest().count(Split.TEST)).isBetween(9L, 12L);
    assertThat(report.manifest().count(Split.VALIDATION)).isBetween(7L, 10L);
  }

  /** A pattern that finds nothing, or one group of all, is told. */
  @Test
  void groupsThatAreNoneAreTold() {
    Path folder = directory.resolve("groups");
    for (int i = 0; i < 6; i++) {
      TestImages.put(folder, (i % 2 == 0 ? "cat/" : "dog/") + i + ".png", png(picture(i)));
    }
    PrepareReport none =
        job.run(
            PreparePlan.from(folder.toString(), job.output().toString())
                .groups(Optional.of("patient"))
                .validation(0.3));
    assertThat(none.warnings())
        .contains(
            "Each of the 6 images is a group of its own, so nothing keeps images together (look"
                + " whether the pattern of --groups fits the ids)");
    assertThat(none.notes()).contains("6 groups of 6 images were drawn.");
    PrepareReport one =
        job.run(
            PreparePlan.from(folder.toString(), directory.resolve("one").toString())
                .groups(Optional.of("png$"))
                .validation(0.3));
    assertThat(one.warnings())
        .contains(
            "The validation split has no example, although a fraction of 0.3 is wanted: there is"
                + " only 1 group");
  }

  @Test
  void groupsCannotDecideSplitsThatAreGiven() {
    assertThatThrownBy(() -> job.run(job.plan().groups(Optional.of("\\d"))))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the input gives images to splits, so groups cannot decide them");
    assertThatThrownBy(() -> job.plan().groups(Optional.of("(")).build())
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--groups (: is not a regular expression");
  }

  @Test
  void keepingThemFindsThemAll() {
    PrepareReport report = prepare(Duplicates.KEEP);
    assertThat(report.manifest().examples()).isEqualTo(12);
    DatasetQuality quality = look(report).quality();
    SameImages equal = quality.equal();
    assertThat(equal.groups()).isEqualTo(4);
    assertThat(equal.examples()).isEqualTo(8);
    assertThat(equal.surplus()).isEqualTo(4);
    assertThat(equal.acrossSplits()).isEqualTo(1);
    assertThat(equal.acrossLabels()).isEqualTo(1);
    assertThat(equal.first().get(0).members())
        .containsExactly(
            new Member("train/cat/2.png", 0, Split.TRAIN),
            new Member("train/dog/2 too.png", 1, Split.TRAIN));
    assertThat(quality.alike().first())
        .singleElement()
        .satisfies(
            pair ->
                assertThat(pair.members())
                    .extracting(Member::id)
                    .containsExactly("test/dog/nearly 4.png", "train/dog/4.png"));
    assertThat(quality.firstConstant())
        .extracting(Member::id)
        .containsExactly("test/cat/black.png");
    assertThat(quality.sources().formats()).containsExactly(Map.entry("PNG", 12L));
    assertThat(quality.sources().median()).isEqualTo("24×24");
    assertThat(quality.sources().grey()).isEqualTo(12);
  }

  /** Reasons that differ by numbers are one, whose numbers are those of the first file. */
  @Test
  void whatIsNotComparedOrNotInTheDatasetIsNamed() {
    int[] dot = new int[SIDE * SIDE];
    dot[SIDE] = 9;
    put("train/dog/dot.png", grey(SIDE, dot));
    for (int side : List.of(40, 50)) {
      put("train/cat/large " + side + ".png", grey(side, new int[side * side]));
    }
    TestImages.put(job.input(), "train/cat/no image.png", new byte[] {1, 2, 3});
    PrepareReport report =
        job.run(
            job.plan()
                .validation(0)
                .onBad(OnBad.REJECT)
                .limits(new ImageLimits(100_000, 30 * 30))
                .size(new ImageSize(SIDE, SIDE)));
    DatasetQuality quality = look(report).quality();
    assertThat(quality.plain()).isEqualTo(1);
    assertThat(quality.firstPlain())
        .containsExactly(new Member("train/dog/dot.png", 1, Split.TRAIN));
    assertThat(quality.rejected()).hasSize(2);
    assertThat(quality.rejected().get(0))
        .isEqualTo(
            new ReasonCount(
                "N×N pixels are more than the limit of N",
                2,
                List.of("train/cat/large 40.png", "train/cat/large 50.png"),
                "40×40 pixels are more than the limit of 900"));
    assertThat(quality.rejected().get(1).first()).containsExactly("train/cat/no image.png");
    assertThat(quality.rejected().get(1).example()).isEmpty();
  }

  /** The mean of two images is known, and the pictures of found examples are their pixels. */
  @Test
  void picturesAreThoseOfTheExamples() {
    PrepareReport report = prepare(Duplicates.DROP);
    DatasetPictures pictures = look(report).pictures();
    assertThat(pictures.labels().get(1).samples()).hasSize(4);
    byte[] mean = pictures.labels().get(0).mean();
    long[] sums = new long[mean.length];
    int cats = 0;
    for (Split split : List.of(Split.TRAIN, Split.TEST)) {
      for (Row row : Preparation.rows(report, split)) {
        if (row.getInt(1) == 0) {
          cats++;
          byte[] image = row.getAs(2);
          for (int i = 0; i < sums.length; i++) {
            sums[i] += image[i] & 0xff;
          }
        }
      }
    }
    for (int i = 0; i < sums.length; i++) {
      assertThat(mean[i] & 0xff).isEqualTo((int) Math.round((double) sums[i] / cats));
    }
    assertThat(pictures.examples().get("test/test/cat/black.png")).isEqualTo(new byte[SIDE * SIDE]);
  }

  private static QualityJob.Result look(PrepareReport report) {
    return QualityJob.run(
        TestSpark.session(),
        ImageDataset.open(TestSpark.storage(), report.output()),
        report.sources(),
        report.warnings(),
        WorkListener.SILENT);
  }

  @Test
  void acrossSplitsThoseOfTrainAreLeftOut() {
    PrepareReport report = prepare(Duplicates.DROP_ACROSS_SPLITS);
    assertThat(ids(report, Split.TEST)).hasSize(5);
    assertThat(ids(report, Split.TRAIN)).hasSize(6).doesNotContain("train/cat/0.png");
    assertThat(rejected(report))
        .containsExactly("train/cat/0.png: it has the same pixels as test/cat/0 in test.png");
    assertThat(report.manifest().rejected()).isEqualTo(1);
    assertThat(report.notes())
        .anyMatch(
            note ->
                note.startsWith(
                    "1 image was left out, because others have the same pixels (duplicates:"
                        + " drop-across-splits)"));
    assertThat(look(report).quality().equal().acrossSplits()).isZero();
  }

  @Test
  void oneOfEachIsKeptInTheOrderOfSplitsAndIds() {
    PrepareReport report = prepare(Duplicates.DROP);
    assertThat(ids(report, Split.TRAIN))
        .containsExactly(
            "train/cat/1 again.png", "train/cat/2.png", "train/dog/3.png", "train/dog/4.png");
    assertThat(rejected(report))
        .containsExactly(
            "test/dog/5.png: it has the same pixels as test/dog/5 again.png",
            "train/cat/0.png: it has the same pixels as test/cat/0 in test.png",
            "train/cat/1.png: it has the same pixels as train/cat/1 again.png",
            "train/dog/2 too.png: it has the same pixels as train/cat/2.png");
    assertThat(look(report).quality().equal()).isEqualTo(SameImages.empty());
    assertThat(report.warnings())
        .anyMatch(
            text ->
                text.startsWith(
                    "1 image that was left out has another label than the one with the same pixels"
                        + " that is kept: train/dog/2 too.png = train/cat/2.png ("));
  }

  /** What is found in one dataset is not told of another in the same directory. */
  @Test
  void whatWasFoundBelongsToTheDataset() throws Exception {
    PrepareReport report = prepare(Duplicates.KEEP);
    DatasetQuality quality = look(report).quality();
    quality.write(TestSpark.storage(), report.output());
    assertThat(
            DatasetQuality.read(
                TestSpark.storage(), report.output(), report.manifest().fingerprint()))
        .contains(quality);
    assertThat(DatasetQuality.read(TestSpark.storage(), report.output(), "other")).isEmpty();
    Files.writeString(job.output().resolve(DatasetQuality.PAGE), "a page");
    job.run(job.plan().duplicates(Duplicates.DROP).existing(ExistingOutput.OVERWRITE));
    try (Stream<Path> files = Files.list(job.output())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains("manifest.json")
          .doesNotContain(DatasetQuality.FILE, DatasetQuality.PAGE);
    }
  }
}

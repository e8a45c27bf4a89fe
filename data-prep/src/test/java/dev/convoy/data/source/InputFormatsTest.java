package dev.convoy.data.source;

import static dev.convoy.data.TestImages.idxImages;
import static dev.convoy.data.TestImages.idxLabels;
import static dev.convoy.data.TestImages.put;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputFormatsTest {
  @TempDir Path directory;
  private final Storage storage = new Storage(new Configuration());
  private final Map<InputFormat, String> examples =
      Map.ofEntries(
          entry(RowFormat.DATASET, "dataset"),
          entry(InputFormats.IDX, "idx"),
          entry(InputFormats.CIFAR, "cifar"),
          entry(InputFormats.FOLDER, "folder"),
          entry(InputFormats.TAR, "tar"),
          entry(RowFormat.TABLE, "table"),
          entry(RowFormat.ORC, "orc"),
          entry(RowFormat.AVRO, "avro"),
          entry(RowFormat.CSV, "csv"),
          entry(RowFormat.JSON, "json"),
          entry(RowFormat.DELTA, "delta"),
          entry(RowFormat.ICEBERG, "iceberg"));

  @BeforeEach
  void writeAnExampleOfEachFormat() {
    put(directory, "dataset/manifest.json", new byte[1]);
    put(directory, "idx/train-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "idx/train-labels-idx1-ubyte", idxLabels(0));
    put(directory, "cifar/data_batch_1.bin", new byte[3073]);
    put(directory, "folder/cat/x.PNG", new byte[1]);
    put(directory, "tar/x.tar.gz", new byte[1]);
    put(directory, "table/day=1/part-0.parquet", new byte[1]);
    put(directory, "orc/part-0.orc", new byte[1]);
    put(directory, "avro/part-0.avro", new byte[1]);
    put(directory, "csv/list.csv.gz", new byte[1]);
    put(directory, "json/part-0.jsonl", new byte[1]);
    put(directory, "delta/_delta_log/00000000000000000000.json", new byte[1]);
    put(directory, "iceberg/metadata/v1.metadata.json", new byte[1]);
  }

  private InputListing list(String example) {
    return new InputListing(storage, directory.resolve(example).toString());
  }

  private static <F extends InputFormat> Optional<F> recognised(
      InputFormats<F> formats, InputListing listing) {
    Problems problems = new Problems();
    Optional<F> format = formats.recognise(listing, problems);
    assertThat(problems.faults()).isEmpty();
    return format;
  }

  @Test
  void eachFormatRecognisesItsOwnExampleAndNoOther() {
    assertThat(examples.keySet())
        .containsAll(InputFormats.PREPARE.formats())
        .containsAll(InputFormats.SCORE.formats());
    examples.forEach(
        (owner, example) -> {
          for (InputFormat format : examples.keySet()) {
            InputFormat.Recognition found = format.recognise(list(example));
            assertThat(found.whole() || found.files() > 0)
                .as("%s in %s", format.key(), example)
                .isEqualTo(format == owner);
          }
        });
  }

  @Test
  void anInputHasTheFormatOfTheCommandThatRecognisesIt() {
    for (SliceFormat format : InputFormats.PREPARE.formats()) {
      assertThat(recognised(InputFormats.PREPARE, list(examples.get(format)))).contains(format);
    }
    for (InputFormat format : InputFormats.SCORE.formats()) {
      assertThat(recognised(InputFormats.SCORE, list(examples.get(format)))).contains(format);
    }
    assertThat(recognised(InputFormats.PREPARE, list("table"))).isEmpty();
    assertThat(recognised(InputFormats.SCORE, list("idx"))).isEmpty();
  }

  @Test
  void aTableOfPrepareIsObvious() {
    for (RowFormat format : InputFormats.PREPARE_TABLES.formats()) {
      String path = directory.resolve(examples.get(format)).toString();
      assertThat(RowFormat.ofTable(storage, path)).contains(format);
    }
    for (String other : List.of("idx", "cifar", "folder", "dataset", "nowhere")) {
      assertThat(RowFormat.ofTable(storage, directory.resolve(other).toString())).isEmpty();
    }
    assertThat(RowFormat.ofTable(storage, directory.resolve("json/part-0.jsonl").toString()))
        .contains(RowFormat.JSON);
    put(directory, "table/day=1/_SUCCESS", new byte[0]);
    assertThat(RowFormat.ofTable(storage, directory.resolve("table").toString()))
        .contains(RowFormat.TABLE);
    put(directory, "folder/labels.csv", new byte[1]);
    assertThat(RowFormat.ofTable(storage, directory.resolve("folder").toString())).isEmpty();
    put(directory, "csv/readme.txt", new byte[1]);
    assertThat(RowFormat.ofTable(storage, directory.resolve("csv").toString())).isEmpty();
  }

  /** Lists often lie beside the images that they name. */
  @Test
  void textFilesBesideImagesAreNotTheInput() {
    put(directory, "folder/labels.csv", new byte[1]);
    put(directory, "folder/notes.json", new byte[1]);
    assertThat(recognised(InputFormats.SCORE, list("folder"))).contains(InputFormats.FOLDER);
    assertThat(recognised(InputFormats.PREPARE, list("folder"))).contains(InputFormats.FOLDER);
  }

  @Test
  void aDatasetAndIdxFilesMakeAnInputTheirsWhateverLiesBesideThem() {
    put(directory, "dataset/examples/part-0.parquet", new byte[1]);
    put(directory, "idx/picture.png", new byte[1]);
    assertThat(recognised(InputFormats.SCORE, list("dataset"))).contains(RowFormat.DATASET);
    assertThat(recognised(InputFormats.PREPARE, list("idx"))).contains(InputFormats.IDX);
  }

  @Test
  void idxFilesInASubdirectoryDoNotClaimTheDirectoryAbove() {
    put(directory, "above/raw/train-images-idx3-ubyte", idxImages(1, 1, 1));
    put(directory, "above/raw/train-labels-idx1-ubyte", idxLabels(0));
    assertThat(recognised(InputFormats.PREPARE, list("above"))).isEmpty();
    assertThat(faultsOfOpening("above", Optional.empty()))
        .containsExactly(
            "it holds 2 IDX files (raw/train-images-idx3-ubyte): name the directory that holds the"
                + " images and their labels");
    put(directory, "above/cat/x.jfif", new byte[1]);
    assertThat(recognised(InputFormats.PREPARE, list("above"))).contains(InputFormats.FOLDER);
    assertThat(list("above").images().skipped()).isEqualTo(2);
    assertThat(faultsOfOpening("above", Optional.of(InputFormats.IDX)))
        .contains(
            "its IDX files lie in a subdirectory, such as raw/train-images-idx3-ubyte (name the"
                + " directory that holds them)");
  }

  private List<String> faultsOfOpening(String example, Optional<SliceFormat> format) {
    Problems problems = new Problems();
    ImageSource.open(
        new InputListing(storage, directory.resolve(example).toString()),
        format,
        List.of(),
        problems);
    return problems.faults();
  }

  @Test
  void filesOfTwoFormatsAreRefusedWithTheWaysToChoose() {
    put(directory, "table/a.png", new byte[1]);
    put(directory, "table/b.jpg", new byte[1]);
    Problems problems = new Problems();
    InputFormats.SCORE.recognise(list("table"), problems);
    assertThat(problems.faults())
        .containsExactly(
            "it holds 1 Parquet file and 2 image files (score the images with --format"
                + " folder, or name the directory of the Parquet files)");
  }

  @Test
  void theWordsOfACommandNameItsFormats() {
    assertThat(InputFormats.PREPARE.words())
        .containsExactly("auto", "idx", "cifar", "folder", "tar");
    assertThat(InputFormats.SCORE.words())
        .containsExactly(
            "auto", "dataset", "delta", "iceberg", "folder", "tar", "table", "orc", "avro", "csv",
            "json");
    assertThat(InputFormats.PREPARE_TABLES.words())
        .containsExactly("auto", "delta", "iceberg", "table", "orc", "avro", "csv", "json");
    for (InputFormats<?> formats : List.of(InputFormats.PREPARE, InputFormats.SCORE)) {
      assertThat(formats.named(InputFormats.AUTO)).isEmpty();
      assertThat(formats.formats())
          .allSatisfy(format -> assertThat(formats.named(format.key()).get()).isSameAs(format));
      assertThat(Stream.of("auto", "", "IDX").filter(formats.words()::contains)).hasSize(1);
    }
    assertThatThrownBy(() -> InputFormats.PREPARE.named("table"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("must be one of auto, idx, cifar, folder, tar");
  }

  @Test
  void whatIsMissingIsToldByAllFormatsOfTheCommand() {
    put(directory, "empty/notes.xyz", new byte[1]);
    InputListing empty = list("empty");
    assertThat(InputFormats.SCORE.missing(empty))
        .isEqualTo(
            "there is no image file in it, no tar archive, no Parquet file, no ORC file, no Avro file, no CSV file,"
                + " and no JSON file; files found: 1");
    put(directory, "hidden/_old/x.parquet", new byte[1]);
    assertThat(InputFormats.SCORE.missing(list("hidden")))
        .isEqualTo(
            "there is no image file in it, no tar archive, no Parquet file, no ORC file, no Avro file, no CSV file,"
                + " and no JSON file; 1 hidden from Spark, because a name in the path begins with _ or .: rename it to read the file"
                + " (_old/x.parquet)");
    assertThat(InputFormats.PREPARE.missing(empty))
        .isEqualTo(
            "it holds no images: neither IDX files (such as train-images-idx3-ubyte.gz) nor binary"
                + " files of CIFAR (such as data_batch_1.bin) nor image files (.png, .jpg, .gif, .bmp, .tif, .webp, .ppm) in a folder for each label nor tar archives of image files; files found: 1 (notes.xyz)");
  }
}

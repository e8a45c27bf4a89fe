package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong is said in a line or two with the remedy, and nothing is left behind. */
class BadRequestTest {
  @TempDir private Path directory;

  @Test
  void aMissingInput() throws IOException {
    refused(2, "there is no such", "prepare", "--input", "nowhere", "--output", "out");
  }

  @Test
  void aMissingDatasetABatchOfZeroAndAnUnknownKeyAreToldTogether() throws IOException {
    Convoy.Outcome outcome =
        refused(
            2,
            "--batch 0: must be at least 1, or auto",
            "train",
            "--data",
            "nowhere",
            "--network",
            "lenet",
            "--output",
            "out",
            "--batch",
            "0",
            "--set",
            "train.epoch=3");
    assertThat(outcome.err())
        .contains("Cannot train: 3 problems", "did you mean train.epochs?", "convoy prepare");
  }

  @Test
  void aClusterThatCannotBePlannedIsToldWithAllFaults() throws IOException {
    Convoy.Outcome outcome =
        refused(
            2,
            "--workers 0: must be a whole number from 1 to 100000",
            "plan",
            "--workers",
            "0",
            "--network",
            "lenett",
            "--link",
            "fast",
            "--epochs",
            "0");
    assertThat(outcome.err())
        .contains(
            "Cannot plan: 4 problems",
            "--link fast: must be a rate, such as 100mbit, 1gbit or 10gbit",
            "Cannot find the network lenett",
            "--epochs 0: must be at least 1");
  }

  @Test
  void anUnreadableDataset() throws IOException {
    Files.createDirectories(directory.resolve("broken"));
    Files.writeString(directory.resolve("broken/manifest.json"), "{\"formatVersion\": 1, ");
    refused(2, "damaged", "train", "--data", "broken", "--network", "lenet", "--output", "out");
  }

  @Test
  void aNetworkWhoseShapesDoNotFit() throws IOException {
    Files.writeString(
        directory.resolve("wide.conf"),
        "layers = [ { conv { maps = 4, kernel = 31 } }, { output {} } ]");
    refused(
        2,
        "31×31",
        "train",
        "--data",
        Sample.dataset().toString(),
        "--network",
        "wide.conf",
        "--output",
        "out");
  }

  @Test
  void aCropLargerThanTheImages() throws IOException {
    refused(
        2,
        "--augment-crop 28: must be less than the height and width of the images, which are"
            + " 28×28×1",
        "train",
        "--data",
        Sample.dataset().toString(),
        "--network",
        "lenet",
        "--output",
        "out",
        "--augment-crop",
        "28",
        "--augment-flip",
        "0.5");
  }

  @Test
  void augmentationThatDoesNotSuitTheImagesIsToldTogether() throws IOException {
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .run(
                "train",
                "--data",
                Sample.dataset().toString(),
                "--network",
                "lenet",
                "--output",
                "out",
                "--augment-crop",
                "28",
                "--augment-saturation",
                "0.5",
                "--epochs",
                "0");
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.err())
        .contains(
            "Cannot train: 3 problems",
            "--epochs 0: must be at least 1",
            "--augment-crop 28: must be less than",
            "--augment-saturation 0.5: must be 0 for images without colour, which are" + " 28×28×1")
        .doesNotContain("\tat ");
  }

  @Test
  void faultsOfWhatIsInspectedAreToldTogether() throws IOException {
    Files.writeString(
        directory.resolve("wide.conf"),
        "layers = [ { conv { maps = 4, kernell = 31 } }, { output {} } ]");
    Convoy.Outcome outcome =
        Convoy.in(directory)
            .run("inspect", "wide.conf", "--against", "nothing", "--batch", "0", "--labels", "1");
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err())
        .contains("--batch 0", "--labels 1", "did you mean kernel?", "Cannot find nothing")
        .doesNotContain("\tat ");
    refused(2, "WHAT: is missing", "inspect");
    refused(2, "leave WHAT and --against out", "inspect", "lenet", "--networks");
    Files.writeString(
        directory.resolve("small.conf"),
        "input { height = 8, width = 8, channels = 1 }, layers = [ { output {} } ]");
    refused(2, "it takes 8×8×1 images", "inspect", "small.conf", "--input", "9x9x1");
    refused(
        2, "give an --input", "inspect", "small.conf", "--against", "lenet", "--input", "9x9x1");
  }

  @Test
  void aMasterThatCannotBeReached() throws IOException {
    refused(
        1,
        "Cannot reach the Spark master spark://127.0.0.1:1",
        "train",
        "--data",
        Sample.dataset().toString(),
        "--network",
        "lenet",
        "--output",
        "out",
        "--master",
        "spark://127.0.0.1:1");
  }

  @Test
  void aMasterThatIsNone() throws IOException {
    refused(
        2,
        "or local-cluster[2,1,2048] for 2 executors",
        "train",
        "--data",
        Sample.dataset().toString(),
        "--network",
        "lenet",
        "--output",
        "out",
        "--master",
        "local-cluster[1,2]");
  }

  @Test
  void anExistingOutputIsKept() throws IOException {
    Path kept = Files.createDirectories(directory.resolve("kept"));
    Files.writeString(kept.resolve("thesis.txt"), "three years of work");
    String dataset = Sample.dataset().toString();
    String model = Sample.model().toString();
    for (String[] command :
        List.of(
            new String[] {"prepare", "--input", Sample.images().toString()},
            new String[] {"train", "--data", dataset, "--network", "lenet"},
            new String[] {"score", "--model", model, "--input", dataset},
            new String[] {"quickstart"})) {
      String[] arguments =
          Stream.concat(Stream.of(command), Stream.of("--output", "kept")).toArray(String[]::new);
      Convoy.Outcome outcome = Convoy.in(directory).run(arguments);
      assertThat(outcome.status()).as("%s %s", command[0], outcome).isEqualTo(2);
      assertThat(outcome.err()).contains("--output").doesNotContain("\tat ");
      assertThat(Files.readString(kept.resolve("thesis.txt"))).isEqualTo("three years of work");
    }
  }

  @Test
  void nothingIsWrittenIntoATableOfALake() throws IOException {
    Path log = Files.createDirectories(directory.resolve("lake/_delta_log"));
    Files.createFile(log.resolve("00000000000000000000.json"));
    String dataset = Sample.dataset().toString();
    String model = Sample.model().toString();
    for (String[] command :
        List.of(
            new String[] {"train", "--data", dataset, "--network", "lenet"},
            new String[] {"export", "--model", model, "--format", "onnx"},
            new String[] {"explain", model},
            new String[] {"quickstart"})) {
      String[] arguments =
          Stream.concat(Stream.of(command), Stream.of("--output", "lake/new"))
              .toArray(String[]::new);
      Convoy.Outcome outcome = Convoy.in(directory).run(arguments);
      assertThat(outcome.status()).as("%s %s", command[0], outcome).isEqualTo(2);
      assertThat(outcome.err()).contains("--output lake/new", "the Delta table");
      assertThat(directory.resolve("lake/new")).doesNotExist();
    }
  }

  @Test
  void anUnknownCommandAndAMissingOption() throws IOException {
    refused(2, "frobnicate", "frobnicate");
    refused(2, "--data", "train", "--network", "lenet", "--output", "out");
  }

  @Test
  void verboseShowsWhere() {
    Convoy.Outcome outcome =
        Convoy.in(directory).run("prepare", "--input", "nowhere", "--output", "out", "--verbose");
    assertThat(outcome.status()).isEqualTo(2);
    assertThat(outcome.err()).contains("\tat dev.convoy");
  }

  private Convoy.Outcome refused(int status, String message, String... arguments)
      throws IOException {
    Convoy.Outcome outcome = Convoy.in(directory).run(arguments);
    assertThat(outcome.status()).as("%s", outcome).isEqualTo(status);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).contains(message).doesNotContain("\tat ", "ERROR", "WARN");
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(5);
    assertThat(directory.resolve("out")).doesNotExist();
    return outcome;
  }
}

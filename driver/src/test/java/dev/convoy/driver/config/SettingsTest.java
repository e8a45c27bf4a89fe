package dev.convoy.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.driver.TestDatasets;
import dev.convoy.driver.train.plan.LearningRateSchedule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Four layers of settings, and what is said about their faults. */
class SettingsTest {
  private static final Map<String, String> NO_FLAGS = Map.of();

  @TempDir Path directory;
  private final Problems problems = new Problems();

  private Optional<Path> file(String name, String... lines) {
    Path file = directory.resolve(name);
    TestDatasets.put(file, String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    return Optional.of(file);
  }

  private Settings conf(String... lines) {
    return Settings.load(Optional.empty(), file("my.conf", lines), List.of(), NO_FLAGS, problems);
  }

  private Settings sets(String... sets) {
    return Settings.load(Optional.empty(), Optional.empty(), List.of(sets), NO_FLAGS, problems);
  }

  @Test
  void withoutAnyLayerDefaultsStand() {
    Settings settings = sets();
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(5);
    assertThat(settings.get(Keys.TRAIN_LEARNING_RATE)).isEmpty();
    assertThat(settings.get(Keys.TRAIN_SCHEDULE)).isEqualTo(LearningRateSchedule.Shape.COSINE);
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void theShippedFileHasNoFault() {
    Settings settings =
        Settings.load(
            Optional.of(Path.of("..", "conf", "convoy.conf")),
            Optional.empty(),
            List.of(),
            NO_FLAGS,
            problems);
    for (Key<?> key : Keys.all()) {
      assertThat(settings.get(key)).isEqualTo(key.reader().read(key.defaultText()));
    }
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void aKeyThatAFileGivesTwiceIsAFault() {
    Optional<Path> conf =
        file("my.conf", "train { epochs = 3 }\ntrain { batch = 8 }\n\ntrain.epochs = 4\n");
    Settings.load(Optional.empty(), conf, List.of(), NO_FLAGS, problems);
    assertThat(problems.faults())
        .singleElement()
        .asString()
        .contains("train.epochs", "is given twice, first in line 1: keep one", "my.conf, line 4");
  }

  @Test
  void aFileThatIsNotHoconIsToldByItsLineInPlainWords() {
    Optional<Path> conf = file("my.conf", "train {\n  epochs = 3\n  batch 8\n}\n");
    Settings.load(Optional.empty(), conf, List.of(), NO_FLAGS, problems);
    assertThat(problems.faults())
        .containsExactly("--conf " + conf.get() + ": line 3: = is missing between batch and 8");
  }

  @Test
  void flagBeatsSetBeatsConfBeatsShipped() {
    Optional<Path> shipped =
        file("shipped.conf", "train { epochs = 11, batch = 12, replicas = 13, averageEvery = 14 }");
    Optional<Path> conf = file("my.conf", "train { epochs = 21, batch = 22, replicas = 23 }");
    Settings settings =
        Settings.load(
            shipped,
            conf,
            List.of("train.epochs=31", "train.batch=32"),
            Map.of("train.epochs", "41"),
            problems);
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(41);
    assertThat(settings.get(Keys.TRAIN_BATCH)).hasValue(32);
    assertThat(settings.get(Keys.TRAIN_REPLICAS)).isEqualTo(23);
    assertThat(settings.get(Keys.TRAIN_AVERAGE_EVERY)).hasValue(14);
    assertThat(settings.get(Keys.TRAIN_SEED)).isEqualTo(1);
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void settingsOfSparkAreHandedOn() {
    Optional<Path> conf =
        file("spark.conf", "spark { task.cpus = 2, executor.memory = 4g }\ntrain.epochs = 7");
    Settings settings =
        Settings.load(
            Optional.empty(), conf, List.of("spark.executor.memory=8g"), NO_FLAGS, problems);
    assertThat(settings.spark())
        .isEqualTo(Map.of("spark.task.cpus", "2", "spark.executor.memory", "8g"));
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(7);
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void whatTheRunningDriverCannotChangeIsRefused() {
    assertThat(sets("spark.driver.memory=8g").spark()).isEmpty();
    assertThat(problems.faults())
        .containsExactly(
            "spark.driver.memory: cannot be changed when the driver runs (set"
                + " CONVOY_DRIVER_MEMORY before bin/convoy, or use --driver-memory of"
                + " spark-submit)");
  }

  @Test
  void theLastOfSeveralSetsCounts() {
    assertThat(sets("train.epochs=3", "train.epochs=4").get(Keys.TRAIN_EPOCHS)).isEqualTo(4);
  }

  @Test
  void spacesAroundASetDoNotMatter() {
    Settings settings = sets(" train.schedule = step ", "train.epochs = 7");
    assertThat(settings.get(Keys.TRAIN_SCHEDULE)).isEqualTo(LearningRateSchedule.Shape.STEP);
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(7);
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void aBadValueIsHiddenByAStrongerGoodOne() {
    Settings settings =
        Settings.load(
            Optional.empty(),
            file("my.conf", "train.epochs = 0"),
            List.of("train.epochs=2"),
            NO_FLAGS,
            problems);
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(2);
    assertThat(problems.faults()).isEmpty();
  }

  @Test
  void hoconWritesValuesInItsWays() {
    Settings settings =
        conf(
            "n = 6",
            "prepare.size = 28x24",
            "prepare.channels = 3",
            "train { epochs = \"9\", batch = ${n}, epsilon = 1e-7, optimizer = adam",
            "  seed = 9007199254740993 }");
    assertThat(settings.get(PrepareKeys.SIZE)).isEqualTo("28x24");
    assertThat(settings.get(PrepareKeys.CHANNELS)).isEqualTo("3");
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(9);
    assertThat(settings.get(Keys.TRAIN_BATCH)).hasValue(6);
    assertThat(settings.get(Keys.TRAIN_EPSILON)).isEqualTo(1e-7);
    assertThat(settings.get(Keys.TRAIN_SEED)).isEqualTo(9007199254740993L);
    assertThat(problems.faults())
        .containsExactly(
            "n: there is no such key (conf/convoy.conf lists all keys) ("
                + directory.resolve("my.conf")
                + ", line 1)");
  }

  @Test
  void aFaultOfAFileNamesValueKeyRequirementFileAndLine() {
    Settings settings = conf("# mine", "train {", "  batch = 0", "}");
    assertThat(settings.get(Keys.TRAIN_BATCH)).as("the default stands in").isEmpty();
    assertThat(problems.faults())
        .containsExactly(
            "train.batch = 0: must be at least 1, or auto ("
                + directory.resolve("my.conf")
                + ", line 3)");
  }

  @Test
  void aFaultOfASetOrFlagNamesValueKeyAndRequirement() {
    sets("train.momentum=1").get(Keys.TRAIN_MOMENTUM);
    Settings.load(
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Map.of("train.learningRate", "-0.1"),
            problems)
        .get(Keys.TRAIN_LEARNING_RATE);
    assertThat(problems.faults())
        .containsExactly(
            "train.momentum = 1: must be at least 0 and below 1",
            "--learning-rate -0.1: must be greater than 0, or auto");
  }

  @Test
  void allFaultsAreReportedTogether() {
    Settings settings =
        Settings.load(
            Optional.empty(),
            file("my.conf", "train.batch = 0", "train.speed = 9"),
            List.of("train.schedule=linear", "epochs"),
            Map.of("train.learningRate", "-0.1"),
            problems);
    settings.get(Keys.TRAIN_BATCH);
    settings.get(Keys.TRAIN_SCHEDULE);
    settings.get(Keys.TRAIN_LEARNING_RATE);
    Path file = directory.resolve("my.conf");
    assertThatThrownBy(() -> problems.refuseIfAny("Cannot train"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot train: 5 problems",
                "  train.speed: there is no such key; did you mean train.seed? ("
                    + file
                    + ", line 2)",
                "  --set epochs: must have the form key=value",
                "  train.batch = 0: must be at least 1, or auto (" + file + ", line 1)",
                "  train.schedule = linear: must be one of constant, step, cosine",
                "  --learning-rate -0.1: must be greater than 0, or auto"));
  }

  @Test
  void anUnknownKeyIsNamedWithWhatWasProbablyMeant() {
    sets("train.epoch=3", "epochs=3", "TRAIN.EPOCHS=3", "batch=3", "train.averagEvery=2");
    assertThat(problems.faults())
        .containsExactly(
            "train.epoch: there is no such key; did you mean train.epochs?",
            "epochs: there is no such key; did you mean train.epochs or"
                + " train.returned.epochs?",
            "TRAIN.EPOCHS: there is no such key; did you mean train.epochs?",
            "batch: there is no such key; did you mean train.batch or evaluate.batch or"
                + " score.batch?",
            "train.averagEvery: there is no such key; did you mean train.averageEvery?");
  }

  @Test
  void anUnknownKeyFarFromAllIsSentToTheFile() {
    sets("colour=blue");
    assertThat(problems.faults())
        .containsExactly("colour: there is no such key (conf/convoy.conf lists all keys)");
  }

  @Test
  void aSetNeedsAKeyAndAValue() {
    sets("train.epochs", "=3");
    assertThat(problems.faults())
        .containsExactly(
            "--set train.epochs: must have the form key=value",
            "--set =3: must have the form key=value");
  }

  @Test
  void aValueMayHoldAnEqualsSign() {
    assertThat(sets("prepare.size=a=b").get(PrepareKeys.SIZE)).isEqualTo("a=b");
  }

  @Test
  void aListIsNoValue() {
    conf("train.batch = [1, 2]");
    assertThat(problems.faults())
        .containsExactly(
            "train.batch: must be one value, not a list ("
                + directory.resolve("my.conf")
                + ", line 1)");
  }

  @Test
  void anAbsentFileIsNamed() {
    Path absent = directory.resolve("absent.conf");
    Settings.load(Optional.empty(), Optional.of(absent), List.of(), NO_FLAGS, problems);
    Settings.load(Optional.empty(), Optional.of(directory), List.of(), NO_FLAGS, problems);
    assertThat(problems.faults())
        .containsExactly(
            "--conf " + absent + ": there is no such file",
            "--conf " + directory + ": there is no such file");
  }

  @Test
  void aFileThatIsNotHoconIsNamedWithTheLine() {
    conf("train {", "  batch = 3");
    assertThat(problems.faults()).hasSize(1);
    assertThat(problems.faults().get(0))
        .startsWith("--conf " + directory.resolve("my.conf") + ": ")
        .contains("my.conf: line 2: the { of line 1 is not closed");
  }

  @Test
  void theEnvironmentIsNotRead() {
    conf("train.epochs = ${PATH}");
    assertThat(problems.faults()).hasSize(1);
    assertThat(problems.faults().get(0))
        .startsWith("--conf " + directory.resolve("my.conf") + ": ")
        .contains("${PATH}");
  }
}

package dev.convoy.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.convoy.data.Problems;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.worker.network.Optimizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The keys, and the file that says the same to people. */
class KeysTest {
  private static final Config FILE =
      ConfigFactory.parseFile(Path.of("..", "conf", "convoy.conf").toFile());

  private static Set<String> paths() {
    return Keys.all().stream().map(Key::path).collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void theFileHasEveryKeyAndNoOther() {
    Set<String> inFile =
        FILE.entrySet().stream()
            .map(entry -> entry.getKey())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(inFile).isEqualTo(paths());
  }

  @Test
  void theFileHasEveryKeyWithItsDefault() {
    for (Key<?> key : Keys.all()) {
      Object inFile = key.reader().read(FILE.getString(key.path()));
      assertThat(inFile).as(key.path()).isEqualTo(key.reader().read(key.defaultText()));
    }
  }

  @Test
  void theFileHasTheKeysInTheirOrder() {
    List<String> byLine =
        FILE.entrySet().stream()
            .sorted(
                java.util.Comparator.comparingInt(entry -> entry.getValue().origin().lineNumber()))
            .map(entry -> entry.getKey())
            .toList();
    assertThat(byLine).isEqualTo(Keys.all().stream().map(Key::path).toList());
  }

  @Test
  void pathsDiffer() {
    assertThat(paths()).hasSameSizeAs(Keys.all());
  }

  @Test
  void flagsDifferWithinASection() {
    Set<String> flags = new TreeSet<>();
    for (Key<?> key : Keys.all()) {
      String section = key.path().substring(0, key.path().indexOf('.'));
      assertThat(flags.add(section + " " + key.flag())).as(key.path()).isTrue();
    }
  }

  @Test
  void everyKeyHasUnitAndMeaning() {
    for (Key<?> key : Keys.all()) {
      assertThat(key.unit()).as(key.path()).isNotBlank();
      assertThat(key.meaning()).as(key.path()).isNotBlank();
    }
  }

  @Test
  void defaultsParseWithTheirReaders() {
    for (Key<?> key : Keys.all()) {
      assertThatCode(() -> key.reader().read(key.defaultText()))
          .as(key.path())
          .doesNotThrowAnyException();
    }
  }

  @Test
  void defaultsOfPreparationAreThoseOfItsPlan() {
    PreparePlan plan = PreparePlan.from("in", "out").build();
    assertThat(defaultOf(PrepareKeys.FORMAT)).isEqualTo(plan.format());
    assertThat(defaultOf(PrepareKeys.FIT)).isEqualTo(plan.fit());
    assertThat(defaultOf(PrepareKeys.PADDING)).isEqualTo(plan.geometry().padding());
    assertThat(defaultOf(PrepareKeys.PLACE)).isEqualTo(plan.geometry().place());
    assertThat(defaultOf(PrepareKeys.RESAMPLE)).isEqualTo(plan.geometry().resampling());
    assertThat(defaultOf(PrepareKeys.NORMALISATION)).isEqualTo(plan.normalisation());
    assertThat(defaultOf(PrepareKeys.VALIDATION)).isEqualTo(plan.validation());
    assertThat(defaultOf(PrepareKeys.TEST)).isEqualTo(plan.test());
    assertThat(defaultOf(PrepareKeys.ON_BAD)).isEqualTo(plan.onBad());
    assertThat(defaultOf(PrepareKeys.MAX_BAD)).isEqualTo(plan.maxBad());
    assertThat(defaultOf(PrepareKeys.SEED)).isEqualTo(plan.seed());
    assertThat(defaultOf(PrepareKeys.DAMAGED)).isEqualTo(plan.damaged());
    assertThat(defaultOf(PrepareKeys.MAX_PIXELS)).isEqualTo(plan.limits().pixels());
    assertThat(defaultOf(PrepareKeys.MAX_BYTES)).isEqualTo(plan.limits().encodedBytes());
  }

  @Test
  void defaultsOfTheDesignStand() {
    assertThat(defaultOf(Keys.TRAIN_SEED)).isEqualTo(1);
    assertThat(defaultOf(Keys.TRAIN_REPLICAS)).isEqualTo(2);
  }

  @Test
  void aFlagIsThePathBelowTheSectionInSmallLettersWithDashes() {
    assertThat(Keys.TRAIN_AVERAGE_EVERY.flag()).isEqualTo("--average-every");
    assertThat(Keys.TRAIN_STEP_EVERY_EPOCHS.flag()).isEqualTo("--step-every-epochs");
    assertThat(Keys.TRAIN_EPOCHS.flag()).isEqualTo("--epochs");
    assertThat(Keys.TRAIN_L2.flag()).isEqualTo("--l2");
    assertThat(AugmentKeys.CROP.flag()).isEqualTo("--augment-crop");
    assertThat(AugmentKeys.FLIP.flag()).isEqualTo("--augment-flip");
    assertThat(PrepareKeys.ON_BAD.flag()).isEqualTo("--on-bad");
  }

  @Test
  void aFlagIsTheSameInATurkishLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("tr"));
      Key<String> key = new Key<>("train.keepIt", "", "text", "a key", text -> text);
      assertThat(key.flag()).isEqualTo("--keep-it");
    } finally {
      Locale.setDefault(before);
    }
  }

  /** What a reader of one key lets pass, the value that it is for takes. */
  @Test
  void theOptimizerTakesTheBoundsOfItsKeys() {
    assertThatCode(
            () ->
                new Optimizer(
                    Optimizer.Kind.ADAM,
                    Keys.TRAIN_MOMENTUM.reader().read("0"),
                    Keys.TRAIN_BETA1.reader().read("0.999999"),
                    Keys.TRAIN_BETA2.reader().read("0"),
                    Keys.TRAIN_EPSILON.reader().read("1"),
                    Keys.TRAIN_L2.reader().read("1e300"),
                    Keys.TRAIN_CLIP_NORM.reader().read("1e300")))
        .doesNotThrowAnyException();
  }

  @Test
  void theAugmentationTakesTheBoundsOfItsKeys() {
    assertThat(AugmentKeys.read(settings(List.of()))).isEqualTo(Augmentation.none());
    List<String> most = new ArrayList<>();
    List<String> least = new ArrayList<>();
    for (Key<?> key : AugmentKeys.all()) {
      Matcher bounds =
          Pattern.compile("must be between (\\S+) and (\\S+)").matcher(refusal(key, "-1000"));
      if (bounds.matches()) {
        least.add(key.path() + "=" + bounds.group(1));
        most.add(key.path() + "=" + bounds.group(2));
      }
    }
    assertThat(most).hasSize(14);
    for (List<String> sets : List.of(least, most)) {
      Problems problems = new Problems();
      Settings settings =
          Settings.load(Optional.empty(), Optional.empty(), sets, Map.of(), problems);
      assertThatCode(() -> AugmentKeys.read(settings)).doesNotThrowAnyException();
      assertThat(problems.isEmpty()).isTrue();
    }
    assertThat(AugmentKeys.read(settings(most)).colour())
        .isEqualTo(new Augmentation.Colour(1, 1, 1));
  }

  private static String refusal(Key<?> key, String value) {
    try {
      key.reader().read(value);
      return "";
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  private static Settings settings(List<String> sets) {
    return Settings.load(Optional.empty(), Optional.empty(), sets, Map.of(), new Problems());
  }

  private static <T> T defaultOf(Key<T> key) {
    return key.reader().read(key.defaultText());
  }
}

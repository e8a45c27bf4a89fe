package dev.convoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.driver.config.Key;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.MonitorKeys;
import dev.convoy.driver.config.PrepareKeys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.config.TrainPlans;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Every key of training is a Param, with its type, range and default. */
class TrainingParamsTest {
  private final ConvoyClassifier classifier = new ConvoyClassifier();

  private Settings settings() {
    return Settings.load(
        Optional.empty(),
        Optional.empty(),
        List.of(),
        new ClassifierParams(classifier).settings(classifier),
        new Problems());
  }

  /** The keys that change what is trained; how a command's run is observed is no Param. */
  private static List<Key<?>> keys() {
    return Keys.all().stream()
        .filter(key -> key.path().startsWith("train."))
        .filter(key -> !MonitorKeys.isObservation(key))
        .toList();
  }

  @Test
  void everyKeyHasAParamThatExplainsIt() {
    assertThat(keys()).hasSizeGreaterThan(40);
    for (Key<?> key : keys()) {
      Param<?> param = classifier.getParam(TrainingKeys.name(key));
      assertThat(classifier.explainParam(param)).contains(key.meaning());
      boolean isAutomatic = key.defaultText().equals("auto");
      assertThat(classifier.hasDefault(param)).as(param.name()).isNotEqualTo(isAutomatic);
    }
    assertThat(classifier.getParam("augmentCrop")).isEqualTo(classifier.augmentCrop());
    assertThat(classifier.explainParam(classifier.averageEvery()))
        .isEqualTo(
            "averageEvery: local steps of each replica between two averagings of the parameters"
                + " (local steps; auto if it is not set) (undefined)");
    assertThat(classifier.explainParam(classifier.optimizer()))
        .contains("optimizer (momentum is Nesterov's) (sgd, momentum, adam) (default: momentum)");
  }

  /** Spark itself finds Params by their methods, and so do ParamGridBuilder's users. */
  @Test
  void everyParamHasAMethodOfItsTypeAndNoMethodIsWithoutOne() throws Exception {
    for (Param<?> param : classifier.params()) {
      Method method = ConvoyClassifier.class.getMethod(param.name());
      assertThat(method.getReturnType()).as(param.name()).isEqualTo(param.getClass());
      assertThat(method.invoke(classifier)).isEqualTo(param);
    }
    Set<String> methods =
        Arrays.stream(ConvoyClassifier.class.getMethods())
            .filter(method -> Param.class.isAssignableFrom(method.getReturnType()))
            .filter(method -> method.getParameterCount() == 0)
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(classifier.params())
        .extracting(Param::name)
        .containsExactlyElementsOf(methods.stream().sorted().toList());
  }

  @Test
  void withoutAValueTheSettingsAreTheDefaultsOfTheCommands() {
    Settings none =
        Settings.load(Optional.empty(), Optional.empty(), List.of(), Map.of(), new Problems());
    assertThat(TrainPlans.read(settings())).isEqualTo(TrainPlans.read(none));
    assertThat(settings().get(PrepareKeys.VALIDATION)).isEqualTo(none.get(PrepareKeys.VALIDATION));
  }

  @Test
  void aValueIsTheSettingOfItsKey() {
    classifier
        .setEpochs(7)
        .setLearningRate(1e-5)
        .setOptimizer("adam")
        .setSeed(11)
        .setSize("32x24")
        .setChannels(3)
        .set(classifier.splitSeed(), 12L);
    Settings settings = settings();
    assertThat(settings.get(Keys.TRAIN_EPOCHS)).isEqualTo(7);
    assertThat(settings.get(Keys.TRAIN_LEARNING_RATE)).hasValue(1e-5);
    assertThat(settings.get(Keys.TRAIN_OPTIMIZER).name()).isEqualTo("ADAM");
    assertThat(settings.get(Keys.TRAIN_SEED)).isEqualTo(11);
    assertThat(settings.get(PrepareKeys.SEED)).isEqualTo(12);
    assertThat(settings.get(PrepareKeys.SIZE)).isEqualTo("32x24");
    assertThat(settings.get(PrepareKeys.CHANNELS)).isEqualTo("3");
  }

  @Test
  void valuesOutOfRangeAreRefusedWithTheReason() {
    assertThatThrownBy(() -> classifier.setEpochs(0))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Invalid epochs: 0 (must be at least 1)");
    assertThatThrownBy(() -> classifier.setLearningRate(-1))
        .hasMessage("Invalid learningRate: -1.0 (must be greater than 0, or auto)");
    assertThatThrownBy(() -> classifier.setOptimizer("lbfgs"))
        .hasMessage("Invalid optimizer: lbfgs (must be one of sgd, momentum, adam)");
    assertThatThrownBy(() -> classifier.setSize("32"))
        .hasMessageContaining("Invalid size: 32 (")
        .hasMessageContaining("HEIGHTxWIDTH");
    assertThatThrownBy(() -> classifier.setChannels(2)).hasMessageContaining("channels");
  }

  @Test
  void gridsHaveParamsOfEveryType() {
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {0.01, 0.1})
            .addGrid(classifier.epochs(), new int[] {1, 2})
            .addGrid(classifier.seed(), new long[] {1, 2})
            .addGrid(
                classifier.network(), JavaConverters.asScalaBuffer(List.of("lenet", "resnet-8")))
            .build();
    assertThat(grid).hasSize(16);
    ConvoyClassifier copy = classifier.copy(grid[15]);
    assertThat(copy.uid()).isEqualTo(classifier.uid());
    assertThat(copy.getOrDefault(copy.network())).isEqualTo("resnet-8");
    assertThat(copy.getOrDefault(copy.seed())).isEqualTo(2L);
    assertThat(classifier.isSet(classifier.network())).isFalse();
  }
}

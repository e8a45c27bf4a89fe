package dev.convoy.benchmarks.averaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.benchmarks.averaging.ComparisonPlan.Pair;
import dev.convoy.benchmarks.averaging.ComparisonPlan.Training;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrialsTest {
  private static final Trials.Files FILES =
      new Trials.Files() {
        @Override
        public String definition(String text) {
          return text;
        }

        @Override
        public String data(int examples, boolean sorted) {
          return examples + (sorted ? " by label" : "");
        }

        @Override
        public String scratch() {
          return "";
        }
      };

  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 10, 30})
  void denseNetworksHaveAsManyParametersAsTheyShould(double millions) {
    long parameters =
        NetworkReader.parse(Trials.dense(millions), "dense", "dense.conf")
            .on(new ImageShape(28, 28, 1), 10)
            .parameters();

    assertThat(parameters / 1e6).isCloseTo(millions, within(0.005 * millions));
  }

  @Test
  void dl4jSparkDoesWhatConvoyDoes() {
    List<Trial> trials = Trials.of(plan(EnumSet.allOf(Trial.Part.class)), FILES);
    Set<Trial> convoys =
        trials.stream().filter(trial -> !trial.system().isStock()).collect(Collectors.toSet());
    Set<Trial> stocks =
        trials.stream()
            .filter(trial -> trial.system().isStock())
            .map(TrialsTest::byConvoy)
            .collect(Collectors.toSet());

    assertThat(stocks).isNotEmpty().isEqualTo(convoys);
  }

  @Test
  void everyEpochOfMeasuredRoundsIsAWholeNumberOfThem() {
    for (Trial trial : Trials.of(plan(Set.of(Trial.Part.ROUNDS, Trial.Part.MEMORY)), FILES)) {
      assertThat(trial.examples() % (trial.replicas() * trial.batch() * trial.averageEvery()))
          .isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "x2", "0x2", "1x0", "1x2x3", "1x1.5"})
  void otherThanPairsAreRefused(String text) {
    assertThatThrownBy(() -> Pair.of(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot measure " + text + ": a size and a number of replicas is such as 10x4");
  }

  @ParameterizedTest
  @ValueSource(strings = {"16", "16x64", "0x64x10", "16x0x10", "16x64x0", "1x2x3x4", "16x6.4x1"})
  void otherThanTrainingsAreRefused(String text) {
    assertThatThrownBy(() -> Training.of(text))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot train as "
                + text
                + ": replicas, the minibatch of each and local steps of a round are such as 16x64x10");
  }

  private static ComparisonPlan plan(Set<Trial.Part> parts) {
    return new ComparisonPlan(
        parts,
        EnumSet.allOf(Trial.TrainingSystem.class),
        List.of(Pair.of("1000x2")),
        List.of(Pair.of("0.1x2"), Pair.of("1x16")),
        List.of("local[2]", "local-cluster[2,1,4096]"),
        20,
        List.of(Training.of("1x64x10"), Training.of("16x16x1")),
        1_000,
        100,
        2,
        2,
        1_000,
        Optional.empty(),
        "1g");
  }

  private static Trial byConvoy(Trial trial) {
    return new Trial(
        trial.part(),
        Trial.TrainingSystem.CONVOY,
        trial.master(),
        trial.definition(),
        trial.data(),
        trial.examples(),
        trial.sorted(),
        trial.replicas(),
        trial.batch(),
        trial.averageEvery(),
        trial.learningRate(),
        trial.epochs(),
        trial.seed(),
        trial.evaluated(),
        trial.scratch());
  }
}

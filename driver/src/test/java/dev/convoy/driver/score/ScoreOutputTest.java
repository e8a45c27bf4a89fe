package dev.convoy.driver.score;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.InputFormats;
import dev.convoy.driver.ObjectStore;
import dev.convoy.driver.ObjectStore.Disturbance;
import dev.convoy.driver.transform.FitChoice;
import dev.convoy.worker.scoring.BatchSize;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Scores that are replaced on an object store, while something happens. */
class ScoreOutputTest {
  private static final Storage STORAGE = ObjectStore.storage();
  private static final List<String> OLD = List.of("part-0-old.parquet", "part-1-old.parquet");
  private static final List<String> NEW = List.of("part-0-new.parquet", "part-1-new.parquet");
  private static final String WHOLE = "_SUCCESS";

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void oldOrNewScoresAreAllThereAndTheMarkerSaysThatNothingElseIs(Disturbance disturbance) {
    boolean disturbed = true;
    int operation = 0;
    for (; disturbed; operation++) {
      String place = ObjectStore.path(directory.resolve(operation + "/scores"));
      replace(place, OLD);
      assertThat(STORAGE.names(place)).contains(WHOLE).hasSize(3);
      disturbed = ObjectStore.disturb(operation, disturbance, () -> replace(place, NEW));
      List<String> there = STORAGE.names(place);
      assertThat(there.containsAll(OLD) || there.containsAll(NEW)).as("%s", there).isTrue();
      assertThat(there.contains(WHOLE) && there.size() != 3).as("%s", there).isFalse();
      replace(place, List.of("part-0-again.parquet"));
      assertThat(STORAGE.names(place)).containsExactly(WHOLE, "part-0-again.parquet");
    }
    assertThat(operation).isGreaterThan(5);
  }

  private void replace(String place, List<String> files) {
    Problems problems = new Problems();
    ScoreOutput output = ScoreOutput.open(STORAGE, plan(place), problems);
    problems.refuseIfAny("Cannot score");
    try {
      output.begin();
      files.forEach(name -> STORAGE.write(place + "/" + name, out -> out.write(1)));
    } catch (RuntimeException e) {
      output.keepOld();
      throw e;
    }
    output.keepNew();
  }

  private ScorePlan plan(String output) {
    return new ScorePlan(
        directory.resolve("model").toString(),
        directory.resolve("input").toString(),
        output,
        Optional.of(InputFormats.FOLDER),
        "test",
        "image",
        List.of(),
        FitChoice.AUTO,
        Answers.AUTOMATIC,
        BatchSize.of(2),
        ExistingOutput.OVERWRITE);
  }
}

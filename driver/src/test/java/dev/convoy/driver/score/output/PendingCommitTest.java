package dev.convoy.driver.score.output;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.ObjectStore;
import dev.convoy.driver.ObjectStore.Disturbance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that are published and replaced on an object store, while something happens. */
class PendingCommitTest {
  private static final Storage STORAGE = ObjectStore.storage();
  private static final List<String> OLD =
      List.of("day=1/part-0-old.parquet", "day=2/part-1-old.parquet");
  private static final List<String> NEW =
      List.of("day=2/part-0-new.parquet", "day=3/part-1-new.parquet");

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource
  void theOldFilesAreThereOrTheNewOnesOnceTheNextJobHasOpenedTheOutput(Disturbance disturbance) {
    boolean disturbed = true;
    int operation = 0;
    for (; disturbed; operation++) {
      String place = ObjectStore.path(directory.resolve(operation + "/scores"));
      replace(place, List.of(), OLD);
      assertWhole(place, OLD);
      disturbed = ObjectStore.disturb(operation, disturbance, () -> replace(place, OLD, NEW));
      boolean published = STORAGE.exists(place + "/_SUCCESS");
      List<String> there = files(place);
      assertThat(published && !there.equals(OLD) && !there.equals(NEW)).as("%s", there).isFalse();

      FileOutput.recover(STORAGE, place);
      List<String> after = files(place);
      assertThat(after).as("operation %d", operation).isIn(OLD, NEW);
      assertWhole(place, after);
      List<String> again = List.of("day=9/part-0-again.parquet");
      replace(place, after, again);
      assertWhole(place, again);
    }
    assertThat(operation).isGreaterThan(10);
  }

  private static void replace(String place, List<String> old, List<String> files) {
    String job = PendingCommit.newJob();
    String staging = PendingCommit.staging(place, job);
    files.forEach(name -> STORAGE.write(staging + "/" + name, out -> out.write(1)));
    PendingCommit commit = new PendingCommit(job, files, old);
    commit.write(STORAGE, place);
    commit.complete(STORAGE, place);
  }

  private static List<String> files(String place) {
    return STORAGE.filesBelow(place).stream().map(Storage.Entry::relative).toList();
  }

  private static void assertWhole(String place, List<String> files) {
    assertThat(files(place)).isEqualTo(files);
    List<String> partitions = files.stream().map(file -> file.substring(0, 5)).toList();
    assertThat(STORAGE.names(place)).contains("_SUCCESS").containsAll(partitions);
    assertThat(STORAGE.names(place)).hasSize(1 + partitions.size());
  }
}

package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ExistingOutput;
import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.GrowingFile;
import dev.convoy.data.io.Storage;
import dev.convoy.data.prepare.PreparePlan;
import dev.convoy.data.prepare.Preparer;
import dev.convoy.data.progress.WorkListener;
import dev.convoy.driver.ObjectStore.Disturbance;
import dev.convoy.driver.TestDatasets.Images;
import dev.convoy.worker.model.FloatFile;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever happens while an output is replaced on an object store, there is a whole one. */
@Tag("slow")
class ReplacedOutputsTest {
  private static final ImageShape SHAPE = TestModels.GREY;
  private static final Storage STORAGE = ObjectStore.storage();

  @TempDir Path directory;

  private static Model model(float value) {
    Model like = TestModels.brightness();
    return TestModels.constant(like.network(), like.labels(), like.normalisation(), value);
  }

  @Test
  void aFileIsReplacedAndOneThatCannotBeWrittenToItsEndLeavesTheOldOne() {
    String file = ObjectStore.path(directory.resolve("new/plan.json"));
    STORAGE.writeAtomically(file, "first");
    STORAGE.writeAtomically(file, "second");
    assertThat(STORAGE.readText(file)).isEqualTo("second");
    assertThat(ObjectStore.disturb(0, Disturbance.LOSE_ANSWER, () -> put(file, "third"))).isTrue();
    assertThat(STORAGE.readText(file)).isEqualTo("third");
    assertThatThrownBy(
            () -> {
              boolean ignored = ObjectStore.disturb(9, Disturbance.FAIL, () -> fail(file + "2"));
            })
        .hasMessageEndingWith("plan.json2: no more");
    assertThat(STORAGE.names(ObjectStore.path(directory.resolve("new"))))
        .containsExactly("plan.json");
  }

  private static void put(String file, String text) {
    STORAGE.writeAtomically(file, text);
  }

  private static void fail(String file) {
    STORAGE.write(
        file,
        out -> {
          out.write(1);
          throw new IOException("no more");
        });
  }

  @Test
  void ofTwoThatCreateAFileTheSecondIsTold() {
    String file = ObjectStore.path(directory.resolve("lease.json"));
    assertThat(STORAGE.createExclusively(file, new byte[] {1})).isTrue();
    assertThat(STORAGE.createExclusively(file, new byte[] {2})).isFalse();
    assertThat(STORAGE.readBytes(file)).containsExactly(1);
  }

  @Test
  void aFileThatGrowsHoldsWhatWasKept() throws IOException {
    for (String file : Set.of(ObjectStore.path(directory.resolve("a")), directory + "/b")) {
      GrowingFile first = STORAGE.grow(file);
      first.write("one\n".getBytes(StandardCharsets.UTF_8));
      first.sync();
      first.write("lost".getBytes(StandardCharsets.UTF_8));
      // The writer is killed here; what it had not kept may be there or not.
      assertThat(STORAGE.readText(file)).startsWith("one\n");
      STORAGE.writeAtomically(file, "one\n");
      try (GrowingFile second = STORAGE.grow(file)) {
        second.write("two\n".getBytes(StandardCharsets.UTF_8));
        second.flush();
      }
      assertThat(STORAGE.readText(file)).isEqualTo("one\ntwo\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void thereIsAWholeModelWhateverHappensWhileItIsReplaced(Disturbance disturbance) {
    boolean disturbed = true;
    int operation = 0;
    for (; disturbed; operation++) {
      String place = ObjectStore.path(directory.resolve(operation + "/model"));
      ModelStore.write(STORAGE, place, model(1));
      disturbed =
          ObjectStore.disturb(
              operation, disturbance, () -> ModelStore.write(STORAGE, place, model(2)));
      assertThat(ModelStore.read(STORAGE, place).parameters()[0])
          .as("operation %d", operation)
          .isIn(1f, 2f);
      // And again, as the same command does it, and a third time with the first parameters.
      for (float value : new float[] {2, 2, 1}) {
        String sha256 = ModelStore.write(STORAGE, place, model(value));
        assertThat(sha256).isEqualTo(FloatFile.sha256(model(value).parameters()));
        assertThat(ModelStore.read(STORAGE, place).parameters()[0]).isEqualTo(value);
        assertThat(STORAGE.names(place)).hasSize(2).allMatch(ModelStore::isOwn);
      }
    }
    assertThat(operation).isGreaterThan(3);
  }

  @ParameterizedTest
  @EnumSource
  void thereIsAWholeDatasetWhateverHappensWhileItIsPreparedAgain(Disturbance disturbance) {
    ObjectStore.configure(TestSpark.session().sparkContext().hadoopConfiguration());
    String[] inputs = {directory + "/raw 5", directory + "/raw 7"};
    Images.random(SHAPE.width(), 2, 5, 1).write(Path.of(inputs[0]), "train");
    Images.random(SHAPE.width(), 2, 7, 2).write(Path.of(inputs[1]), "train");
    boolean disturbed = true;
    int operation = 0;
    for (; disturbed; operation++) {
      String place = ObjectStore.path(directory.resolve(operation + "/dataset"));
      prepare(inputs[0], place);
      disturbed = ObjectStore.disturb(operation, disturbance, () -> prepare(inputs[1], place));
      assertWhole(place, 5, 7);
      // The lease of a process that was killed ends with it; this process lives.
      STORAGE.delete(place + "/_writer");
      prepare(inputs[1], place);
      assertWhole(place, 7);
    }
    assertThat(operation).isGreaterThan(3);
  }

  private static void prepare(String input, String output) {
    PreparePlan plan =
        PreparePlan.from(input, output).validation(0).existing(ExistingOutput.OVERWRITE).build();
    Preparer.run(TestSpark.session(), plan, "0.1.0", WorkListener.SILENT);
  }

  private static void assertWhole(String place, int... counts) {
    ImageDataset dataset = ImageDataset.open(STORAGE, place);
    int count = Math.toIntExact(dataset.manifest().count(Split.TRAIN));
    assertThat(counts).contains(count);
    assertThat(dataset.split(TestSpark.session(), Split.TRAIN).count()).isEqualTo(count);
    Set<String> named = new TreeSet<>();
    dataset.manifest().files().values().forEach(list -> list.forEach(f -> named.add(f.path())));
    Set<String> there = new TreeSet<>();
    STORAGE.filesBelow(place).forEach(file -> there.add(file.relative()));
    if (counts.length == 1) {
      named.add("manifest.json");
      assertThat(there).isEqualTo(named);
    } else {
      assertThat(there).containsAll(named);
    }
  }
}

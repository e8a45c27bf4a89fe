package dev.convoy.data.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.dataset.ImageDataset;
import dev.convoy.data.dataset.Manifest;
import dev.convoy.data.dataset.Split;
import dev.convoy.data.io.Json;
import dev.convoy.data.io.SealedJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of a dataset are compared with its manifest before anything is made of them. */
@Tag("slow")
class SplitCheckTest {
  @TempDir private Path directory;
  private Path dataset;
  private Path manifest;

  @BeforeEach
  void prepare() {
    Preparation preparation = Preparation.in(directory);
    preparation.putIdx("train", 30);
    preparation.run(preparation.plan().validation(0));
    dataset = preparation.output();
    manifest = dataset.resolve(Manifest.FILE);
  }

  private long read() {
    ImageDataset opened = ImageDataset.open(TestSpark.storage(), dataset.toString());
    return opened.split(TestSpark.session(), Split.TRAIN).count();
  }

  private interface Edit {
    void on(ObjectNode manifest);
  }

  private void edit(Edit edit) throws IOException {
    ObjectNode document = (ObjectNode) Json.readTree(Files.readString(manifest), "manifest");
    edit.on(document);
    Files.write(manifest, SealedJson.seal(document));
  }

  private Path trainFile() throws IOException {
    String path =
        Json.readTree(Files.readString(manifest), "manifest").at("/files/train/0/path").asText();
    return dataset.resolve(path);
  }

  @Test
  void aWholeDatasetIsRead() {
    assertThat(read()).isEqualTo(30);
  }

  @Test
  void oneFlippedBitOfAFileIsNoticedAndTheFileNamed() throws IOException {
    Path file = trainFile();
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    assertThatThrownBy(this::read)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("Cannot read the train split of")
        .hasMessageContaining(file.getFileName().toString())
        .hasMessageContaining("its SHA-256 is not the one in the manifest");
  }

  @Test
  void aSumOfZerosInTheManifestIsNoticed() throws IOException {
    edit(m -> ((ObjectNode) m.at("/files/train/0")).put("sha256", "0".repeat(64)));
    assertThatThrownBy(this::read)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(trainFile().getFileName().toString());
  }

  @Test
  void otherExamplesOfALabelThanTheManifestSaysAreNoticed() throws IOException {
    edit(
        m -> {
          ArrayNode counts = (ArrayNode) m.at("/counts/train");
          counts.removeAll().add(11).add(9).add(10);
        });
    assertThatThrownBy(this::read)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("label 0: its files have 10 examples, and its manifest says 11")
        .hasMessageContaining("label 1: its files have 10 examples, and its manifest says 9");
  }

  @Test
  void labelNumbersWithoutALabelAreNoticed() throws IOException {
    edit(
        m -> {
          ((ArrayNode) m.at("/labels")).remove(2);
          ((ArrayNode) m.at("/counts/train")).removeAll().add(10).add(20);
          m.withObject("/counts").remove("validation");
          m.withObject("/counts").remove("test");
        });
    assertThatThrownBy(this::read)
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining(
            "10 examples have a label number that is none of the 2 labels of the manifest");
  }
}

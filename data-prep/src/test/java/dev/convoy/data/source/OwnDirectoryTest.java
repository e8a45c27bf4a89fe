package dev.convoy.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import dev.convoy.data.TestImages;
import dev.convoy.data.TestSpark;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OwnDirectoryTest {
  @TempDir Path directory;

  private void put(String files) {
    for (String file : files.split(" ")) {
      TestImages.put(directory, "own/" + file, new byte[1]);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.json parameters.bin,MODEL",
    "model.json parameters.bin manifest.json,MODEL",
    "manifest.json examples/split=train/a.parquet,DATASET",
    "manifest.json,DATASET",
    "plan.json metrics.jsonl,RUN",
    "plan.json checkpoints/a manifest.json,RUN",
    "plan.json model/model.json report.json,RUN",
    "plan.json,",
    "thesis.txt,",
  })
  void aDirectoryIsRecognisedByWhatBelongsTogether(String files, OwnDirectory kind) {
    put(files);
    assertThat(OwnDirectory.of(TestSpark.storage(), directory.resolve("own").toString()))
        .isEqualTo(Optional.ofNullable(kind));
  }

  @ParameterizedTest
  @CsvSource({
    "model.json parameters.bin,manifest.json,a model",
    "model.json parameters.bin,deep/below/model.onnx,a model",
    "manifest.json examples/a.parquet,out,a dataset",
    "plan.json metrics.jsonl,scores,a run",
    "manifest.json,out,",
    "thesis.txt,out,",
  })
  void nothingIsWrittenIntoOne(String files, String output, String kind) {
    put(files);
    Problems problems = new Problems();
    String place = directory.resolve("own").resolve(output).toString();
    ForeignInput.checkOutput(TestSpark.storage(), place, problems);
    if (kind == null) {
      assertThat(problems.faults()).isEmpty();
    } else {
      assertThat(problems.faults())
          .singleElement()
          .asString()
          .startsWith("--output " + place + ": lies in file:")
          .endsWith("/own, which is " + kind + " (choose another --output)");
    }
  }

  /** Web pages and collections have such names among their images. */
  @ParameterizedTest
  @CsvSource({
    "model.json cat/1.png,",
    "manifest.json cat/1.png,",
    "model.json parameters.bin,it is a model",
    "model.json parameters-12ab.bin,it is a model",
    "manifest.json examples/a.parquet,it is a prepared dataset already",
    "plan.json checkpoints/a,it is a run",
  })
  void onlyAWholeOneIsNoInput(String files, String refusal) {
    put(files);
    Optional<String> found =
        ForeignInput.refusal(
            TestSpark.storage(), directory.resolve("own").toString(), InputUse.PREPARE);
    if (refusal == null) {
      assertThat(found).isEmpty();
    } else {
      assertThat(found.orElseThrow()).startsWith(refusal);
    }
  }

  @ParameterizedTest
  @CsvSource({"model.json", "plan.json metrics.jsonl", "manifest.json examples/a.parquet"})
  void whatIsThereItselfIsForTheCommandToJudge(String files) {
    put(files.replace(",", " "));
    Problems problems = new Problems();
    ForeignInput.checkOutput(TestSpark.storage(), directory.resolve("own").toString(), problems);
    assertThat(problems.faults()).isEmpty();
  }
}

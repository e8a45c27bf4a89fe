package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TestSpark;
import dev.convoy.worker.network.foreign.KerasFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubjectTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "parameters.bin | Cannot open the model %s: it holds parameters.bin, and its model.json is missing",
        "parameters-0123456789abcdef.bin | Cannot open the model %s: it holds parameters-0123456789abcdef.bin, and",
        "examples/split=train/part-0.parquet | Cannot open the dataset %s: it holds examples, and its manifest.json",
        "checkpoints/x | Cannot open the run %s: its plan.json is missing",
        "metrics.jsonl | Cannot open the run %s: its plan.json is missing",
        "lease-00000001.json | Cannot inspect %s: it is a run that has just begun, and has no plan.json yet (",
        "notes.txt | Cannot find %s: it is not a dataset (manifest.json), a model (model.json), a run (plan.json)",
      })
  void aDirectoryThatLacksItsOneFileIsToldByWhatItHolds(String file, String message)
      throws IOException {
    Files.createDirectories(directory.resolve(file).getParent());
    Files.writeString(directory.resolve(file), "");
    assertThatThrownBy(
            () ->
                Subject.find(TestSpark.storage(), directory.toString(), KerasFile.Trust.NOT_GIVEN))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageStartingWith(message.formatted(directory));
  }
}

package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.Problems;
import dev.convoy.worker.export.ExportFormat;
import org.junit.jupiter.api.Test;

class OptionWordTest {
  @Test
  void aWordIsAConstantInLowerCase() {
    Problems problems = new Problems();
    assertThat(OptionWord.read(ExportFormat.class, "dl4j", "--format", problems))
        .isEqualTo(ExportFormat.DL4J);
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void anotherWordIsToldWithThoseThatThereAre() {
    Problems problems = new Problems();
    OptionWord.read(ExportFormat.class, "ONNX", "--format", problems);
    assertThat(problems.faults()).containsExactly("--format ONNX: must be one of onnx, dl4j");
  }
}

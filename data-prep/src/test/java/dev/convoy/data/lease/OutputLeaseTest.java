package dev.convoy.data.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An output has one writer at a time, and nothing of its lease stays. */
class OutputLeaseTest {
  private final Storage storage = TestSpark.storage();
  @TempDir private Path folder;

  @Test
  void aSecondWriterIsRefusedAndNamesTheFirst() {
    String output = folder.resolve("scores").toString();
    assertThat(OutputLease.refusal(storage, output)).isEmpty();
    try (OutputLease first = OutputLease.take(storage, output)) {
      assertThat(first.outputExisted()).isFalse();
      assertThat(OutputLease.refusal(storage, output).orElseThrow())
          .contains("(process " + ProcessHandle.current().pid())
          .endsWith("or choose another --output)");
      assertThatThrownBy(() -> OutputLease.take(storage, output))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageStartingWith(
              "Cannot use the output directory " + output + ": it has a driver, ");
      first.requireHeld();
    }
    assertThat(OutputLease.refusal(storage, output)).isEmpty();
  }

  @Test
  void anOutputThatStaysEmptyDoesNotStay() {
    Path output = folder.resolve("a/b");
    OutputLease.take(storage, output.toString()).close();
    assertThat(output).doesNotExist();
  }

  @Test
  void anOutputThatWasThereStaysWithItsFilesAlone() throws IOException {
    Files.createFile(folder.resolve("part-0"));
    try (OutputLease lease = OutputLease.take(storage, folder.toString())) {
      assertThat(lease.outputExisted()).isTrue();
      assertThat(storage.filesBelow(folder.toString())).hasSize(1); // Hadoop does not see the lease
    }
    try (Stream<Path> left = Files.walk(folder)) {
      assertThat(left).containsExactlyInAnyOrder(folder, folder.resolve("part-0"));
    }
  }

  @Test
  void aKilledWriterLeavesAnEmptyOutput() throws IOException {
    Path output = folder.resolve("scores");
    Files.createDirectories(output.resolve("_writer"));
    Files.writeString(output.resolve("_writer/lease-00000007.json"), "{\"id\"");
    assertThat(OutputLease.isAbsentOrEmpty(storage, output.toString())).isTrue();
    assertThat(OutputLease.refusal(storage, output.toString())).isEmpty();
    OutputLease.take(storage, output.toString()).close();
    assertThat(output.resolve("_writer")).doesNotExist();
    Files.createFile(output.resolve("part-0"));
    assertThat(OutputLease.isAbsentOrEmpty(storage, output.toString())).isFalse();
  }

  @Test
  void aWriterWhoseOutputWasTakenOverMustNotPublish() throws IOException {
    Path output = folder.resolve("scores");
    try (OutputLease lease = OutputLease.take(storage, output.toString())) {
      Files.delete(output.resolve("_writer/lease-00000001.json"));
      assertThatThrownBy(lease::requireHeld)
          .isInstanceOf(JobFailedException.class)
          .hasMessageStartingWith("Cannot continue the output " + output + ": its lease is gone")
          .hasMessageEndingWith("(give the same command again, with --overwrite)");
    }
  }
}

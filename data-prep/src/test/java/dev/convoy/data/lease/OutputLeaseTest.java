package dev.convoy.data.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.TestSpark;
import dev.convoy.data.io.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @ParameterizedTest
  @CsvSource({
    "lease-00000001.json, The lease of {0} could not be deleted: Cannot delete {0}/_writer/{1}:",
    "_writer, The directory of the lease is left in the output: Cannot delete {0}/{1}:"
  })
  void aPublishedOutputStaysASuccessIfItsLeaseCannotBeDeleted(String stuck, String warning)
      throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", StuckDisk.class, RawLocalFileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    Path output = folder.resolve("scores");
    OutputLease lease = OutputLease.take(new Storage(hadoop), output.toString());
    Files.createFile(output.resolve("part-0"));
    hadoop.set(StuckDisk.STUCK, stuck);
    List<String> warnings = new ArrayList<>();
    Handler collected = collecting(warnings);
    Logger logger = Logger.getLogger("dev.convoy.data.lease");
    logger.addHandler(collected);
    try {
      lease.close();
    } finally {
      logger.removeHandler(collected);
    }
    assertThat(output.resolve("part-0")).exists();
    assertThat(warnings)
        .singleElement(STRING)
        .startsWith(MessageFormat.format(warning, output, stuck) + " the disk is stuck (");
  }

  private static Handler collecting(List<String> messages) {
    return new Handler() {
      @Override
      public void publish(LogRecord record) {
        messages.add(record.getMessage());
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }

  /** A local disk on which files of one name cannot be deleted. */
  static final class StuckDisk extends RawLocalFileSystem {
    static final String STUCK = "test.stuck";

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      if (path.getName().equals(getConf().get(STUCK))) {
        throw new IOException("the disk is stuck");
      }
      return super.delete(path, recursive);
    }
  }
}

package dev.convoy.data.io;

import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hadoop's local file system asks programs for what the operating system would tell it. */
class ProcessesTest {
  @TempDir private Path directory;

  private interface Work {
    void run() throws Exception;
  }

  private List<String> processesOf(Work work) throws Exception {
    Path file = directory.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart").withoutThreshold();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
    }
    long thread = Thread.currentThread().getId();
    // Tests beside this one start Spark, which asks the program getconf for the size of a page.
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getThread().getJavaThreadId() == thread)
        .map(ProcessesTest::command)
        .toList();
  }

  private static String command(RecordedEvent event) {
    return event.getString("command");
  }

  @Test
  void nothingThatIsDoneWithLocalFilesStartsAProcess() throws Exception {
    Storage storage = new Storage(new Configuration());
    put(directory, "in/cat/a.png", new byte[1]);
    assertThat(processesOf(() -> new ProcessBuilder("true").start().waitFor()))
        .containsExactly("true");
    String out = directory + "/out/some/where";
    assertThat(
            processesOf(
                () -> {
                  storage.filesBelow(directory + "/in");
                  storage.names(directory + "/in");
                  storage.size(directory + "/in/cat/a.png");
                  storage.readBytes(directory + "/in/cat/a.png");
                  storage.write(out + "/written", content -> content.write(1));
                  create(storage, out + "/created");
                  storage.writeAtomically(out + "/whole", "text");
                  storage.createExclusively(out + "/one", new byte[1]);
                  storage.isAbsentOrEmpty(out);
                  storage.deleteEmptyDirectories(out);
                  storage.delete(out + "/one");
                }))
        .isEmpty();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(out))))
        .isEqualTo("rwxr-xr-x");
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(out + "/created"))))
        .isEqualTo("rw-r--r--");
  }

  private static void create(Storage storage, String path) throws IOException {
    try (OutputStream file = storage.create(path)) {
      file.write(1);
    }
  }
}

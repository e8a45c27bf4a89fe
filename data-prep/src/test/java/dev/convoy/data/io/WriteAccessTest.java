package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WriteAccessTest {
  private final Storage storage = new Storage(new Configuration());

  @TempDir Path directory;

  private String in(String name) {
    return directory.resolve(name).toString();
  }

  @Test
  void whatCanBeWrittenIsNotRefusedAndNothingIsMadeThere() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    for (String name : new String[] {"new", "new/below", "file", "."}) {
      assertThat(storage.writeRefusal(in(name))).isEmpty();
    }
    assertThat(directory).isDirectoryContaining(path -> path.endsWith("file"));
    assertThat(directory.resolve("new")).doesNotExist();
  }

  @Test
  void aFileInThePlaceOfADirectoryIsNamed() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    assertThat(storage.writeRefusal(in("file/a/b")))
        .hasValue(
            "Cannot write "
                + in("file/a/b")
                + ": "
                + in("file")
                + " is a file, not a directory (choose another path)");
  }

  @Test
  void aLinkToAMissingFileIsNamed() throws IOException {
    Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
    assertThat(storage.writeRefusal(in("link/a")).orElseThrow())
        .endsWith(
            in("link")
                + " is a link to a missing file or directory (delete the link, or choose another path)");
  }

  @Test
  void whatThisUserMayNotWriteIsToldWithUserOwnerAndMode() throws IOException {
    Path closed = Files.createDirectory(directory.resolve("closed"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
    Assumptions.assumeFalse(Files.isWritable(closed), "this user may write everywhere");
    assertThat(storage.writeRefusal(in("closed/a")).orElseThrow())
        .startsWith("Cannot write " + in("closed/a") + ": permission denied for user ")
        .contains("has the mode r-xr-xr-x: let this user write there, or choose another path)");
  }

  @Test
  void aFileThatMayNotBeReadIsToldOnceAndWithTheRemedy() {
    FileNotFoundException denied = new FileNotFoundException("/in/a.png (Permission denied)");
    assertThat(IoReason.describe("file:/in/a.png", denied) + IoReason.remedy("open", denied))
        .isEqualTo("permission denied (let this user read it)");
    FileNotFoundException missing = new FileNotFoundException("/in/a.png");
    assertThat(IoReason.describe("file:/in/a.png", missing) + IoReason.remedy("open", missing))
        .isEqualTo("/in/a.png");
  }

  @Test
  void aFileSystemThatTakesNoFilesIsRefusedWhoeverAsks() {
    Path kernel = Path.of("/proc/sys/kernel");
    Assumptions.assumeTrue(
        Files.isDirectory(kernel) && !Files.isWritable(kernel),
        "this system has no such directory");
    assertThat(storage.writeRefusal("/proc/sys/kernel/out").orElseThrow())
        .startsWith("Cannot write /proc/sys/kernel/out: ");
  }
}

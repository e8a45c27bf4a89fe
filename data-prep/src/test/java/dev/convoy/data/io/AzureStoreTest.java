package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.dataset.ImageDataset;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of a store that empties a file when it is created, and renames to free names only. */
class AzureStoreTest {
  private static boolean renames;

  @TempDir private Path directory;
  private Storage storage;
  private String file;

  /** A file system {@code abfs:} over the local disk, which creates files as ABFS does. */
  static final class FakeAbfs extends FilterFileSystem {
    FakeAbfs() {
      super(
          new RawLocalFileSystem() {
            @Override
            public URI getUri() {
              return URI.create("abfs:///");
            }
          });
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      if (!renames) {
        throw new IOException("the connection was lost");
      }
      return !exists(to) && super.rename(from, to);
    }
  }

  @BeforeEach
  void open() {
    renames = true;
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.abfs.impl", FakeAbfs.class, FilterFileSystem.class);
    hadoop.setBoolean("fs.abfs.impl.disable.cache", true);
    storage = new Storage(hadoop);
    file = "abfs:" + directory + "/manifest.json";
  }

  @AfterEach
  void allowRenames() {
    renames = true;
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(directory)) {
      return paths.map(path -> path.getFileName().toString()).toList();
    }
  }

  @Test
  void aFileIsReplacedByAWholeOneAndNothingIsLeftBeside() throws IOException {
    storage.writeAtomically(file, "old");
    storage.writeAtomically(file, "new");
    assertThat(storage.readText(file)).isEqualTo("new");
    assertThat(names()).filteredOn(name -> !name.endsWith(".crc")).containsExactly("manifest.json");
  }

  @Test
  void aFileThatCannotBeWrittenToItsEndLeavesTheOldOne() throws IOException {
    storage.writeAtomically(file, "old");
    WholeFile whole =
        WholeFile.resolve(
            new org.apache.hadoop.fs.Path(file).getFileSystem(hadoop()),
            new org.apache.hadoop.fs.Path(file),
            hadoop());
    assertThatThrownBy(
            () ->
                whole.put(
                    out -> {
                      out.write(1);
                      throw new IOException("the disk is full");
                    },
                    hadoop()))
        .hasMessage("the disk is full");
    assertThat(storage.readText(file)).isEqualTo("old");
  }

  private static Configuration hadoop() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.abfs.impl", FakeAbfs.class, FilterFileSystem.class);
    return hadoop;
  }

  @Test
  void oneOfSeveralCreatesAFileThatWasNotThere() {
    assertThat(storage.createExclusively(file, new byte[] {1})).isTrue();
    assertThat(storage.createExclusively(file, new byte[] {2})).isFalse();
    assertThat(storage.readBytes(file)).containsExactly(1);
  }

  @Test
  void whoIsCutOffBetweenTheStepsLeavesTheNewContentAndItsReaderSaysWhere() {
    storage.writeAtomically(file, "old");
    renames = false;
    assertThatThrownBy(() -> storage.writeAtomically(file, "new"))
        .hasMessageContaining("the connection was lost")
        .hasMessageContaining("to manifest.json: it is whole");
    storage.deleteParts(file);
    String part = storage.strandedPart(file).orElseThrow();
    assertThat(storage.readText(part)).isEqualTo("new");
    assertThatThrownBy(() -> ImageDataset.open(storage, "abfs:" + directory))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("it holds no manifest.json")
        .hasMessageContaining("has left " + part + ": rename it to manifest.json");
    renames = true;
    storage.writeAtomically(file, "newer");
    assertThat(storage.strandedPart(file)).isEmpty();
    storage.deleteParts(file);
    assertThat(storage.exists(part)).isFalse();
  }
}

package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.TestImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir Path directory;
  private final Storage storage = new Storage(new Configuration());

  @Test
  void atomicWriteReplacesTheWholeFileAndLeavesNoNeighbour() throws IOException {
    String file = directory + "/a file.json";
    storage.writeAtomically(file, "the first, which is longer");
    storage.writeAtomically(file, "second");

    assertThat(storage.readText(file)).isEqualTo("second");
    try (var entries = Files.list(directory)) {
      assertThat(entries.map(path -> path.getFileName().toString()))
          .allMatch(name -> name.equals("a file.json") || name.equals(".a file.json.crc"));
    }
  }

  @Test
  void atomicWriteThatFailsLeavesTheOldFile() {
    TestImages.put(directory, "taken/inside", new byte[] {1});

    assertThatThrownBy(() -> storage.writeAtomically(directory + "/taken/inside/x", "new"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("Cannot write " + directory + "/taken/inside/x: ");
    assertThat(storage.readBytes(directory + "/taken/inside")).containsExactly(1);
  }

  @Test
  void filesAreListedByRelativePathWithoutHiddenOnes() {
    TestImages.put(directory, "b/two words.png", new byte[2]);
    TestImages.put(directory, "a.png", new byte[1]);
    TestImages.put(directory, "_logs/x", new byte[1]);
    TestImages.put(directory, "b/.hidden", new byte[1]);

    for (String path : new String[] {directory + "/", directory.toString(), "file:" + directory}) {
      assertThat(storage.filesBelow(path))
          .containsExactly(
              new Storage.Entry("file:" + directory + "/a.png", "a.png", 1),
              new Storage.Entry("file:" + directory + "/b/two words.png", "b/two words.png", 2));
    }
  }

  @Test
  void literalPathEscapesPatterns() {
    assertThat(Storage.literal("/a b/[1]{x,y}*?\\z")).isEqualTo("/a b/\\[1\\]\\{x,y\\}\\*\\?\\\\z");
  }
}

package dev.convoy.data.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.TestImages;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.util.Progressable;
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
  void filesAreListedByRelativePathWithoutHiddenOnes() throws IOException {
    TestImages.put(directory, "b/two words.png", new byte[2]);
    TestImages.put(directory, "a.png", new byte[1]);
    TestImages.put(directory, "_logs/x", new byte[1]);
    TestImages.put(directory, "b/.hidden", new byte[1]);

    for (String path : new String[] {directory + "/", directory.toString(), "file:" + directory}) {
      List<Storage.Entry> files = storage.filesBelow(path);
      assertThat(files)
          .extracting(file -> file.path() + " " + file.relative() + " " + file.bytes())
          .containsExactly(
              "file:" + directory + "/a.png a.png 1",
              "file:" + directory + "/b/two words.png b/two words.png 2");
      assertThat(files.get(0).modified())
          .isEqualTo(Files.getLastModifiedTime(directory.resolve("a.png")).toMillis());
    }
  }

  @Test
  void aPathLiesWhereItsLinksLead() throws IOException {
    Files.createDirectories(directory.resolve("photos/sub"));
    Files.createSymbolicLink(directory.resolve("link"), directory.resolve("photos"));
    for (String inner : List.of("photos", "link", "link/new", "photos/sub", "link/../link/sub")) {
      for (String outer : List.of("photos", "link")) {
        assertThat(storage.isWithin(directory + "/" + inner, directory + "/" + outer))
            .as("%s in %s", inner, outer)
            .isTrue();
      }
    }
    assertThat(storage.isWithin(directory + "/photos2", directory + "/link")).isFalse();
    assertThat(storage.isWithin(directory + "/photos", directory + "/link/sub")).isFalse();
  }

  @Test
  void literalPathEscapesPatterns() {
    assertThat(Storage.literal("/a b/[1]{x,y}*?\\z")).isEqualTo("/a b/\\[1\\]\\{x,y\\}\\*\\?\\\\z");
  }

  @Test
  void aWrittenFileIsReadAndNeverReplaced() {
    String file = directory + "/new/file.bin";
    storage.write(file, out -> out.write(new byte[] {1, 2}));

    assertThat(storage.<Integer>read(file, InputStream::read)).isEqualTo(1);
    assertThatThrownBy(() -> storage.write(file, out -> out.write(3)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + file + ": File already exists: " + file);
    assertThat(storage.readBytes(file)).containsExactly(1, 2);
  }

  @Test
  void aFileThatCannotBeFilledIsDeleted() {
    String file = directory + "/file.bin";

    assertThatThrownBy(
            () ->
                storage.write(
                    file,
                    out -> {
                      out.write(1);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + file + ": No space left on device");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void namesAreThoseOfOneDirectory() {
    TestImages.put(directory, "b/inside", new byte[1]);
    TestImages.put(directory, "a", new byte[1]);
    TestImages.put(directory, ".hidden", new byte[1]);

    assertThat(storage.names(directory.toString())).containsExactly(".hidden", "a", "b");
    assertThat(storage.names(directory + "/absent")).isEmpty();
  }

  @Test
  void ofManyThatCreateAFileExclusivelyOneDoes() throws Exception {
    int creators = 4;
    ExecutorService threads = Executors.newFixedThreadPool(creators);
    try {
      for (int round = 0; round < 50; round++) {
        String file = directory + "/round " + round + ".json";
        CyclicBarrier start = new CyclicBarrier(creators);
        List<Future<Boolean>> created = new ArrayList<>();
        for (byte creator = 0; creator < creators; creator++) {
          byte[] content = {creator, creator};
          created.add(
              threads.submit(
                  () -> {
                    start.await();
                    return storage.createExclusively(file, content);
                  }));
        }
        List<Byte> winners = new ArrayList<>();
        for (byte creator = 0; creator < creators; creator++) {
          if (created.get(creator).get()) {
            winners.add(creator);
          }
        }
        assertThat(winners).hasSize(1);
        assertThat(storage.readBytes(file)).containsExactly(winners.get(0), winners.get(0));
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(storage.names(directory.toString())).hasSize(50);
  }

  /** A file system that is neither local nor atomic. */
  public static final class ElsewhereFileSystem extends FilterFileSystem {
    /** Made by Hadoop. */
    public ElsewhereFileSystem() {
      super(new RawLocalFileSystem());
    }
  }

  @Test
  void whatIsThereIsKeptWhereThereAreNoLinks() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", ElsewhereFileSystem.class, FilterFileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    Storage elsewhere = new Storage(hadoop);
    String file = directory + "/new/lease.json";

    assertThat(elsewhere.createExclusively(file, new byte[] {1})).isTrue();
    assertThat(elsewhere.createExclusively(file, new byte[] {2})).isFalse();
    assertThat(elsewhere.readBytes(file)).containsExactly(1);
    assertThat(elsewhere.names(directory + "/new")).containsExactly("lease.json");
  }

  @Test
  void whatKilledWritersOfAFileHaveLeftIsDeletedAndNothingElse() {
    String unique = ".3f0c1a52-9a83-4a2f-8a5e-0d6c3b6f7a10";
    for (String name : List.of("a.json", ".a.json" + unique, ".b.json" + unique, ".a.json.b")) {
      TestImages.put(directory, name, new byte[1]);
    }
    storage.deleteParts(directory + "/a.json");
    assertThat(storage.names(directory.toString()))
        .containsExactly(".a.json.b", ".b.json" + unique, "a.json");
    storage.deleteParts(directory + "/absent/a.json");
  }

  /** Whatever is written there goes to a disk that is full. */
  static final class FullFileSystem extends RawLocalFileSystem {
    @Override
    public FSDataOutputStream create(
        org.apache.hadoop.fs.Path file,
        boolean overwrite,
        int bufferSize,
        short replication,
        long blockSize,
        Progressable progress)
        throws IOException {
      super.create(file, overwrite, bufferSize, replication, blockSize, progress).close();
      return append(new org.apache.hadoop.fs.Path("/dev/full"), bufferSize, progress);
    }
  }

  @Test
  void aFullDiskIsToldWithThePathAndLeavesNothing() throws IOException {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.file.impl", FullFileSystem.class, RawLocalFileSystem.class);
    hadoop.setBoolean("fs.file.impl.disable.cache", true);
    Storage full = new Storage(hadoop);
    String file = directory + "/new";
    byte[] bytes = {1};

    assertThatThrownBy(() -> full.write(file, out -> out.write(bytes)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + file + ": No space left on device");
    assertThatThrownBy(() -> full.writeAtomically(file, bytes))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot write " + file + ": No space left on device");
    assertThatThrownBy(() -> full.createExclusively(file, bytes))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("Cannot create " + file + ": No space left on device");
    assertThat(full.names(directory.toString())).isEmpty();
    OutputStream out = full.create(file);
    out.write(bytes);
    assertThatThrownBy(out::flush)
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot write " + file + ": No space left on device");
  }

  @Test
  void aFailureThatClosingThrowsAgainIsTheOneThatIsTold() throws IOException {
    IOException failure = new IOException("no datanode is left");
    OutputStream failing =
        new OutputStream() {
          @Override
          public void write(int value) throws IOException {
            throw failure;
          }

          @Override
          public void close() throws IOException {
            throw failure;
          }
        };
    FSDataOutputStream created = new FSDataOutputStream(failing, null);
    assertThatThrownBy(() -> WholeFile.fill(created, out -> out.write(1))).isSameAs(failure);
  }

  /** A file system on which this user may not list one directory; root may list all of a disk. */
  static final class ClosedFileSystem extends FilterFileSystem {
    ClosedFileSystem() {
      super(new RawLocalFileSystem());
    }

    @Override
    public org.apache.hadoop.fs.Path makeQualified(org.apache.hadoop.fs.Path path) {
      return path;
    }

    @Override
    public RemoteIterator<LocatedFileStatus> listFiles(
        org.apache.hadoop.fs.Path directory, boolean recursive) throws IOException {
      throw new AccessDeniedException(directory.toUri().getPath() + "/secret");
    }
  }

  @Test
  void whatThisUserMayNotReadIsNamedWithARemedy() {
    Configuration hadoop = new Configuration();
    hadoop.setClass("fs.closed.impl", ClosedFileSystem.class, FilterFileSystem.class);
    hadoop.setBoolean("fs.closed.impl.disable.cache", true);
    assertThatThrownBy(() -> new Storage(hadoop).filesBelow("closed:///in"))
        .hasMessage(
            "Cannot list closed:///in: permission denied: /in/secret (let this user read it, or"
                + " move it out of the directory that is listed)");
  }
}

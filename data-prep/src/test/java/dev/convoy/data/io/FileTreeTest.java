package dev.convoy.data.io;

import static dev.convoy.data.TestImages.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {
  private final Storage storage = new Storage(new Configuration());

  @TempDir private Path directory;

  private FileTree tree() {
    return storage.tree(directory.toString(), FileTree.Hidden.BY_CONVENTION);
  }

  private Path raw(String encoded) {
    return Path.of(URI.create(directory.toUri() + encoded));
  }

  @Test
  void linksAreFollowedUnlessTheyLeadBackOrNowhere() throws IOException {
    put(directory, "in/cat/1.png", new byte[1]);
    put(directory, "in/dog/2.png", new byte[2]);
    put(directory, "beside/3.png", new byte[3]);
    Path in = directory.resolve("in");
    Files.createSymbolicLink(in.resolve("cat/again"), Path.of("../dog"));
    Files.createSymbolicLink(in.resolve("cat/loop"), Path.of(".."));
    Files.createSymbolicLink(in.resolve("dog/around"), directory);
    Files.createSymbolicLink(in.resolve("dog/file.png"), Path.of("../../beside/3.png"));
    Files.createSymbolicLink(in.resolve("dog/itself"), Path.of("itself"));
    FileTree tree = storage.tree(in.toString(), FileTree.Hidden.BY_CONVENTION);
    assertThat(tree.files())
        .extracting(file -> file.relative() + " " + file.bytes())
        .containsExactly(
            "cat/1.png 1",
            "cat/again/2.png 2",
            "cat/again/file.png 3",
            "dog/2.png 2",
            "dog/file.png 3");
    assertThat(tree.skipped())
        .extracting(skipped -> skipped.relative() + " " + skipped.reason())
        .containsExactly(
            "cat/again/around LOOP",
            "cat/again/itself BROKEN_LINK",
            "cat/loop LOOP",
            "dog/around LOOP",
            "dog/itself BROKEN_LINK");
  }

  @Test
  void namesThatAreNotUtf8AreShownByTheirBytesAndOpened() throws IOException {
    Files.createDirectories(raw("%FCber"));
    Files.write(raw("%FCber/caf%E9.png"), new byte[] {7});
    put(directory, "\u00fcber/caf\u00e9.png", new byte[] {8});
    List<Storage.Entry> files = tree().files();
    assertThat(files)
        .extracting(Storage.Entry::relative)
        .containsExactly("\\xfcber/caf\\xe9.png", "\u00fcber/caf\u00e9.png");
    assertThat(storage.readBytes(files.get(0).path())).containsExactly(7);
    assertThat(storage.readBytes(files.get(1).path())).containsExactly(8);
  }

  @Test
  void ofTwoFilesThatAreShownAlikeOneIsReadAndOneNamed() throws IOException {
    put(directory, "caf\\xe9.png", "its name has a backslash".getBytes(StandardCharsets.UTF_8));
    Files.write(raw("caf%E9.png"), new byte[] {7});
    FileTree tree = tree();
    assertThat(tree.files()).extracting(Storage.Entry::relative).containsExactly("caf\\xe9.png");
    assertThat(storage.readText(tree.files().get(0).path())).isEqualTo("its name has a backslash");
    assertThat(tree.skipped())
        .containsExactly(new FileTree.Skipped("caf\\xe9.png", 1, FileTree.Reason.AMBIGUOUS));
  }

  @Test
  void twoDirectoriesThatAreShownAlikeAreRefused() throws IOException {
    put(directory, "lat\\xe9/1.png", new byte[] {1});
    Files.createDirectories(raw("lat%E9"));
    Files.write(raw("lat%E9/2.png"), new byte[] {2});
    assertThatThrownBy(this::tree)
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            "Cannot list "
                + storage.qualified(directory.toString())
                + ": two directories are shown as lat\\xe9, so their files would have the"
                + " same names: the name of one is not UTF-8, and its bytes are shown as \\xNN;"
                + " the name of the other contains these characters (rename one of them; in"
                + " bash $'lat\\xe9' is the"
                + " first, and 'lat\\xe9' the second)");
  }

  @Test
  void everyListedFileIsOpenedWhateverBackslashesAreInItsPath() throws IOException {
    put(directory, "lat\\xe9/caf\\xe9.png", new byte[] {1});
    Files.write(raw("lat%5Cxe9/%E9.png"), new byte[] {2});
    Files.write(raw("lat%5Cxe9/%E9%FF.png"), new byte[] {3});
    Files.write(raw("lat%5Cxe9/%5Cxe9%FF.png"), new byte[] {4});
    Files.createDirectories(raw("%FC"));
    Files.write(raw("%FC/%5Cxe9.png"), new byte[] {5});
    FileTree tree = tree();
    assertThat(tree.skipped()).isEmpty();
    assertThat(tree.files())
        .extracting(file -> storage.readBytes(file.path())[0])
        .containsExactlyInAnyOrder((byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5);
    assertThat(tree.undecodedNames())
        .containsExactlyInAnyOrder(
            "lat\\xe9/\\xe9.png", "lat\\xe9/\\xe9\\xff.png", "lat\\xe9/\\x5cxe9\\xff.png", "\\xfc");
  }

  @Test
  void everyFileSystemListsTheSameFiles() throws IOException {
    put(directory, "a/_x.png", new byte[2]);
    put(directory, "_SUCCESS", new byte[0]);
    put(directory, "a/.git/one/two", new byte[1]);
    put(directory, "a/.git/three", new byte[1]);
    Path hadoop = Files.createDirectories(directory.resolve("empty"));
    FileTree local = tree();
    org.apache.hadoop.fs.Path root =
        new org.apache.hadoop.fs.Path(storage.qualified(directory.toString()));
    FileSystem other = FileSystem.getLocal(new Configuration()).getRawFileSystem();
    FileTree remote = RemoteWalk.list(other, root, FileTree.Hidden.BY_CONVENTION);
    assertThat(local.files()).isEqualTo(remote.files());
    assertThat(local.skipped()).isEqualTo(remote.skipped());
    assertThat(local.skipped())
        .containsExactly(
            new FileTree.Skipped("_SUCCESS", 1, FileTree.Reason.HIDDEN),
            new FileTree.Skipped("a/.git", 2, FileTree.Reason.HIDDEN));
    assertThat(local.emptyDirectories()).containsExactly(hadoop.getFileName().toString());
  }
}

package dev.convoy.driver.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.source.DebianPackage;
import dev.convoy.data.source.FashionMnistSample;
import dev.convoy.driver.ObjectStore;
import dev.convoy.driver.TestDatasets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the images come from. Nothing is downloaded here. */
class FashionMnistTest {
  private static final Path INSTALLED = Path.of("/usr/share/datasets/fashion-mnist");
  private static final String TRAIN = "train-images-idx3-ubyte.gz";

  private static final Storage STORAGE = new Storage(new Configuration());

  @TempDir Path directory;

  private FashionMnist find(Path named) {
    return FashionMnist.find(
        STORAGE,
        Optional.of(named.toString()),
        directory.resolve("cache"),
        directory.resolve("work").toString());
  }

  private static FashionMnist find(Path cache, String work) {
    return FashionMnist.find(STORAGE, Optional.empty(), cache, work);
  }

  @Test
  void aNamedDirectoryIsTakenAsItIs() throws Exception {
    Path named = Files.createDirectory(directory.resolve("mine"));
    assertThat(find(named)).isEqualTo(new FashionMnist(named.toString(), named.toString()));
    assertThat(directory.resolve("cache")).doesNotExist();
    assertThat(directory.resolve("work")).doesNotExist();
  }

  @Test
  void aNamedDirectoryThatIsNotThereIsRefused() {
    Path absent = directory.resolve("absent");
    assertThatThrownBy(() -> find(absent))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read --data " + absent + ": there is no such directory");
  }

  @Test
  void aNamedFileIsRefused() {
    Path file = directory.resolve("images.gz");
    TestDatasets.put(file, new byte[1]);
    assertThatThrownBy(() -> find(file))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("Cannot read --data " + file + ": there is no such directory");
  }

  @Test
  void theInstalledPackageIsLinkedBesideTheNamesOfItsLabels() throws Exception {
    assumeTrue(Files.isReadable(INSTALLED.resolve(TRAIN)), "the package is not installed");
    Path work = directory.resolve("work");
    FashionMnist found = find(directory.resolve("cache"), work.toString());
    assertThat(found)
        .isEqualTo(
            new FashionMnist(work.toString(), "the installed package dataset-fashion-mnist"));
    assertThat(work.resolve(TRAIN).toRealPath()).isEqualTo(INSTALLED.resolve(TRAIN).toRealPath());
    assertThat(Files.readAllLines(work.resolve("labels.txt"))).isEqualTo(FashionMnistSample.LABELS);
    assertThat(work.toFile().list()).hasSize(5);
    assertThat(directory.resolve("cache")).doesNotExist();
  }

  @Test
  void anUnpackedPackageInTheCacheIsLinked() throws Exception {
    assumeFalse(Files.isReadable(INSTALLED.resolve(TRAIN)), "the installed package comes first");
    Path cache = directory.resolve("cache");
    Path unpacked =
        cache
            .resolve("dataset-fashion-mnist")
            .resolve("usr/share/datasets/fashion-mnist")
            .resolve(TRAIN);
    TestDatasets.put(unpacked, new byte[3]);
    Path work = directory.resolve("work");
    assertThat(find(cache, work.toString()).directory()).isEqualTo(work.toString());
    assertThat(work.resolve(TRAIN)).hasBinaryContent(new byte[3]);
    assertThat(Files.readAllLines(work.resolve("labels.txt"))).isEqualTo(FashionMnistSample.LABELS);
  }

  @Test
  void onAnotherFileSystemTheFilesAreCopied() throws Exception {
    Storage store = ObjectStore.storage();
    String work = ObjectStore.path(directory.resolve("images"));
    Path cache = directory.resolve("cache");
    FashionMnist found = FashionMnist.find(store, Optional.empty(), cache, work);
    assertThat(found.directory()).isEqualTo(work);
    Path local = directory.resolve("local");
    assertThat(find(cache, local.toString()).origin()).isEqualTo(found.origin());
    assertThat(store.names(work)).hasSize(5);
    for (String name : store.names(work)) {
      assertThat(store.readBytes(Storage.join(work, name)))
          .isEqualTo(Files.readAllBytes(local.resolve(name)));
      assertThat(directory.resolve("images").resolve(name)).isRegularFile();
    }
  }

  @Test
  void theCacheIsConvoysOwn() {
    assertThat(DebianPackage.userCache()).isAbsolute();
    assertThat(DebianPackage.userCache().getFileName()).hasToString("convoy");
  }
}

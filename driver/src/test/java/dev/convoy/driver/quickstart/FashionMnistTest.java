package dev.convoy.driver.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.TestDatasets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Only what does not depend on the packages of this machine. */
class FashionMnistTest {
  @TempDir Path directory;

  private FashionMnist find(Path named) {
    return FashionMnist.find(
        Optional.of(named), directory.resolve("cache"), directory.resolve("work"));
  }

  @Test
  void aNamedDirectoryIsTakenAsItIs() throws Exception {
    Path named = Files.createDirectory(directory.resolve("mine"));
    assertThat(find(named)).isEqualTo(new FashionMnist(named, List.of(), named.toString()));
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
  void theCacheIsConvoysOwn() {
    assertThat(FashionMnist.userCache()).isAbsolute();
    assertThat(FashionMnist.userCache().getFileName()).hasToString("convoy");
  }
}

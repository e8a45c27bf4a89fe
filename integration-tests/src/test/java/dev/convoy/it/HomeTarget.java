package dev.convoy.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the tests of this module write: below their own target directory. */
final class HomeTarget {
  private HomeTarget() {}

  static Path directory() throws IOException {
    return Files.createDirectories(Convoy.HOME.resolve("integration-tests/target/jobs"));
  }
}

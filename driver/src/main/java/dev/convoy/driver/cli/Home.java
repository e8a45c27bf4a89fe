package dev.convoy.driver.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where Convoy is installed, as bin/convoy says; absent under plain spark-submit. */
final class Home {
  private Home() {}

  /** A file below Convoy's directory, where there is one. */
  static Optional<Path> file(String relative) {
    return Optional.ofNullable(System.getProperty("convoy.home"))
        .map(home -> Path.of(home, relative))
        .filter(Files::exists);
  }
}

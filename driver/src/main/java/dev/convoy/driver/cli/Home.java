package dev.convoy.driver.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The installation directory of Convoy, as given by bin/convoy; absent under plain spark-submit.
 */
final class Home {
  private Home() {}

  /** Returns a file in the installation directory, if there is one. */
  static Optional<Path> file(String relative) {
    return Optional.ofNullable(System.getProperty("convoy.home"))
        .map(home -> Path.of(home, relative))
        .filter(Files::exists);
  }
}

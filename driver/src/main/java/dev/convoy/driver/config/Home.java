package dev.convoy.driver.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The installation directory of Convoy, as given by bin/convoy; absent under plain spark-submit.
 */
public final class Home {
  private Home() {}

  /** Returns a file in the installation directory, if there is one. */
  public static Optional<Path> file(String relative) {
    return Optional.ofNullable(System.getProperty("convoy.home"))
        .map(home -> Path.of(home, relative))
        .filter(Files::exists);
  }
}

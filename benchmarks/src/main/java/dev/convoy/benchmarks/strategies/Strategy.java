package dev.convoy.benchmarks.strategies;

import java.util.List;
import dev.convoy.data.Checks;

/**
 * A way of averaging.
 *
 * @param name on the command line and in the table
 * @param network that it is tried with, of conf/networks
 * @param options of the command {@code train}, beside those that all have
 */
record Strategy(String name, String network, List<String> options) {
  Strategy {
    Checks.notBlank(name, "name");
    options = List.copyOf(options);
  }

  /** A strategy tried with LeNet. */
  static Strategy of(String name, String... options) {
    return new Strategy(name, "lenet", List.of(options));
  }

  /** A strategy tried with a network that has batch norm. */
  static Strategy withNorm(String name, String... options) {
    return new Strategy(name, "resnet-8", List.of(options));
  }
}

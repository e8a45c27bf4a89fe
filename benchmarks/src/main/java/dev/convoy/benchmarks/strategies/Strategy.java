package dev.convoy.benchmarks.strategies;

import dev.convoy.data.Checks;
import java.util.List;

/**
 * A strategy of averaging.
 *
 * @param name name on the command line and in the table
 * @param network network of conf/networks with which it is tried
 * @param options options of the command {@code train}, in addition to the common ones
 */
record Strategy(String name, String network, List<String> options) {
  Strategy {
    Checks.notBlank(name, "name");
    options = List.copyOf(options);
  }

  /** Creates a strategy that is tried with LeNet. */
  static Strategy of(String name, String... options) {
    return new Strategy(name, "lenet", List.of(options));
  }

  /** Creates a strategy that is tried with a network with batch norm. */
  static Strategy withNorm(String name, String... options) {
    return new Strategy(name, "resnet-8", List.of(options));
  }
}

package dev.convoy.driver.cli;

import dev.convoy.driver.report.Console;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
  @Option(
      names = "--conf",
      paramLabel = "FILE",
      description = "HOCON file of settings; conf/convoy.conf lists all keys.")
  private Path conf;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "One setting, which overrides --conf. May be repeated.")
  private List<String> sets = new ArrayList<>();

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark master, such as local[2], spark://host:7077 or yarn (default: that of"
              + " spark-submit, else all cores of this machine).")
  private String master;

  @Mixin private JarOptions jars = new JarOptions();

  @Option(
      names = "--json",
      description = "Print one JSON object with the result, and nothing else, on standard output.")
  private boolean json;

  @Option(names = "--verbose", description = "Show stack traces and Spark's log.")
  private boolean verbose;

  Optional<Path> conf() {
    return Optional.ofNullable(conf);
  }

  List<String> sets() {
    return List.copyOf(sets);
  }

  Optional<String> master() {
    return Optional.ofNullable(master);
  }

  JarOptions jarOptions() {
    return jars;
  }

  boolean isVerbose() {
    return verbose;
  }

  Console console() {
    // The launcher knows whether standard error is a terminal; the JVM does not.
    boolean terminal = Boolean.getBoolean("convoy.terminal");
    return new Console(
        json ? Console.Mode.JSON : Console.Mode.TEXT,
        System.out,
        System.err,
        terminal ? Console.Terminal.YES : Console.Terminal.NO);
  }
}

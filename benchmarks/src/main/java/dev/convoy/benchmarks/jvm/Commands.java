package dev.convoy.benchmarks.jvm;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine;

/** Common parts of the command lines of all measurements. */
public final class Commands {
  private Commands() {}

  /** Runs a command and returns its exit status: 0 done, 1 failed, 2 refused. */
  public static int execute(Callable<Integer> command, String... args) {
    return new CommandLine(command)
        .setUsageHelpAutoWidth(true)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(Commands::tellFailure)
        .execute(args);
  }

  private static int tellFailure(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) throws Exception {
    if (failure instanceof InvalidRequestException || failure instanceof JobFailedException) {
      commandLine.getErr().println(failure.getMessage());
      return failure instanceof InvalidRequestException ? 2 : 1;
    }
    throw failure;
  }

  /**
   * Refuses a file that cannot be written, before the measurements.
   *
   * @param json value of the option {@code --json}, or null
   */
  public static void requireWritable(Path json) {
    if (json != null && !Files.isDirectory(json.toAbsolutePath().getParent())) {
      throw new InvalidRequestException(
          "Cannot write --json " + json + ": its directory does not exist");
    }
  }

  /**
   * Measures in a temporary directory, which is deleted unless the measurement fails, since it
   * holds the logs.
   */
  public static <T> T in(Function<Path, T> measurement) {
    Path work;
    try {
      work = Files.createTempDirectory("convoy-benchmarks");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a directory to measure in", e);
    }
    Thread removal = new Thread(() -> FileUtils.deleteQuietly(work.toFile()), "removal of " + work);
    Runtime.getRuntime().addShutdownHook(removal);
    try {
      return measurement.apply(work);
    } catch (RuntimeException e) {
      Runtime.getRuntime().removeShutdownHook(removal);
      System.err.println("The logs of all runs are in " + work);
      throw e;
    }
  }
}

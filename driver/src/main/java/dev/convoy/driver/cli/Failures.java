package dev.convoy.driver.cli;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.data.Visible;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.train.StoppedException;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeMemory;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns failures into short messages and exit statuses. */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  private static final Pattern CLASS_NAME =
      Pattern.compile("(Class )?[\\w$]+([./][\\w$]+)+( not found)?");
  private static final Pattern READING_FILE =
      Pattern.compile("Encountered error while reading file (.+?)\\. Details:");
  private static final String DISK_FULL = "No space left on device";
  static final int FAILED = 1;
  private static final int REQUEST_WRONG = 2;

  @Override
  public int handleParseException(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    System.err.println("convoy: " + Visible.lines(String.valueOf(e.getMessage())));
    UnmatchedArgumentException.printSuggestions(e, command.getErr());
    System.err.println("        see: " + command.getCommandSpec().qualifiedName() + " --help");
    return REQUEST_WRONG;
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    return report(
        e,
        command.getCommand() instanceof ConvoyCommand convoyCommand && convoyCommand.isVerbose());
  }

  /** Prints the message of a failure and returns the exit status. */
  int report(Throwable e, boolean verbose) {
    System.err.println("convoy: " + Visible.lines(message(e)));
    if (verbose) {
      StringWriter trace = new StringWriter();
      e.printStackTrace(new PrintWriter(trace));
      System.err.print(Visible.lines(trace.toString()));
    }
    StoppedException stopped = find(e, StoppedException.class);
    if (stopped != null) {
      return stopped.exitStatus();
    }
    boolean wrong =
        find(e, InvalidRequestException.class) != null
            || (find(e, JobFailedException.class) == null && missingClass(e).isPresent());
    return wrong ? REQUEST_WRONG : FAILED;
  }

  private static String message(Throwable e) {
    Throwable known = find(e, InvalidRequestException.class);
    if (known == null) {
      known = find(e, StoppedException.class);
    }
    if (known == null) {
      known = find(e, JobFailedException.class);
    }
    if (known == null) {
      known = NativeMemory.explain(e).orElse(null);
    }
    if (known == null) {
      known = HeapMemory.explain(e, false).orElse(null);
    }
    if (known == null) {
      known = find(e, UncheckedIOException.class);
    }
    if (known != null) {
      return known.getMessage();
    }
    Optional<String> explanation =
        NativeCode.explain(e).or(() -> missingClass(e)).or(() -> unreadableFile(e));
    return explanation.orElseGet(
        () ->
            "The job failed: "
                + rootLine(e)
                + (rootLine(e).contains(DISK_FULL)
                    ? " (free space where the output is, in spark.local.dir, and in the temporary"
                        + " directory "
                        + System.getProperty("java.io.tmpdir")
                        + "; --verbose shows where)"
                    : " (--verbose shows where)"));
  }

  /** Names the file that Spark could not read, with the cause. */
  private static Optional<String> unreadableFile(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      Matcher file = READING_FILE.matcher(String.valueOf(at.getMessage()));
      if (at.getCause() != null && file.lookingAt()) {
        return Optional.of(
            "Cannot read "
                + Visible.of(file.group(1))
                + ": "
                + rootLine(at)
                + " (if the file is damaged, write or copy it again; --verbose shows where)");
      }
    }
    return Optional.empty();
  }

  /** Returns the root cause of a failure, in one line. */
  static String rootLine(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String text = root.getMessage() == null ? "" : ": " + Visible.of(firstLine(root.getMessage()));
    return root.getClass().getSimpleName() + text;
  }

  /** Returns a remedy for a missing class, such as one that a setting names. */
  private static Optional<String> missingClass(Throwable e) {
    for (Throwable at = e; at != null; at = at.getCause()) {
      String name = String.valueOf(at.getMessage());
      if ((at instanceof ClassNotFoundException || at instanceof NoClassDefFoundError)
          && CLASS_NAME.matcher(name).matches()) {
        return Optional.of(
            "The class "
                + name.replaceFirst("^Class (.*) not found$", "$1").replace('/', '.')
                + " is missing (add the jar that contains it: --jars FILE, or --packages"
                + " GROUP:ARTIFACT:VERSION)");
      }
    }
    return Optional.empty();
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  private static <T extends Throwable> T find(Throwable e, Class<T> type) {
    for (Throwable at = e; at != null; at = at.getCause() == at ? null : at.getCause()) {
      if (type.isInstance(at)) {
        return type.cast(at);
      }
    }
    return null;
  }
}

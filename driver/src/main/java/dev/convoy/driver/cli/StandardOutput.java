package dev.convoy.driver.cli;

import dev.convoy.data.Visible;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Standard output that records write errors, which {@link System#out} hides, so that a command
 * fails if its result was not written.
 *
 * <p>A pipe that its reader has closed, as in {@code convoy … | head -1}, is not a failure.
 */
final class StandardOutput extends OutputStream {
  private static final int BUFFER_BYTES = 8192;

  /** The link to the file of standard output on Linux. */
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

  private final OutputStream target;
  private final Kind kind;
  private IOException failure;

  /** Whether standard output leads to another process, which may close it early. */
  enum Kind {
    PIPE,
    FILE
  }

  StandardOutput(OutputStream target, Kind kind) {
    this.target = target;
    this.kind = kind;
  }

  /** Replaces {@link System#out} by a new instance. */
  static StandardOutput install() {
    StandardOutput output =
        new StandardOutput(new FileOutputStream(FileDescriptor.out), kindOfDescriptor());
    System.setOut(output.printStream());
    return output;
  }

  private static Kind kindOfDescriptor() {
    try {
      String name = Files.readSymbolicLink(DESCRIPTOR).toString();
      return name.startsWith("pipe:") || name.startsWith("socket:") ? Kind.PIPE : Kind.FILE;
    } catch (IOException | UnsupportedOperationException e) {
      return Kind.FILE; // A broken pipe is then recognised by the message of the failure.
    }
  }

  /** Returns a text stream that is flushed at the end of every line. */
  PrintStream printStream() {
    return new PrintStream(
        new BufferedOutputStream(this, BUFFER_BYTES), true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Writes, unless an earlier write has failed. */
  @Override
  public synchronized void write(byte[] bytes, int from, int length) {
    if (failure != null) {
      return;
    }
    try {
      target.write(bytes, from, length);
    } catch (IOException e) {
      failure = e;
    }
  }

  @Override
  public synchronized void flush() {
    if (failure != null) {
      return;
    }
    try {
      target.flush();
    } catch (IOException e) {
      failure = e;
    }
  }

  /**
   * Returns the reason why output was lost.
   *
   * @return a sentence for people; empty if all was written or the reader has closed the pipe
   */
  synchronized Optional<String> fault() {
    if (failure == null) {
      return Optional.empty();
    }
    String reason = String.valueOf(failure.getMessage());
    String folded = reason.toLowerCase(Locale.ROOT);
    if (kind == Kind.PIPE || folded.contains("broken pipe")) {
      return Optional.empty();
    }
    return Optional.of(
        "Cannot write standard output: "
            + (folded.contains("bad file descriptor") ? "it is closed" : Visible.of(reason)));
  }

  /**
   * Reports lost output on standard error, at the end of a command.
   *
   * @return {@code commandStatus}; the status of a failed job if the command succeeded and output
   *     was lost
   */
  int exitStatus(int commandStatus) {
    System.out.flush();
    Optional<String> fault = fault();
    fault.ifPresent(sentence -> System.err.println("convoy: " + sentence));
    return fault.isPresent() && commandStatus == 0 ? Failures.FAILED : commandStatus;
  }
}

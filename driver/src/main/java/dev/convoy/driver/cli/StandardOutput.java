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
 * Standard output that remembers that it could not be written, which {@link System#out} keeps to
 * itself: a result that did not arrive makes a command fail.
 *
 * <p>A pipe whose reader has gone, as in {@code convoy … | head -1}, is no failure: the reader has
 * what it wanted.
 */
final class StandardOutput extends OutputStream {
  private static final int BUFFER_BYTES = 8192;

  /** The file that standard output is, as Linux shows it. */
  private static final Path DESCRIPTOR = Path.of("/proc/self/fd/1");

  private final OutputStream target;
  private final Kind kind;
  private IOException failure;

  /** Whether standard output leads to another process, which may leave before the end. */
  enum Kind {
    PIPE,
    FILE
  }

  StandardOutput(OutputStream target, Kind kind) {
    this.target = target;
    this.kind = kind;
  }

  /** Puts such a stream in the place of {@link System#out}. */
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
      return Kind.FILE; // Then the words of the failure tell.
    }
  }

  /** A stream of text that is flushed at the end of every line. */
  PrintStream printStream() {
    return new PrintStream(
        new BufferedOutputStream(this, BUFFER_BYTES), true, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Writes, unless that has failed before. */
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
   * Why what was printed has not arrived.
   *
   * @return a sentence for people; empty where all was written, or its reader has gone
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
   * Says on standard error what was lost, at the end of a command.
   *
   * @return the exit status of the command: that of a failure in the place of success
   */
  int exitStatus(int ofCommand) {
    System.out.flush();
    Optional<String> fault = fault();
    fault.ifPresent(told -> System.err.println("convoy: " + told));
    return fault.isPresent() && ofCommand == 0 ? Failures.FAILED : ofCommand;
  }
}

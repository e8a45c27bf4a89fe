package dev.convoy.driver.report;

import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import java.io.PrintStream;

/**
 * The console of a command. Text goes to standard output, or to standard error if the result is
 * requested as JSON; then standard output has only the one JSON object.
 *
 * <p>Control characters, which could move the cursor or change colours, are escaped by {@link
 * Visible}. Line feeds are kept as line ends. So callers must escape foreign values before they put
 * them into text of several lines; {@link TextTable} does so.
 */
public final class Console {
  private final Mode mode;
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;

  /** Format of standard output. */
  public enum Mode {
    TEXT,
    JSON
  }

  /** Whether standard error is a terminal, where a progress bar can be redrawn. */
  public enum Terminal {
    YES,
    NO
  }

  public Console(Mode mode, PrintStream out, PrintStream err, Terminal terminal) {
    this.mode = mode;
    this.out = out;
    this.err = err;
    this.terminal = terminal;
  }

  /** Prints a line of text. */
  public void say(String line) {
    (mode == Mode.JSON ? err : out).println(Visible.lines(line));
  }

  /** Prints a line on the progress of the work, always to standard error. */
  public void progress(String line) {
    err.println(Visible.of(line));
  }

  /** Prints a warning, always to standard error. */
  public void warn(String line) {
    err.println("Warning: " + Visible.of(line));
  }

  /** Prints the result, as text or as the one JSON object. */
  public void result(String text, Object json) {
    if (mode == Mode.JSON) {
      out.println(Visible.json(Json.line(json)));
    } else {
      out.println(Visible.lines(text.stripTrailing()));
    }
  }

  public boolean isTerminal() {
    return terminal == Terminal.YES;
  }

  /** Returns the stream to which progress is written. */
  public PrintStream progressStream() {
    return err;
  }
}

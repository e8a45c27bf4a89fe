package dev.convoy.driver.report;

import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import java.io.PrintStream;

/**
 * Where a command speaks. Text for people goes to standard output, or to standard error where the
 * result is asked for as JSON; then the one JSON object is all that goes to standard output.
 *
 * <p>Nothing passes that moves a cursor or changes a colour: what is left of control characters is
 * written as {@link Visible} does. A line feed is a line end here, so whoever puts a value of
 * somebody else's into a text of several lines makes it visible first; {@link TextTable} does so by
 * itself.
 */
public final class Console {
  private final Mode mode;
  private final PrintStream out;
  private final PrintStream err;
  private final Terminal terminal;

  /** What standard output is for. */
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

  /** A line for people. */
  public void say(String line) {
    (mode == Mode.JSON ? err : out).println(Visible.lines(line));
  }

  /** A line that tells how far the work is; always on standard error. */
  public void progress(String line) {
    err.println(Visible.of(line));
  }

  /** Something that the user should know although the work goes on; always on standard error. */
  public void warn(String line) {
    err.println("Warning: " + Visible.of(line));
  }

  /** The result: as text for people, or as the one JSON object. */
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

  /** Where progress is written. */
  public PrintStream progressStream() {
    return err;
  }
}

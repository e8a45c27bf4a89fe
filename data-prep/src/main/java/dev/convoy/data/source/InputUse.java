package dev.convoy.data.source;

import java.util.Locale;

/** The command that reads an input. */
public enum InputUse {
  PREPARE,
  SCORE;

  /** Returns the command as a verb for messages, {@code prepare} or {@code score}. */
  public String verb() {
    return name().toLowerCase(Locale.ROOT);
  }
}

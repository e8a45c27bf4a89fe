package dev.convoy.data.source;

import java.util.Locale;

/** The command that an input is named to. */
public enum InputUse {
  PREPARE,
  SCORE;

  /** The command as a verb in messages, {@code prepare} or {@code score}. */
  String verb() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.convoy.worker.network;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What a pool keeps of each window. */
public enum PoolType {
  MAX,
  AVERAGE;

  /** The word of the definition language: the name in lower case. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}

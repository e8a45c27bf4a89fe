package dev.convoy.data.lease;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/** A clock that goes when told to. */
final class HandClock extends Clock {
  static final Instant NOON = Instant.parse("2026-07-01T12:00:00Z");

  private volatile Instant now = NOON;
  private volatile Optional<RuntimeException> failure = Optional.empty();

  @Override
  public Instant instant() {
    failure.ifPresent(
        thrown -> {
          throw thrown;
        });
    return now;
  }

  /** What every look at the clock throws from now on; empty for a clock that goes. */
  void fail(Optional<RuntimeException> with) {
    failure = with;
  }

  void advance(Duration by) {
    now = now.plus(by);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}

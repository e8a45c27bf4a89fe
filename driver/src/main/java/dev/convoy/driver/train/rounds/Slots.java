package dev.convoy.driver.train.rounds;

import java.time.Duration;
import java.util.function.IntSupplier;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** Waits for the task slots of executors, which register one after the other. */
final class Slots {
  private static final Duration PAUSE = Duration.ofMillis(50);

  /** Time without a new slot after which no more are expected at the start of an application. */
  static final Duration QUIET = Duration.ofSeconds(2);

  private Slots() {}

  /**
   * Waits until there are as many slots as wanted, or no more have come for a while.
   *
   * @param slots present number of slots
   * @param quiet time without a new slot after which no more are expected
   */
  static void await(IntSupplier slots, int wanted, Duration quiet) {
    int last = slots.getAsInt();
    long changed = System.nanoTime();
    while (last < wanted && System.nanoTime() - changed < quiet.toNanos()) {
      try {
        Thread.sleep(PAUSE.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        ExceptionUtils.rethrow(e);
      }
      int now = slots.getAsInt();
      if (now != last) {
        last = now;
        changed = System.nanoTime();
      }
    }
  }
}

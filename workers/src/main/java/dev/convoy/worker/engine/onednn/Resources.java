package dev.convoy.worker.engine.onednn;

import java.util.ArrayDeque;
import java.util.Deque;

/** Native objects that are freed together, the youngest first. */
public final class Resources implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Remembers how to free one. */
  void onClose(Runnable release) {
    releases.push(release);
  }

  /** Frees all; a second time there is nothing to free. */
  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}

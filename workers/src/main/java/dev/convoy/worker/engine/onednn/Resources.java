package dev.convoy.worker.engine.onednn;

import java.util.ArrayDeque;
import java.util.Deque;

/** Native objects that are freed together, in reverse order of their creation. */
public final class Resources implements AutoCloseable {
  private final Deque<Runnable> releases = new ArrayDeque<>();

  /** Registers an action that frees an object. */
  void onClose(Runnable release) {
    releases.push(release);
  }

  /** Frees all objects. A second call does nothing. */
  @Override
  public void close() {
    while (!releases.isEmpty()) {
      releases.pop().run();
    }
  }
}

package dev.convoy.driver.monitor;

import dev.convoy.data.io.Storage;
import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.train.rounds.TrainingListener;
import dev.convoy.driver.train.run.MetricsLines;
import dev.convoy.driver.train.run.MetricsLog;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/**
 * The log of a run in memory, up to now: on object stores and HDFS its file has only what was there
 * at the newest checkpoint.
 */
final class LiveLog implements TrainingListener {
  private final Storage storage;
  private final String run;
  private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
  private final MetricsLog log;
  private String before = "";

  LiveLog(Storage storage, String run, Supplier<MemoryUse> memory) {
    this.storage = storage;
    this.run = run;
    this.log = new MetricsLog(new Locked(), memory);
  }

  /** Returns what has happened up to now. */
  MetricsLines read() {
    synchronized (lines) {
      return MetricsLines.of(before + lines.toString(StandardCharsets.UTF_8));
    }
  }

  /** Reads what was there before the run was continued. */
  @Override
  public void attached(TrainingListener everyone) {
    synchronized (lines) {
      before = MetricsLines.text(storage, run);
    }
  }

  /** The listener that writes the log. */
  TrainingListener writer() {
    return log;
  }

  private final class Locked extends OutputStream {
    @Override
    public void write(int value) {
      synchronized (lines) {
        lines.write(value);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      synchronized (lines) {
        lines.write(bytes, offset, length);
      }
    }
  }
}

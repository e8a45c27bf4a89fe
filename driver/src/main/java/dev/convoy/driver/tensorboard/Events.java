package dev.convoy.driver.tensorboard;

import java.awt.image.BufferedImage;
import java.time.Instant;

/** The messages of an event file, as in {@code event.proto} and {@code summary.proto}. */
final class Events {
  private static final int STEP = 2;
  private static final int STATUS_START = 1;

  private Events() {}

  private static Message event(Instant time) {
    return new Message().real(1, time.getEpochSecond() + time.getNano() * 1e-9);
  }

  /** Returns the event with which every file begins. */
  static Message version(Instant time) {
    return event(time).text(3, "brain.Event:2");
  }

  /** Returns the event that supersedes all earlier ones of this step and later steps. */
  static Message start(Instant time, long step) {
    return event(time).whole(STEP, step).message(7, new Message().whole(1, STATUS_START));
  }

  /** Returns the event of a summary. */
  static Message summary(Instant time, long step, Message summary) {
    return event(time).whole(STEP, step).message(5, summary);
  }

  /** Appends a number to a summary. */
  static void addScalar(Message summary, String tag, double value) {
    summary.message(1, new Message().text(1, tag).real32(2, (float) value));
  }

  /** Appends a distribution to a summary. */
  static void addHistogram(Message summary, String tag, Histogram histogram) {
    summary.message(1, new Message().text(1, tag).message(5, histogram.message()));
  }

  /**
   * Appends an image to a summary.
   *
   * @param png the file of {@code picture}
   */
  static void addImage(Message summary, String tag, BufferedImage picture, byte[] png) {
    Message image =
        new Message()
            .whole(1, picture.getHeight())
            .whole(2, picture.getWidth())
            .whole(3, picture.getRaster().getNumBands())
            .bytes(4, png);
    summary.message(1, new Message().text(1, tag).message(4, image));
  }
}

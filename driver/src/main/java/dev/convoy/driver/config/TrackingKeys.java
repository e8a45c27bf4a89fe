package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.word;

import dev.convoy.driver.tracking.TrackingSettings;

/** The keys of what a run tells other tools, which are a part of {@link Keys}. */
public final class TrackingKeys {
  public static final Key<Switch> TENSORBOARD =
      new Key<>(
          "train.tensorboard",
          "off",
          "word",
          "whether RUN/tensorboard is written, for which the network is looked at after each epoch",
          word(Switch.class));

  private TrackingKeys() {}

  /** Reads all keys. */
  public static TrackingSettings read(Settings settings) {
    return new TrackingSettings(settings.get(TENSORBOARD) == Switch.ON);
  }
}

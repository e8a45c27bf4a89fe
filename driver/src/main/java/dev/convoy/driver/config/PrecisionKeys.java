package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.word;

import dev.convoy.worker.engine.Precision;

/** The key of the precision of computation, which is a part of {@link Keys}. */
public final class PrecisionKeys {
  public static final Key<Precision> TRAIN =
      new Key<>(
          "train.precision",
          "float32",
          "word",
          "precision of activations, weights and gradients in training",
          word(Precision.class));

  private PrecisionKeys() {}
}

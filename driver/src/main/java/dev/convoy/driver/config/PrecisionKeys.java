package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.words;

import dev.convoy.worker.engine.Precision;
import java.util.List;

/** The key of the precision of training, which is a part of {@link Keys}. */
public final class PrecisionKeys {
  public static final Key<Precision> TRAIN =
      new Key<>(
          "train.precision",
          "float32",
          "word",
          "precision of activations, weights and gradients in training",
          words(List.of(Precision.FLOAT32, Precision.BFLOAT16)));

  private PrecisionKeys() {}
}

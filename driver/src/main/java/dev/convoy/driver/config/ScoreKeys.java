package dev.convoy.driver.config;

import static dev.convoy.driver.config.Readers.batchSize;
import static dev.convoy.driver.config.Readers.wholeBetween;
import static dev.convoy.driver.config.Readers.word;

import dev.convoy.data.image.ImageLimits;
import dev.convoy.worker.scoring.BatchSize;
import dev.convoy.worker.scoring.ScoringPrecision;
import java.util.List;

/** The keys of scoring, which are a part of {@link Keys}. */
public final class ScoreKeys {
  public static final Key<BatchSize> BATCH =
      new Key<>("score.batch", Keys.AUTO, "images", "batch size of scoring", batchSize());
  public static final Key<ScoringPrecision> PRECISION = precision("score.precision");
  public static final Key<Long> MAX_PIXELS =
      new Key<>(
          "score.maxPixels",
          "64000000",
          "pixels",
          "largest height × width of an image; a larger one has no prediction",
          wholeBetween(1, ImageLimits.MAX_PIXELS));
  public static final Key<Long> MAX_BYTES =
      new Key<>(
          "score.maxBytes",
          "67108864",
          "bytes",
          "largest file of an image; a larger one has no prediction",
          wholeBetween(1, ImageLimits.MAX_BYTES));

  private ScoreKeys() {}

  static List<Key<?>> all() {
    return List.of(BATCH, PRECISION, MAX_PIXELS, MAX_BYTES);
  }

  static Key<ScoringPrecision> precision(String path) {
    return new Key<>(
        path,
        Keys.AUTO,
        "word",
        "precision of forward passes; auto: int8 for a quantized model, float32 for any other",
        word(ScoringPrecision.class));
  }
}

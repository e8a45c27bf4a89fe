package dev.convoy.driver.config;

import dev.convoy.worker.engine.Precision;
import java.util.List;

/** The keys of the precision of computation, which are a part of {@link Keys}. */
public final class PrecisionKeys {
  public static final Key<Precision> TRAIN =
      new Key<>(
          "train.precision",
          "float32",
          "word",
          "precision of activations, weights and gradients in training",
          new Training());

  private PrecisionKeys() {}

  /** Reads the name of a precision in which networks train. */
  private record Training() implements Key.Reader<Precision> {
    private static final List<Precision> ALL = List.of(Precision.FLOAT32, Precision.BFLOAT16);

    @Override
    public Precision read(String text) {
      return ALL.stream()
          .filter(precision -> precision.toString().equals(text))
          .findFirst()
          .orElseThrow(
              () -> new IllegalArgumentException("must be one of " + String.join(", ", words())));
    }

    @Override
    public List<String> words() {
      return ALL.stream().map(Precision::toString).toList();
    }
  }
}

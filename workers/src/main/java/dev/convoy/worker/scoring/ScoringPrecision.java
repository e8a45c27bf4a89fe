package dev.convoy.worker.scoring;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelQuantization;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.program.Programs;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The choice of the precision in which a model scores. */
public enum ScoringPrecision {
  /** int8 for a quantized model, float32 for any other. */
  AUTO,
  FLOAT32,
  BFLOAT16,
  INT8;

  /** Returns the choice of a name, such as {@code bfloat16}. */
  public static ScoringPrecision of(String key) {
    return valueOf(key.toUpperCase(Locale.ROOT));
  }

  /** Returns the name in settings. */
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  private Precision of(Model model) {
    return switch (this) {
      case AUTO -> model.quantization().isPresent() ? Precision.INT8 : Precision.FLOAT32;
      case FLOAT32 -> Precision.FLOAT32;
      case BFLOAT16 -> Precision.BFLOAT16;
      case INT8 -> Precision.INT8;
    };
  }

  /**
   * Returns the arithmetic in which a model scores.
   *
   * @throws InvalidRequestException if the model or this machine cannot score in it; the message
   *     has the remedy
   */
  public Arithmetic arithmetic(Model model) {
    Precision precision = of(model);
    Optional<ModelQuantization> quantization = model.quantization();
    if (precision == Precision.INT8 && quantization.isEmpty()) {
      throw new InvalidRequestException(
          "Cannot score in int8: the model is not quantized (make a quantized one of it with:"
              + " convoy quantize)");
    }
    if (precision != Precision.FLOAT32) {
      InferenceForm form = InferenceForm.fold(model.network(), model.tensors(), model.parameters());
      Programs.whyNotIn(form.network(), precision)
          .ifPresent(
              reason -> {
                throw new InvalidRequestException(
                    "Cannot score in "
                        + precision
                        + ": "
                        + reason
                        + " (use the precision float32)");
              });
      if (precision == Precision.INT8) {
        requireRanges(form.network(), quantization.get());
      }
    }
    return new Arithmetic(
        precision, precision == Precision.INT8 ? quantization.get().values() : Quantization.NONE);
  }

  private static void requireRanges(Network network, ModelQuantization quantization) {
    Set<String> missing = new TreeSet<>(Programs.values(network));
    missing.removeAll(quantization.ranges().keySet());
    if (!missing.isEmpty()) {
      throw new InvalidRequestException(
          "Cannot score in int8: the model was quantized without "
              + missing.iterator().next()
              + " (quantize it again with: convoy quantize, or use the precision float32)");
    }
  }
}

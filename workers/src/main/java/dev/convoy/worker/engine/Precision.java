package dev.convoy.worker.engine;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.Locale;
import java.util.Optional;

/**
 * The precision in which a network computes activations and weights, and in training gradients.
 * Parameters are stored as float32 in every precision.
 */
public enum Precision {
  /** IEEE 754 single precision, with 24 bits of significand. */
  FLOAT32(ValueType.FLOAT32, "any"),
  /** The upper half of a float32, with 8 bits of significand. */
  BFLOAT16(ValueType.BFLOAT16, "avx512_bf16"),
  /** Integers of 8 bits with a scale, for scoring alone. Sums are integers of 32 bits. */
  INT8(ValueType.INT8, "avx512_vnni");

  private final ValueType type;
  private final String instructions;

  Precision(ValueType type, String instructions) {
    this.type = type;
    this.instructions = instructions;
  }

  /**
   * Returns why this process cannot compute fast in this precision: its CPU would emulate it. It is
   * empty if it can.
   */
  public Optional<String> whySlow() {
    return Engine.isFast(type)
        ? Optional.empty()
        : Optional.of("this CPU has no instructions for " + this + " (" + instructions + ")");
  }

  /** Returns the type of activations and their gradients. */
  public ValueType valueType() {
    return type;
  }

  /** Returns the name in settings and files, such as {@code bfloat16}. */
  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package dev.convoy.worker.program;

import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.network.inference.Quantization;
import java.io.Serializable;

/**
 * The arithmetic of a program.
 *
 * @param precision precision of its steps
 * @param quantization the integers for values, if it is {@link Precision#INT8}
 */
public record Arithmetic(Precision precision, Quantization quantization) implements Serializable {
  /** float32 throughout. */
  public static final Arithmetic FLOAT32 = new Arithmetic(Precision.FLOAT32, Quantization.NONE);
}

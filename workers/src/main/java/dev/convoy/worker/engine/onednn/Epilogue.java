package dev.convoy.worker.engine.onednn;

/**
 * What a kernel makes of its sums before it stores them: {@code DST[m] = g·f(s[m]·(sum[m] +
 * BIAS[m]) + a·before[m])} for every output map, or unit, {@code m}, where {@code before} is the
 * previous value of {@code DST}. Without further words it is {@code f(sum + BIAS)}.
 */
public final class Epilogue {
  /** oneDNN's mask for one factor for each index of the second axis of the output. */
  private static final int BY_MAP = 1 << 1;

  private final Function function;
  private final float[] factors;
  private final float functionFactor;
  private final float addendFactor;
  private final ValueType addendType;

  private Epilogue(
      Function function,
      float[] factors,
      float functionFactor,
      float addendFactor,
      ValueType addendType) {
    this.function = function;
    this.factors = factors;
    this.functionFactor = functionFactor;
    this.addendFactor = addendFactor;
    this.addendType = addendType;
  }

  /** Returns {@code f(sum + BIAS)}. */
  public static Epilogue of(Function function) {
    return new Epilogue(function, new float[0], 1, 0, ValueType.FLOAT32);
  }

  /**
   * Returns a copy with factors.
   *
   * @param ofSums {@code s[m]}, for sums of integers
   * @param ofFunction {@code g}
   */
  public Epilogue scaled(float[] ofSums, float ofFunction) {
    return new Epilogue(function, ofSums.clone(), ofFunction, addendFactor, addendType);
  }

  /**
   * Returns a copy that adds the previous values of the output.
   *
   * @param factor {@code a}, not 0
   * @param type their type, of the same size as that of the output
   */
  public Epilogue adding(float factor, ValueType type) {
    return new Epilogue(function, factors, functionFactor, factor, type);
  }

  boolean addsPrevious() {
    return addendFactor != 0;
  }

  Attributes attributes() {
    Attributes attributes = new Attributes();
    if (factors.length > 0) {
      attributes.scale(factors, BY_MAP);
    }
    if (addsPrevious()) {
      attributes.addPrevious(addendFactor, addendType);
    }
    return function.appendTo(attributes, functionFactor);
  }
}

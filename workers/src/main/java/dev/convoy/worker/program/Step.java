package dev.convoy.worker.program;

import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.onednn.Function;
import java.util.List;
import java.util.Optional;

/** One operation of a forward pass for scoring. */
interface Step {
  List<Value> inputs();

  Value output();

  /** Returns the name of the layer whose weights it has; empty if it has none. */
  default Optional<String> weightsOf() {
    return Optional.empty();
  }

  /** Returns the bytes of its weights in an arithmetic; 0 if it has none. */
  default long weightBytes(Arithmetic arithmetic) {
    return 0;
  }

  /** Returns whether it can compute in that arithmetic. All steps can in float32. */
  default boolean computesIn(Arithmetic arithmetic) {
    return arithmetic.precision() != Precision.INT8;
  }

  /**
   * Returns whether it moves numbers, chooses among them or averages them, so that inputs and
   * output are best stored with one scale.
   */
  default boolean keepsScale() {
    return false;
  }

  /**
   * Returns a step that also applies a function, with the output {@code fused}; empty if this step
   * cannot apply it.
   */
  default Optional<Step> applying(Function function, Value fused) {
    return Optional.empty();
  }

  /**
   * Returns a step that computes {@code sum} by adding its result to {@code other}, whose memory
   * then holds the sum; empty if this step cannot add.
   */
  default Optional<Step> addingTo(Value other, Steps.Add sum) {
    return Optional.empty();
  }

  /** Fuses this step into another one; returns false if none can compute it. */
  default boolean fuse(OperatorFusion fusion) {
    return false;
  }

  /** Adds its kernels to a part of a program, on the memory of the program's values. */
  void build(ProgramPart part);
}

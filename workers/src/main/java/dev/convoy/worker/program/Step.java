package dev.convoy.worker.program;

import dev.convoy.worker.engine.onednn.Function;
import java.util.List;
import java.util.Optional;

/** One operation of a network that scores. */
interface Step {
  List<Value> inputs();

  Value output();

  /** What its weights take; 0 if it has none. */
  default long weightBytes() {
    return 0;
  }

  /**
   * Returns the step that also applies a function and puts the result out as {@code fused}; empty
   * if this step cannot apply it.
   */
  default Optional<Step> applying(Function function, Value fused) {
    return Optional.empty();
  }

  /**
   * Returns the step that computes {@code sum} by adding to {@code other}, whose memory it takes
   * over; empty if this step cannot add.
   */
  default Optional<Step> addingTo(Value other, Steps.Add sum) {
    return Optional.empty();
  }

  /** Lets other steps compute this one; returns false if none can. */
  default boolean fuse(OperatorFusion fusion) {
    return false;
  }

  /** Makes its kernels, in the memory that a program has for its values. */
  void build(ProgramPart part);
}

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
   * Returns this step with a function of its output, put out as {@code fused}; empty if it cannot
   * apply that.
   */
  default Optional<Step> applying(Function function, Value fused) {
    return Optional.empty();
  }

  /**
   * Returns this step with its output added to {@code other}, whose memory it takes over; empty if
   * it cannot do that.
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

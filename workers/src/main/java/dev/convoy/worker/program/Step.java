package dev.convoy.worker.program;

import java.util.List;

/** One operation of a network that scores. */
interface Step {
  List<Value> inputs();

  Value output();

  /** What its weights take; 0 if it has none. */
  default long weightBytes() {
    return 0;
  }

  /** Makes its kernels, in the memory that a program has for its values. */
  void build(ProgramPart part);
}

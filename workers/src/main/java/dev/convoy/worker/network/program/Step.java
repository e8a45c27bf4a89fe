package dev.convoy.worker.network.program;

import java.util.List;

/** One operation of a network that scores. */
interface Step {
  List<Value> inputs();

  Value output();

  /** Makes its kernels, in the memory that a program has for its values. */
  void build(Building building);
}

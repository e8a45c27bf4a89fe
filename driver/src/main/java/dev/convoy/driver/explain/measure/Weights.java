package dev.convoy.driver.explain.measure;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.graph.TensorSpec;
import java.util.Optional;

/** One parameter tensor of a model, read by its indices. */
record Weights(Model model, TensorSpec spec) {
  static Optional<Weights> find(Model model, String layer, String parameter) {
    return model.tensors().stream()
        .filter(spec -> spec.layer().equals(layer) && spec.parameter().equals(parameter))
        .findFirst()
        .map(spec -> new Weights(model, spec));
  }

  int extent(int axis) {
    return Math.toIntExact(spec.shape().get(axis));
  }

  float at(int... indices) {
    long place = 0;
    int last = indices.length - 1;
    for (int i = 0; i <= last; i++) {
      // The first axis to be unrolled is the one that runs slowest.
      int axis = spec.order().equals("c") ? i : last - i;
      place = place * spec.shape().get(axis) + indices[axis];
    }
    return model.parameters()[Math.toIntExact(spec.offset() + place)];
  }
}

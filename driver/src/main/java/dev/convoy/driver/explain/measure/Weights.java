package dev.convoy.driver.explain.measure;

import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.TensorLayout;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/**
 * One parameter tensor of a network, indexed by its axes.
 *
 * @param parameters all parameters of the network, flat
 */
record Weights(float[] parameters, TensorSpec spec, TensorLayout layout) {
  static Optional<Weights> find(
      List<TensorSpec> tensors, float[] parameters, String layer, TensorLayout layout) {
    return tensors.stream()
        .filter(spec -> spec.layer().equals(layer))
        .filter(spec -> spec.parameter().equals(layout.parameter()))
        .findFirst()
        .map(spec -> new Weights(parameters, spec, layout));
  }

  int extent(Axis axis) {
    return Math.toIntExact(spec.shape().get(layout.axes().indexOf(axis)));
  }

  float at(ToIntFunction<Axis> index) {
    List<Axis> axes = layout.axes();
    long place = 0;
    int last = axes.size() - 1;
    for (int i = 0; i <= last; i++) {
      // The first axis to be unrolled varies slowest.
      int axis = spec.order().equals("c") ? i : last - i;
      place = place * spec.shape().get(axis) + index.applyAsInt(axes.get(axis));
    }
    return parameters[Math.toIntExact(spec.offset() + place)];
  }
}

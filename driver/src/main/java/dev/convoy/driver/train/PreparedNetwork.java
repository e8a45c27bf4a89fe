package dev.convoy.driver.train;

import dev.convoy.data.io.Storage;
import dev.convoy.driver.train.plan.TrainPlan;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelStore;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.OpenNetwork;
import java.util.List;
import java.util.Optional;

/**
 * Properties of the network of a run, read from an instance on the driver.
 *
 * @param updaterState number of values of the updater state
 */
record PreparedNetwork(
    List<LayerKernel> kernels,
    List<TensorSpec> tensors,
    InitialParameters.Start start,
    int updaterState) {

  float[] parameters() {
    return start.parameters();
  }

  /** Builds the network of a run, and reads the model that the run starts from, if any. */
  static PreparedNetwork of(
      Storage storage, TrainPlan plan, NetworkSpec spec, List<String> labels) {
    Optional<Model> trained =
        plan.init().isEmpty()
            ? Optional.empty()
            : Optional.of(ModelStore.read(storage, plan.init()));
    try (NetworkThread<OpenNetwork> network = new NetworkThread<>(spec)) {
      return network.call(
          live -> {
            List<TensorSpec> tensors = live.trainable().tensors();
            float[] fresh = live.trainable().parameters();
            InitialParameters.Start start =
                trained
                    .map(model -> InitialParameters.from(model, tensors, fresh, labels))
                    .orElse(new InitialParameters.Start(fresh, List.of()));
            return new PreparedNetwork(
                live.kernels(), tensors, start, live.trainable().updaterState().length);
          });
    }
  }
}

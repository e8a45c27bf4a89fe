package dev.convoy.driver.train;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Initial parameters for fine-tuning: those of a trained model where its tensors match by layer,
 * name and shape, and newly initialised ones elsewhere. If the labels differ, the output layer is
 * newly initialised.
 */
final class InitialParameters {
  private InitialParameters() {}

  /**
   * Initial parameters.
   *
   * @param renewed names of the layers that are newly initialised
   */
  record Start(float[] parameters, List<String> renewed) {}

  static Start from(Model model, List<TensorSpec> tensors, float[] fresh, List<String> labels) {
    String output = tensors.get(tensors.size() - 1).layer();
    boolean newLabels = !model.labels().equals(labels);
    Map<String, TensorSpec> trained =
        model.tensors().stream()
            .collect(Collectors.toMap(InitialParameters::key, Function.identity()));
    float[] parameters = fresh.clone();
    List<String> renewed = new ArrayList<>();
    for (TensorSpec tensor : tensors) {
      TensorSpec source = trained.get(key(tensor));
      boolean renew =
          source == null || !source.matches(tensor) || (newLabels && tensor.layer().equals(output));
      if (!renew) {
        System.arraycopy(
            model.parameters(),
            Math.toIntExact(source.offset()),
            parameters,
            Math.toIntExact(tensor.offset()),
            Math.toIntExact(tensor.length()));
      } else if (!renewed.contains(tensor.layer())) {
        renewed.add(tensor.layer());
      }
    }
    return new Start(parameters, List.copyOf(renewed));
  }

  private static String key(TensorSpec tensor) {
    return tensor.layer() + "/" + tensor.parameter();
  }
}

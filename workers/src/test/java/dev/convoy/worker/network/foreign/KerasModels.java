package dev.convoy.worker.network.foreign;

import java.util.ArrayList;
import java.util.List;

/** Keras models in the form in which Keras 2 writes them. */
final class KerasModels {
  private static final String WEIGHTS =
      """
      "use_bias": true,
      "kernel_initializer": {"class_name": "GlorotUniform", "config": {"seed": null}},
      "bias_initializer": {"class_name": "Zeros", "config": {}},
      "kernel_regularizer": null, "bias_regularizer": null, "activity_regularizer": null,
      "kernel_constraint": null, "bias_constraint": null
      """;

  private KerasModels() {}

  static String sequential(String inputShape, String... layers) {
    List<String> all = new ArrayList<>();
    all.add(
        """
        {"class_name": "InputLayer", "config": {"batch_input_shape": %s, "dtype": "float32",
         "sparse": false, "ragged": false, "name": "input_1"}}
        """
            .formatted(inputShape));
    all.addAll(List.of(layers));
    return """
        {"class_name": "Sequential", "config": {"name": "sequential", "layers": [%s]},
         "keras_version": "2.11.0", "backend": "tensorflow"}
        """
        .formatted(String.join(", ", all));
  }

  /**
   * @param layers each with its {@link #inbound inbound nodes}
   */
  static String functional(String output, String... layers) {
    return """
        {"class_name": "Functional", "config": {"name": "model", "trainable": true, "layers": [
           {"class_name": "InputLayer", "config": {"batch_input_shape": [null, null, null, 3],
            "dtype": "float32", "sparse": false, "ragged": false, "name": "input_1"},
            "name": "input_1", "inbound_nodes": []}, %s],
         "input_layers": [["input_1", 0, 0]], "output_layers": [["%s", 0, 0]]},
         "keras_version": "2.11.0", "backend": "tensorflow"}
        """
        .formatted(String.join(", ", layers), output);
  }

  /** A layer of a functional model, with the layers that it reads. */
  static String inbound(String layer, String... from) {
    List<String> nodes = new ArrayList<>();
    for (String name : from) {
      nodes.add("[\"%s\", 0, 0, {}]".formatted(name));
    }
    String name = layer.replaceFirst("(?s).*?\"name\": \"([^\"]*)\".*", "$1");
    return layer.substring(0, layer.lastIndexOf('}'))
        + ", \"name\": \"%s\", \"inbound_nodes\": [[%s]]}"
            .formatted(name, String.join(", ", nodes));
  }

  /**
   * @param settings more settings, of JSON, or empty
   */
  static String layer(String kind, String name, String settings) {
    String more = settings.isBlank() ? "" : ", " + settings;
    return """
        {"class_name": "%s", "config": {"name": "%s", "trainable": true, "dtype": "float32"%s}}
        """
        .formatted(kind, name, more)
        .strip();
  }

  static String conv(String name, int filters, int kernel, String padding, String activation) {
    return layer(
        "Conv2D",
        name,
        """
        "filters": %d, "kernel_size": [%d, %d], "strides": [1, 1], "padding": "%s",
        "data_format": "channels_last", "dilation_rate": [1, 1], "groups": 1,
        "activation": "%s", %s
        """
            .formatted(filters, kernel, kernel, padding, activation, WEIGHTS));
  }

  static String dense(String name, int units, String activation) {
    return layer(
        "Dense",
        name,
        "\"units\": %d, \"activation\": \"%s\", %s".formatted(units, activation, WEIGHTS));
  }

  static String batchNormalization(String name) {
    return layer(
        "BatchNormalization",
        name,
        """
        "axis": [3], "momentum": 0.99, "epsilon": 0.001, "center": true, "scale": true,
        "beta_initializer": {"class_name": "Zeros", "config": {}},
        "gamma_initializer": {"class_name": "Ones", "config": {}},
        "moving_mean_initializer": {"class_name": "Zeros", "config": {}},
        "moving_variance_initializer": {"class_name": "Ones", "config": {}},
        "beta_regularizer": null, "gamma_regularizer": null,
        "beta_constraint": null, "gamma_constraint": null,
        "renorm": false, "renorm_clipping": null, "renorm_momentum": 0.99
        """);
  }

  static String pool(String kind, String name, int size, String padding) {
    return layer(
        kind,
        name,
        """
        "pool_size": [%d, %d], "padding": "%s", "strides": [2, 2],
        "data_format": "channels_last"
        """
            .formatted(size, size, padding));
  }
}

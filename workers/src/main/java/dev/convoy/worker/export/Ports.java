package dev.convoy.worker.export;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.worker.export.ExportReport.Axis;
import dev.convoy.worker.export.ExportReport.Port;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.InputSize;
import dev.convoy.worker.network.NetworkInput;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Describes a model's images and labels for both formats. */
final class Ports {
  /** The name of the input, which no layer may have. */
  static final String INPUT = "input";

  private Ports() {}

  /** Returns the images as {@code (batch, channels, height, width)}. */
  static Port images(Model model, String type) {
    NetworkInput accepts = model.network().accepts();
    return new Port(
        INPUT,
        type,
        List.of(
            Axis.open("batch"),
            Axis.of(model.network().input().channels()),
            axis("height", accepts.height(), model.network().input().height()),
            axis("width", accepts.width(), model.network().input().width())));
  }

  private static Axis axis(String name, InputSize accepts, int trained) {
    return accepts.isAny() ? Axis.open(name) : Axis.of(trained);
  }

  /** Returns the probabilities as {@code (batch, labels)}. */
  static Port probabilities(Model model, String name) {
    return new Port(
        name, "float32", List.of(Axis.open("batch"), Axis.of(model.network().labels())));
  }

  /**
   * Returns the metadata that a caller needs beside the network, as JSON by name: labels in the
   * order of the outputs; the kind of normalisation, with mean and standard deviation of each
   * channel, for pixels from 0 to 1, unless every image has its own; the accepted images; the kind
   * of input.
   */
  static Map<String, Object> description(Model model, InputPixels pixels) {
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("network", model.network().name());
    description.put("labels", Json.tree(model.labels()));
    ObjectNode normalisation = (ObjectNode) Json.tree(model.normalisation());
    if (model.normalisation().isPerImage()) {
      // Statistics of the train split, by which nobody is to normalise.
      normalisation.remove(List.of("mean", "std"));
    }
    description.put("normalisation", normalisation);
    description.put("images", images(model.network().accepts()));
    description.put("pixels", pixels == InputPixels.BYTES ? "bytes" : "normalised");
    return description;
  }

  private static ObjectNode images(NetworkInput accepts) {
    ObjectNode images = Json.object();
    images.set("height", Json.tree(accepts.height()));
    images.set("width", Json.tree(accepts.width()));
    images.set("channels", Json.tree(accepts.channels()));
    return images;
  }
}

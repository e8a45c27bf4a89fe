package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Translates a Keras model's configuration, in the form of {@code model.to_json()} and of the
 * attribute {@code model_config} of an HDF5 file, into Convoy's definition language. It supports
 * Keras 2, and the HDF5 files of Keras 3.
 *
 * <p>Models that Convoy cannot express are refused with all faults in one message. The last Dense
 * with a softmax becomes the output layer, its units the labels. Weights are not read, so the order
 * of dimensions, Keras' {@code data_format}, does not matter.
 *
 * <p>Training settings are not part of a network and are left out: optimizer, loss, seeds, data
 * type. A regularisation that all layers share is left out too, because it belongs to the run. If
 * layers differ, each gets its own {@code l2}, which is twice that of Keras: Keras adds {@code
 * l2·Σw²} to the loss, Convoy half of that. An {@code l2} on shift or scale of a normalisation is
 * refused.
 *
 * <p>A nested model is replaced by its layers.
 */
public final class KerasConfiguration {

  private final Draft draft;
  private final boolean channelsFirst;

  private KerasConfiguration(Draft draft, boolean channelsFirst) {
    this.draft = draft;
    this.channelsFirst = channelsFirst;
  }

  /** Whether the JSON looks like a Keras model. */
  public static boolean matches(JsonNode tree) {
    return KerasModel.isModel(tree.path("class_name").asText()) && tree.has("config");
  }

  /**
   * Translates a model.
   *
   * @param where name of the file in messages
   * @throws InvalidRequestException with all faults, each with its layer, value and remedy
   */
  public static Translation definition(JsonNode tree, String where) {
    if (!matches(tree)) {
      throw new InvalidRequestException(
          "Cannot translate "
              + where
              + ": it is not a Keras model, whose class_name is Sequential, Functional or Model: build"
              + " the model with layers or with inputs and outputs");
    }
    Draft draft = new Draft(where);
    Set<String> formats = new TreeSet<>(tree.findValuesAsText("data_format"));
    formats.remove("null");
    if (formats.size() > 1) {
      draft.problems().add("data_format", "must be one in all layers, and is " + formats);
    }
    return new KerasConfiguration(draft, formats.contains("channels_first")).translation(tree);
  }

  private Translation translation(JsonNode tree) {
    KerasModel model = KerasModel.read(tree, "", draft.problems());
    Chain chain = draft.layers();
    KerasOutput output = new KerasOutput();
    KerasLayers layers = new KerasLayers(model, channelsFirst, false, output);
    if (draft.problems().isEmpty()) {
      draft.append(chain, model.pieces(), layers);
      chain.refuseZeros();
      output.finish(chain);
    } else {
      layers.findFaults(draft);
    }
    model.inputShape().ifPresent(shape -> draft.input(images(shape)));
    return draft.finish();
  }

  /**
   * Translates a shape {@code [batch, height, width, channels]}, null where any size is accepted.
   */
  private ObjectNode images(JsonNode shape) {
    ObjectNode images = Json.object();
    if (shape.size() != 4) {
      draft
          .problems()
          .add(
              "input shape " + ForeignSettings.shown(shape),
              "Convoy's networks take images: [batch, height, width, channels]");
      return images;
    }
    List<String> keys =
        channelsFirst
            ? List.of("channels", "height", "width")
            : List.of("height", "width", "channels");
    for (int i = 0; i < keys.size(); i++) {
      JsonNode value = shape.get(i + 1);
      boolean channels = keys.get(i).equals("channels");
      if (channels && value.asInt() != 1 && value.asInt() != 3) {
        draft
            .problems()
            .add(
                "input shape " + ForeignSettings.shown(shape), "images have 1 channel (grey) or 3");
      } else if (value.isNull()) {
        images.put(keys.get(i), "any");
      } else {
        images.put(keys.get(i), value.asInt());
      }
    }
    return images;
  }
}

package dev.convoy.worker.network.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Problems;
import java.util.ArrayList;
import java.util.List;

/** Converts a final Dense with a softmax, in one layer or two, into the output layer. */
final class KerasOutput {
  /** A temporary activation of a layer until it is known whether it is the last one. */
  static final String SOFTMAX = "softmax";

  private record Softmax(ObjectNode fields, String place) {}

  private final List<Softmax> softmaxes = new ArrayList<>();

  /** Registers an item with a softmax. */
  void softmax(ObjectNode fields, String place) {
    softmaxes.add(new Softmax(fields, place));
  }

  /** Makes the last item of the chain the output layer; every other softmax is refused. */
  @SuppressWarnings("ReferenceEquality") // Only one of two equal softmaxes is the last.
  void finish(Chain chain) {
    Problems problems = chain.draft().problems();
    ArrayNode items = chain.items();
    JsonNode last = items.path(items.size() - 1);
    JsonNode activation = last.path("activation");
    boolean apart = activation.path("function").asText().equals(SOFTMAX);
    JsonNode dense = apart ? items.path(items.size() - 2).path("dense") : last.path("dense");
    JsonNode softmax = apart ? activation : dense;
    String own = dense.path("activation").asText("identity");
    if (dense instanceof ObjectNode fields && own.equals(apart ? "identity" : SOFTMAX)) {
      items.remove(items.size() - 1);
      if (apart) {
        items.remove(items.size() - 1);
      }
      if (fields.has("bias")) {
        problems.add(
            "layer " + fields.get("name").asText(),
            "use_bias = false: Convoy's output layer has a bias");
      }
      chain.draft().labels(fields.path("units").asInt());
      fields.remove(List.of("units", "activation", "bias"));
      items.addObject().set("output", fields);
    } else {
      problems.add(
          "the last layer", "must be a Dense with the activation softmax, one unit for each label");
    }
    for (Softmax one : softmaxes) {
      if (one.fields() != softmax) {
        problems.add(one.place(), "Convoy has a softmax after the last Dense only");
      }
    }
  }
}

package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.summary.NetworkSummary;

/** Models, for people and as JSON. */
public final class ModelText {
  private ModelText() {}

  /**
   * A model as tables.
   *
   * @param network that of the model, on the images that it is shown on
   * @param summary of that network
   */
  public static String describe(Model model, Network network, NetworkSummary summary) {
    JsonNode made = model.provenance();
    JsonNode plan = made.path("plan");
    return NetworkText.describe(network, summary)
        + String.format("%nlabels     %s%n", String.join(", ", model.labels()))
        + String.format(
            "trained    %s epochs, %s replicas, batch %s, averaged every %s steps, seed %s%n",
            plan.path("epochs").asText("?"),
            plan.path("replicas").asText("?"),
            plan.path("batch").asText("?"),
            plan.path("averageEvery").asText("?"),
            made.path("seed").asText("?"))
        + String.format("dataset    %s%n", made.path("dataset").asText("?"))
        + String.format(
            "made by    Convoy %s, Spark %s, Deeplearning4j %s, %s native threads on %s%n",
            made.path("convoy").asText("?"),
            made.path("spark").asText("?"),
            made.path("dl4j").asText("?"),
            made.path("nativeThreads").asText("?"),
            made.path("cpu").asText("?"));
  }

  /** A model as JSON, without its parameters. */
  public static ObjectNode json(Model model, NetworkSummary summary) {
    ObjectNode json = Json.object();
    json.set("network", Json.tree(summary));
    json.set("labels", Json.tree(model.labels()));
    json.set("normalisation", Json.tree(model.normalisation()));
    json.set("tensors", Json.tree(model.tensors()));
    json.set("provenance", model.provenance());
    return json;
  }
}

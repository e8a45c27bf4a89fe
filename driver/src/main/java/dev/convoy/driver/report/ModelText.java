package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.List;
import java.util.Locale;

/** Models, for people and as JSON. */
public final class ModelText {
  private ModelText() {}

  /**
   * A model as tables.
   *
   * @param network that of the model, on the images that it is shown on
   * @param summary of that network
   * @param kernels what runs its layers on this machine
   */
  public static String describe(
      Model model, Network network, NetworkSummary summary, List<LayerKernel> kernels) {
    JsonNode made = model.provenance();
    JsonNode plan = made.path("plan");
    return NetworkText.describe(network, summary, kernels)
        + String.format(Locale.ROOT, "%nlabels     %s%n", String.join(", ", model.labels()))
        + String.format(
            Locale.ROOT,
            "trained    %s, %s, batch %s, averaged every %s, seed %s%n",
            counted(plan, "epochs", "epoch"),
            counted(plan, "replicas", "replica"),
            plan.path("batch").asText("?"),
            counted(plan, "averageEvery", "step"),
            made.path("seed").asText("?"))
        + String.format(Locale.ROOT, "dataset    %s%n", made.path("dataset").asText("?"))
        + String.format(
            Locale.ROOT,
            "made by    Convoy %s, Spark %s, Deeplearning4j %s, %s on %s%n",
            made.path("convoy").asText("?"),
            made.path("spark").asText("?"),
            made.path("dl4j").asText("?"),
            counted(made, "nativeThreads", "native thread"),
            made.path("cpu").asText("?"));
  }

  private static String counted(JsonNode from, String field, String noun) {
    JsonNode count = from.path(field);
    return count.isIntegralNumber() ? Numbers.count(count.asLong(), noun) : "? " + noun + "s";
  }

  /** A model as JSON, without its parameters. */
  public static ObjectNode json(Model model, NetworkSummary summary, List<LayerKernel> kernels) {
    ObjectNode json = Json.object();
    json.set("network", NetworkText.json(summary, kernels));
    json.set("labels", Json.tree(model.labels()));
    json.set("normalisation", Json.tree(model.normalisation()));
    json.set("tensors", Json.tree(model.tensors()));
    json.set("provenance", model.provenance());
    return json;
  }
}

package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.List;
import java.util.Locale;

/** Models, for people and as JSON. */
public final class ModelText {
  private static final String NOT_RECORDED = "not recorded";

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
        + String.format(Locale.ROOT, "%nlabels     %s%n", LabelList.of(model.labels()))
        + String.format(
            Locale.ROOT,
            "trained    %s, %s, batch %s, averaged %s, seed %s%n",
            counted(plan, "epochs", "epoch"),
            counted(plan, "replicas", "replica"),
            recorded(plan, "batch"),
            period(plan.path("averaging").path("period")),
            recorded(made, "seed"))
        + String.format(Locale.ROOT, "dataset    %s%n", recorded(made, "dataset"))
        + String.format(
            Locale.ROOT,
            "made by    Convoy %s, Spark %s, Deeplearning4j %s, %s on %s%n",
            recorded(made, "convoy"),
            recorded(made, "spark"),
            recorded(made, "dl4j"),
            counted(made, "nativeThreads", "native thread"),
            recorded(made, "cpu"));
  }

  private static String counted(JsonNode from, String field, String noun) {
    JsonNode count = from.path(field);
    return count.isIntegralNumber()
        ? Numbers.count(count.asLong(), noun)
        : noun + "s " + NOT_RECORDED;
  }

  private static String recorded(JsonNode from, String field) {
    return Visible.of(from.path(field).asText(NOT_RECORDED));
  }

  /**
   * When the replicas were averaged: {@code every 10 steps}, and the rule where it is not fixed.
   */
  static String period(JsonNode period) {
    String every =
        period.path("every").asInt() == 1
            ? "every step"
            : "every " + counted(period, "every", "step");
    String longest = "at most " + counted(period, "longest", "step");
    return switch (period.path("kind").asText()) {
      case "fixed" -> every;
      case "post-local" ->
          every
              + ", every step in the first "
              + Numbers.percent(period.path("localFrom").asDouble())
              + " of the run (post-local)";
      case "quadratic" ->
          "every ("
              + Numbers.significant(period.path("coefficient").asDouble())
              + " / learning rate)² steps, at least "
              + counted(period, "every", "step")
              + ", "
              + longest
              + " (quadratic)";
      case "adaptive" ->
          every
              + " at first, then by the divergence of the replicas, target "
              + Numbers.significant(period.path("target").asDouble())
              + ", "
              + longest
              + " (adaptive)";
      default -> "at a period " + NOT_RECORDED;
    };
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

package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.model.ModelQuantization;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.List;
import java.util.Locale;

/** Descriptions of models, as text and as JSON. */
public final class ModelText {
  private static final String NOT_RECORDED = "not recorded";

  private ModelText() {}

  /**
   * Describes a model in tables.
   *
   * @param network of the model, for the image shape to describe it with
   * @param summary of that network
   * @param kernels of its layers on this machine
   */
  public static String describe(
      Model model, Network network, NetworkSummary summary, List<LayerKernel> kernels) {
    JsonNode provenance = model.provenance();
    JsonNode plan = provenance.path("plan");
    return NetworkText.describe(network, summary, kernels)
        + String.format(Locale.ROOT, "%nlabels     %s%n", LabelList.of(model.labels()))
        + String.format(
            Locale.ROOT,
            "trained    %s, %s, batch %s, averaged %s, seed %s%n",
            counted(plan, "epochs", "epoch"),
            counted(plan, "replicas", "replica"),
            recorded(plan, "batch"),
            period(plan.path("averaging").path("period")),
            recorded(provenance, "seed"))
        + AugmentationText.ofPlan(plan)
            .map(changes -> String.format(Locale.ROOT, "augmented  %s%n", changes))
            .orElse("")
        + String.format(Locale.ROOT, "dataset    %s%n", recorded(provenance, "dataset"))
        + model.quantization().map(ModelText::quantized).orElse("")
        + String.format(
            Locale.ROOT,
            "made by    Convoy %s, Spark %s, Deeplearning4j %s, %s on %s%n",
            recorded(provenance, "convoy"),
            recorded(provenance, "spark"),
            recorded(provenance, "dl4j"),
            counted(provenance, "nativeThreads", "native thread"),
            recorded(provenance, "cpu"));
  }

  private static String quantized(ModelQuantization quantization) {
    return String.format(
        Locale.ROOT,
        "quantized  scores in int8: accuracy %.4f instead of %.4f on the %s of the %s split%s%n",
        quantization.int8Accuracy(),
        quantization.float32Accuracy(),
        Numbers.count(quantization.examples(), "example"),
        Visible.of(quantization.split()),
        quantization.float32Layers().isEmpty()
            ? ""
            : ", in float32: " + String.join(", ", quantization.float32Layers()));
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

  /** Describes the averaging period: {@code every 10 steps}, and the rule if it is not fixed. */
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

  /** Returns a model as JSON, without its parameters. */
  public static ObjectNode json(Model model, NetworkSummary summary, List<LayerKernel> kernels) {
    ObjectNode json = Json.object();
    json.set("network", NetworkText.json(summary, kernels));
    json.set("labels", Json.tree(model.labels()));
    json.set("normalisation", Json.tree(model.normalisation()));
    json.set("tensors", Json.tree(model.tensors()));
    json.set("provenance", model.provenance());
    model.quantization().ifPresent(found -> json.set("quantization", Json.tree(found)));
    return json;
  }
}

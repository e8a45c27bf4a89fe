package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.driver.train.run.RunRecord;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Descriptions of runs that have no model yet, as text and as JSON. */
public final class RunText {
  private RunText() {}

  /** Describes a run without a model: its network, a summary of its plan, and its progress. */
  public static String describe(RunRecord run) {
    JsonNode plan = run.description().path("plan");
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "Run %s: %s on %s images, %s, %s. It has no model yet.%n%n",
            Visible.of(run.directory()),
            Visible.of(run.network().name()),
            run.network().input(),
            Numbers.count(run.network().labels(), "label"),
            Numbers.count(run.network().parameters(), "parameter")));
    line(text, "plan", plan(plan));
    AugmentationText.ofPlan(plan).ifPresent(changes -> line(text, "augmented", changes));
    line(text, "dataset", run.description().path("dataset").asText("not recorded"));
    line(text, "progress", progress(run));
    rollbacks(run.rollbacks()).ifPresent(description -> line(text, "rollbacks", description));
    line(text, "checkpoints", checkpoints(run.checkpoints()));
    run.end().ifPresent(end -> line(text, "ended", end.path("text").asText()));
    line(text, "driver", driver(run));
    if (run.unreadable() > 0) {
      line(
          text,
          "damaged",
          Numbers.count(run.unreadable(), "line")
              + " of metrics.jsonl cannot be read and "
              + (run.unreadable() == 1 ? "is" : "are")
              + " left out here");
    }
    line(text, "made by", "Convoy " + run.description().path("convoy").asText("not recorded"));
    return text.append(System.lineSeparator())
        .append("For the layers of its network: convoy inspect NETWORK, with its name or file.")
        .toString();
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-12s %s%n", label, Visible.of(value)));
  }

  private static String plan(JsonNode plan) {
    return String.format(
        Locale.ROOT,
        "%s, %s, batch %s, averaged %s, %s with learning rate %s (%s), seed %s",
        Numbers.count(plan.path("epochs").asLong(), "epoch"),
        Numbers.count(plan.path("replicas").asLong(), "replica"),
        plan.path("batch").asText(),
        ModelText.period(plan.path("averaging").path("period")),
        plan.path("optimizer").path("kind").asText(),
        plan.path("schedule").path("base").asText(),
        plan.path("schedule").path("shape").asText(),
        plan.path("seed").asText());
  }

  private static String progress(RunRecord run) {
    if (run.round().isEmpty()) {
      return "no round is done yet";
    }
    JsonNode round = run.round().get();
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "epoch %d of %d, round %d: loss %s at %s",
            round.path("epoch").asLong(),
            run.description().path("plan").path("epochs").asLong(),
            round.path("round").asLong(),
            Numbers.ratio(round.path("loss").asDouble()),
            seconds(round.path("time").asText())));
    run.epoch()
        .ifPresent(
            epoch ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        "; epoch %d is done with loss %s%s",
                        epoch.path("epoch").asLong(),
                        Numbers.ratio(epoch.path("loss").asDouble()),
                        epoch.has("validationAccuracy")
                            ? ", validation accuracy "
                                + Numbers.ratio(epoch.path("validationAccuracy").asDouble())
                            : "")));
    return text.toString();
  }

  /** Removes the fraction of a second from a time. */
  private static String seconds(String time) {
    return time.replaceFirst("\\.\\d+", "");
  }

  /**
   * Describes the rollbacks of a run.
   *
   * @param rollbacks their lines in {@code metrics.jsonl}
   * @return empty if there are none
   */
  public static Optional<String> rollbacks(List<JsonNode> rollbacks) {
    if (rollbacks.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        rollbacks.stream()
            .map(
                line ->
                    String.format(
                        Locale.ROOT,
                        "back to round %d with learning rates × %s (%s)",
                        line.path("toRound").asLong(),
                        Numbers.significant(line.path("rateFactor").asDouble()),
                        line.path("reason").asText()))
            .collect(Collectors.joining("; ")));
  }

  private static String checkpoints(List<Long> rounds) {
    if (rounds.isEmpty()) {
      return "none";
    }
    return (rounds.size() == 1 ? "of round " : "of rounds ")
        + rounds.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  private static String driver(RunRecord run) {
    return run.driver()
        .orElseGet(
            () ->
                "none is running; the same convoy train command continues "
                    + (run.checkpoints().isEmpty()
                        ? "from the beginning"
                        : "from round " + run.checkpoints().get(run.checkpoints().size() - 1)));
  }

  /** Returns a run as JSON, with {@code model} null. */
  public static ObjectNode json(RunRecord run) {
    ObjectNode json = Json.object();
    json.put("run", run.directory());
    json.putNull("model");
    json.setAll(run.description().deepCopy());
    json.put("parameters", run.network().parameters());
    run.round().ifPresent(round -> json.set("lastRound", round));
    run.epoch().ifPresent(epoch -> json.set("lastEpoch", epoch));
    ArrayNode rollbacks = json.putArray("rollbacks");
    run.rollbacks().forEach(rollbacks::add);
    json.put("unreadableMetrics", run.unreadable());
    ArrayNode checkpoints = json.putArray("checkpoints");
    run.checkpoints().forEach(round -> checkpoints.add(round));
    run.end().ifPresent(end -> json.put("ended", end.path("text").asText()));
    run.driver().ifPresent(driver -> json.put("driver", driver));
    return json;
  }
}

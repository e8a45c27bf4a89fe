package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory;
import dev.convoy.driver.train.run.RunHistory.Epoch;
import dev.convoy.driver.train.run.RunHistory.Event;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** What happened when: starts, epochs, checkpoints, rollbacks and alarms; and the memory. */
record EventSection(Html html, RunView view) {
  private static final int MOST = 60;

  private record Line(Instant time, String text) {}

  void write() {
    RunHistory history = view.history();
    List<Event> checkpoints = history.events("checkpoint");
    List<Line> lines =
        Stream.concat(
                history.events().stream()
                    .filter(event -> !event.kind().equals("checkpoint"))
                    .map(event -> new Line(event.time(), text(event))),
                history.epochs().stream().map(epoch -> new Line(epoch.time(), text(epoch))))
            .sorted(Comparator.comparing(Line::time))
            .toList();
    if (lines.isEmpty()) {
      return;
    }
    String written =
        checkpoints.isEmpty()
            ? "No checkpoint was written yet."
            : Numbers.count(checkpoints.size(), "checkpoint")
                + " written, the newest after round "
                + checkpoints.get(checkpoints.size() - 1).round()
                + ".";
    HtmlPage.section(
        html,
        "What happened",
        "Times are in UTC. " + written,
        () -> {
          html.div(
              "wide",
              () ->
                  html.element(
                      "table",
                      () -> {
                        int skipped = Math.max(0, lines.size() - MOST);
                        if (skipped > 0) {
                          row("", Numbers.count(skipped, "earlier line") + " left out here");
                        }
                        lines
                            .subList(skipped, lines.size())
                            .forEach(line -> row(text(line.time), line.text));
                      },
                      "class",
                      "facts"));
        });
  }

  /** Returns a time in UTC to the second. */
  static String text(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().replace("T", " ").replace("Z", "");
  }

  private void row(String time, String text) {
    html.element("tr", () -> html.element("th", time).element("td", text)).line();
  }

  private static String text(Epoch epoch) {
    StringBuilder text =
        new StringBuilder("Epoch " + epoch.epoch() + ": loss " + Numbers.ratio(epoch.loss()));
    if (Double.isFinite(epoch.validationAccuracy())) {
      text.append(", validation accuracy ").append(Numbers.ratio(epoch.validationAccuracy()));
    }
    text.append(", ").append(Numbers.rate(epoch.imagesPerSecond())).append(" images/s");
    long heap = epoch.memory().path("driverHeap").asLong();
    long executors = epoch.memory().path("executorHeapPeak").asLong();
    if (heap > 0) {
      text.append("; driver heap ")
          .append(Numbers.bytes(heap))
          .append(" of ")
          .append(Numbers.bytes(epoch.memory().path("driverHeapLimit").asLong()));
    }
    if (executors > 0) {
      text.append(", largest executor heap ").append(Numbers.bytes(executors));
    }
    return text.toString();
  }

  private static String text(Event event) {
    return switch (event.kind()) {
      case "start" ->
          event.round() == 0
              ? "Started by Convoy " + event.line().path("convoy").asText()
              : "Continued after round " + event.round() + ", from its checkpoint";
      case "rollback" ->
          "Rolled back to round " + event.round() + ": " + event.line().path("reason").asText();
      case "alarm" -> "Alarm: " + event.line().path("text").asText();
      case "end" -> "Ended: " + event.line().path("text").asText();
      default -> event.kind();
    };
  }
}

package dev.convoy.driver.runpage;

import dev.convoy.data.Visible;
import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory.Epoch;
import dev.convoy.driver.train.run.RunHistory.Round;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Shows a run on one page: whether it is good, why, and what happened. */
public final class RunPage {
  private final RunView view;
  private final Html html;
  private final List<RunFindings.Finding> findings;

  private RunPage(Html html, RunView view) {
    this.html = html;
    this.view = view;
    this.findings = RunFindings.of(view);
  }

  /** Returns the page of a run. */
  public static String of(RunView view) {
    return HtmlPage.of(
        "Run " + Visible.of(view.name()), styles(), html -> new RunPage(html, view).body());
  }

  /** Returns the page of a run that is under way, which follows it in a browser. */
  public static String live(RunView view) {
    return HtmlPage.live(
        "Run " + Visible.of(view.name()), styles(), html -> new RunPage(html, view).body());
  }

  static String styles() {
    return HtmlPage.stylesheet(RunPage.class, "run.css");
  }

  private void body() {
    html.element("h1", () -> html.text("Run ").element("em", view.name())).line();
    html.paragraph(summary(), "class", "lead");
    html.element(
        "p",
        () ->
            html.element(
                "span",
                stateText(view),
                "class",
                "state"
                    + (findings.stream().anyMatch(RunFindings.Finding::isWarning)
                        ? " bad"
                        : view.state() == RunView.State.FINISHED ? " good" : "")));
    html.div("tiles", this::tiles);
    findings();
    new CurveSection(html, view).write();
    view.validation().ifPresent(scores -> new ValidationSection(html, scores).write());
    view.suspects().ifPresent(suspects -> new SuspectSection(html, suspects).write());
    new TimeSection(html, view).write();
    new NetworkSection(html, view).write();
    new PlanSection(html, view).write();
    new EventSection(html, view).write();
    html.element(
            "footer",
            "Made by Convoy from the files of the run in "
                + Visible.of(view.run().directory())
                + "; convoy report makes it anew.")
        .line();
  }

  private String summary() {
    return view.run().network().name()
        + " ("
        + Numbers.count(view.run().network().parameters(), "parameter")
        + ") on images of "
        + view.run().network().input()
        + " with "
        + Numbers.count(view.labels(), "label")
        + ", "
        + Numbers.count(view.plan().path("replicas").asLong(), "replica")
        + " with batches of "
        + view.plan().path("batch").asText()
        + "."
        + view.history()
            .newest()
            .map(time -> " As of " + EventSection.text(time) + " UTC.")
            .orElse("");
  }

  static String stateText(RunView view) {
    int epochs = view.plan().path("epochs").asInt();
    int done = view.history().epochs().size();
    return switch (view.state()) {
      case FINISHED ->
          done < epochs
              ? "finished early, after " + Numbers.count(done, "epoch")
              : "finished, " + Numbers.count(done, "epoch");
      case RUNNING -> "training, epoch " + Math.min(epochs, done + 1) + " of " + epochs;
      case STOPPED -> "stopped in epoch " + Math.min(epochs, done + 1) + " of " + epochs;
      case FAILED -> "failed in epoch " + Math.min(epochs, done + 1) + " of " + epochs;
    };
  }

  private void tile(String value, String meaning) {
    html.div("tile", () -> html.element("b", value).element("span", meaning));
  }

  private void tiles() {
    Optional<Epoch> last = view.history().lastEpoch();
    double accuracy = accuracy(view);
    if (Double.isFinite(accuracy)) {
      double share = view.guessing().accuracy();
      tile(
          Numbers.ratio(accuracy),
          "validation accuracy"
              + (Double.isFinite(share)
                  ? "; " + Numbers.ratio(share) + " by always the most frequent label"
                  : ""));
    }
    List<Round> rounds = view.history().keptRounds();
    if (last.isPresent()) {
      tile(
          Numbers.ratio(last.get().loss()),
          "training loss of the last epoch; "
              + Numbers.ratio(view.guessing().loss())
              + " by guessing");
    } else if (!rounds.isEmpty()) {
      tile(Numbers.ratio(rounds.get(rounds.size() - 1).loss()), "loss of the last round");
    }
    if (!rounds.isEmpty()) {
      double seconds = rounds.stream().mapToDouble(Round::seconds).sum();
      long examples = rounds.stream().mapToLong(Round::examples).sum();
      tile(Numbers.rate(examples / seconds), "images per second, in rounds");
      tile(
          Numbers.duration(wallSeconds(rounds)),
          "from the first to the last round, breaks included");
    }
  }

  /** The accuracy of the model if the run is finished, else of the last epoch; NaN without one. */
  static double accuracy(RunView view) {
    return view.report()
        .map(report -> report.validationAccuracy())
        .orElseGet(
            () -> view.history().lastEpoch().map(Epoch::validationAccuracy).orElse(Double.NaN));
  }

  private static double wallSeconds(List<Round> rounds) {
    Round first = rounds.get(0);
    Duration between = Duration.between(first.time(), rounds.get(rounds.size() - 1).time());
    return first.seconds() + between.toMillis() / 1e3;
  }

  private void findings() {
    HtmlPage.section(
        html,
        "What to look at",
        "",
        () -> {
          if (findings.isEmpty()) {
            html.paragraph(
                view.history().epochs().isEmpty()
                    ? "No epoch is finished yet."
                    : "Nothing was found that looks wrong.");
          }
          findings.forEach(
              finding ->
                  html.paragraph(
                      finding.text() + (finding.text().endsWith(".") ? "" : "."),
                      "class",
                      "finding " + (finding.isWarning() ? "warning" : "note")));
        });
  }
}

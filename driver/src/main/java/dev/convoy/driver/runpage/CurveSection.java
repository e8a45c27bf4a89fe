package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.LineChart;
import dev.convoy.driver.html.LineChart.Style;
import dev.convoy.driver.train.run.RunHistory;
import dev.convoy.driver.train.run.RunHistory.Epoch;
import dev.convoy.driver.train.run.RunHistory.Event;
import dev.convoy.driver.train.run.RunHistory.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Loss, accuracy, learning rate and speed over the steps of a run. */
record CurveSection(Html html, RunView view) {
  /** Multiple of the loss of guessing from which on losses are drawn by their logarithms. */
  private static final double LARGE = 10;

  void write() {
    RunHistory history = view.history();
    if (history.rounds().isEmpty()) {
      return;
    }
    HtmlPage.section(
        html,
        "Learning",
        history.rounds().size() > 240
            ? "Each line is the mean of several rounds; the band behind it goes from the smallest to"
                + " the largest of them."
            : "",
        () -> html.div("charts", this::charts));
  }

  private void charts() {
    RunHistory history = view.history();
    List<Round> kept = history.keptRounds();
    List<Round> givenUp = history.rounds().stream().filter(Round::isGivenUp).toList();
    List<Epoch> epochs = history.epochs();
    LineChart loss =
        new LineChart("Loss (nats)", LineChart.STEPS)
            .add(training(), 0, Style.LINE, steps(kept), of(kept, Round::loss));
    if (!givenUp.isEmpty()) {
      loss.add(
          "rounds that were given up", 6, Style.FAINT, steps(givenUp), of(givenUp, Round::loss));
    }
    if (epochs.stream().anyMatch(epoch -> Double.isFinite(epoch.validationLoss()))) {
      loss.add("validation", 1, Style.DOTS, ends(epochs), of(epochs, Epoch::validationLoss));
    }
    marks(loss);
    double guessing = view.guessing().loss();
    if (history.rounds().stream().anyMatch(round -> round.loss() > LARGE * guessing)) {
      loss.logarithmic();
    }
    loss.write(html);
    LineChart accuracy =
        new LineChart("Validation accuracy", LineChart.STEPS)
            .add("", 1, Style.DOTS, ends(epochs), of(epochs, Epoch::validationAccuracy));
    if (accuracy.hasPoints()) {
      double chance = view.guessing().accuracy();
      double last = kept.isEmpty() ? 1 : kept.get(kept.size() - 1).step();
      accuracy.add(
          "the most frequent label",
          6,
          Style.FAINT,
          new double[] {epochs.get(0).step(), last},
          new double[] {chance, chance});
      accuracy.fromZero().upTo(1).write(html);
    }
    new LineChart("Learning rate", LineChart.STEPS)
        .fromZero()
        .add("", 4, Style.LINE, steps(kept), of(kept, Round::learningRate))
        .write(html);
    periods(kept);
    new LineChart("Images per second, in rounds", LineChart.STEPS)
        .fromZero()
        .add("", 2, Style.LINE, steps(kept), of(kept, round -> round.examples() / round.seconds()))
        .write(html);
    LineChart divergence =
        new LineChart("Divergence of the replicas", LineChart.STEPS)
            .fromZero()
            .add("", 3, Style.DOTS, steps(kept), of(kept, Round::divergence));
    divergence.write(html);
  }

  /** Draws the averaging period if it changes; the last round of an epoch may be shorter anyway. */
  private void periods(List<Round> kept) {
    List<Round> whole = new ArrayList<>();
    for (int i = 0; i + 1 < kept.size(); i++) {
      if (kept.get(i).epoch() == kept.get(i + 1).epoch()) {
        whole.add(kept.get(i));
      }
    }
    if (whole.stream().mapToInt(Round::steps).distinct().count() > 1) {
      new LineChart("Steps of a round (averaging period)", LineChart.STEPS)
          .fromZero()
          .add("", 5, Style.LINE, steps(whole), of(whole, Round::steps))
          .write(html);
    }
  }

  private String training() {
    return view.plan().path("optimizer").path("l2").asDouble() > 0
        ? "training, by round, weight decay included"
        : "training, by round";
  }

  private void marks(LineChart chart) {
    for (Event event : view.history().events()) {
      if (event.kind().equals("rollback") || (event.kind().equals("start") && event.round() > 0)) {
        view.history().keptRounds().stream()
            .filter(round -> round.round() == event.round())
            .findFirst()
            .ifPresent(
                round ->
                    chart.mark(
                        round.step(),
                        event.kind().equals("start")
                            ? "continued after round " + event.round()
                            : "rolled back to round " + event.round()));
      }
    }
  }

  static double[] steps(List<Round> rounds) {
    return of(rounds, Round::step);
  }

  static double[] ends(List<Epoch> epochs) {
    return of(epochs, Epoch::step);
  }

  static <T> double[] of(List<T> list, ToDoubleFunction<T> value) {
    return list.stream().mapToDouble(value).toArray();
  }
}

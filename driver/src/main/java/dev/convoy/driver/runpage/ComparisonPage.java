package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.LineChart;
import dev.convoy.driver.html.LineChart.Style;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory.Epoch;
import dev.convoy.driver.train.run.RunHistory.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Shows several runs side by side: where their plans differ, and their curves over each other. */
public final class ComparisonPage {
  /** Number of colours of the page, and so of runs that can be told apart. */
  public static final int MOST_RUNS = 8;

  /** Characters of the digest of a dataset that are shown. */
  private static final int DIGEST = 12;

  private final Html html;
  private final List<RunView> runs;
  private final List<String> names;

  private ComparisonPage(Html html, List<RunView> runs) {
    this.html = html;
    this.runs = runs;
    this.names = names(runs);
  }

  /** Returns the page of two to {@value #MOST_RUNS} runs. */
  public static String of(List<RunView> runs) {
    return HtmlPage.of(
        "Comparison of " + runs.size() + " runs",
        RunPage.styles(),
        html -> new ComparisonPage(html, runs).body());
  }

  /** Returns the names of the runs, with their directories where several have the same. */
  private static List<String> names(List<RunView> runs) {
    List<String> names = new ArrayList<>();
    for (RunView run : runs) {
      boolean unique = runs.stream().filter(one -> one.name().equals(run.name())).count() == 1;
      names.add(unique ? run.name() : run.run().directory());
    }
    return names;
  }

  private void body() {
    html.element("h1", "Comparison of " + Numbers.count(runs.size(), "run")).line();
    HtmlPage.section(html, "Where the plans differ", "", this::differences);
    HtmlPage.section(html, "Results", "", this::results);
    HtmlPage.section(html, "Curves", "", () -> html.div("charts", this::curves));
    html.element("footer", "Made by Convoy: convoy report with several runs.").line();
  }

  private void differences() {
    List<Map<String, String>> plans = new ArrayList<>();
    TreeSet<String> keys = new TreeSet<>();
    for (RunView run : runs) {
      Map<String, String> plan = new TreeMap<>(PlanSection.flat(run.plan()));
      plan.put(
          "network",
          run.run().network().name()
              + " ("
              + Numbers.count(run.run().network().parameters(), "parameter")
              + ")");
      String digest = run.run().description().path("dataset").asText();
      plan.put("dataset", digest.substring(0, Math.min(DIGEST, digest.length())));
      plans.add(plan);
      keys.addAll(plan.keySet());
    }
    keys.removeIf(
        key -> plans.stream().map(plan -> plan.getOrDefault(key, "")).distinct().count() == 1);
    if (keys.isEmpty()) {
      html.paragraph("The plans and datasets are equal.");
      return;
    }
    table(
        () ->
            keys.forEach(
                key ->
                    html.element(
                            "tr",
                            () -> {
                              html.element("th", key);
                              plans.forEach(
                                  plan -> html.element("td", plan.getOrDefault(key, "-")));
                            })
                        .line()));
  }

  private void table(Runnable rows) {
    Tables.write(
        html,
        () -> {
          html.element("th", "");
          for (int i = 0; i < names.size(); i++) {
            int run = i;
            html.element("th", () -> html.element("span", names.get(run), "class", "key c" + run));
          }
        },
        rows);
  }

  private void results() {
    table(
        () -> {
          row("state", RunPage::stateText);
          row("validation accuracy", run -> Numbers.ratio(RunPage.accuracy(run)));
          row("training loss of the last epoch", run -> last(run, Epoch::loss));
          row("validation loss of the last epoch", run -> last(run, Epoch::validationLoss));
          row(
              "calibration error",
              run ->
                  run.validation().map(one -> Numbers.percent(one.calibrationError())).orElse("-"));
          row("rounds", run -> Numbers.count(run.history().keptRounds().size()));
          row(
              "seconds in rounds",
              run ->
                  Numbers.duration(
                      run.history().keptRounds().stream().mapToDouble(Round::seconds).sum()));
          row(
              "images per second",
              run -> {
                List<Round> rounds = run.history().keptRounds();
                double seconds = rounds.stream().mapToDouble(Round::seconds).sum();
                return rounds.isEmpty()
                    ? "-"
                    : Numbers.rate(rounds.stream().mapToLong(Round::examples).sum() / seconds);
              });
          row(
              "alarms and rollbacks",
              run ->
                  Numbers.count(
                      run.history().events("alarm").size()
                          + run.history().events("rollback").size()));
        });
  }

  private static String last(RunView run, ToDoubleFunction<Epoch> value) {
    return Numbers.ratio(run.history().lastEpoch().map(value::applyAsDouble).orElse(Double.NaN));
  }

  private void row(String name, Function<RunView, String> value) {
    html.element(
            "tr",
            () -> {
              html.element("th", name);
              runs.forEach(run -> html.element("td", value.apply(run), "class", "number"));
            })
        .line();
  }

  private void curves() {
    rounds("Training loss by step (nats)", LineChart.STEPS, CurveSection::steps, Round::loss)
        .write(html);
    epochs("Validation accuracy by epoch", Epoch::validationAccuracy)
        .fromZero()
        .upTo(1)
        .write(html);
    epochs("Validation loss by epoch (nats)", Epoch::validationLoss).write(html);
    rounds(
            "Training loss by seconds in rounds (nats)",
            "seconds",
            ComparisonPage::seconds,
            Round::loss)
        .write(html);
    rounds("Learning rate by step", LineChart.STEPS, CurveSection::steps, Round::learningRate)
        .fromZero()
        .write(html);
    rounds(
            "Images per second by step",
            LineChart.STEPS,
            CurveSection::steps,
            round -> round.examples() / round.seconds())
        .fromZero()
        .write(html);
  }

  private static double[] seconds(List<Round> rounds) {
    double[] seconds = new double[rounds.size()];
    double sum = 0;
    for (int i = 0; i < seconds.length; i++) {
      sum += rounds.get(i).seconds();
      seconds[i] = sum;
    }
    return seconds;
  }

  private LineChart rounds(
      String title,
      String across,
      Function<List<Round>, double[]> xs,
      ToDoubleFunction<Round> value) {
    LineChart chart = new LineChart(title, across);
    for (int i = 0; i < runs.size(); i++) {
      List<Round> rounds = runs.get(i).history().keptRounds();
      chart.add(names.get(i), i, Style.LINE, xs.apply(rounds), CurveSection.of(rounds, value));
    }
    return chart;
  }

  private LineChart epochs(String title, ToDoubleFunction<Epoch> value) {
    LineChart chart = new LineChart(title, "epoch");
    for (int i = 0; i < runs.size(); i++) {
      List<Epoch> epochs = runs.get(i).history().epochs();
      chart.add(
          names.get(i),
          i,
          Style.DOTS,
          CurveSection.of(epochs, Epoch::epoch),
          CurveSection.of(epochs, value));
    }
    return chart;
  }
}

package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.LineChart;
import dev.convoy.driver.html.LineChart.Style;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory.Round;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where the time of the rounds went, and how the replicas differ. */
record TimeSection(Html html, RunView view) {
  private static final int REPLICAS_DRAWN = 8;

  private record Part(String name, int colour, double seconds) {}

  void write() {
    List<Round> rounds = view.history().keptRounds();
    if (rounds.isEmpty()) {
      return;
    }
    double waiting = sum(rounds.stream().mapToDouble(Round::waitingSeconds).toArray());
    double compute = sum(rounds.stream().mapToDouble(Round::computeSeconds).toArray());
    List<Part> parts =
        List.of(
            new Part("steps of the replicas", 0, compute - waiting),
            new Part("waiting for the slowest replica", 1, waiting),
            new Part(
                "starting, sending and results",
                3,
                sum(rounds.stream().mapToDouble(Round::transferSeconds).toArray())),
            new Part(
                "averaging",
                4,
                sum(rounds.stream().mapToDouble(Round::averagingSeconds).toArray())));
    double all = parts.stream().mapToDouble(Part::seconds).sum();
    HtmlPage.section(
        html,
        "Time of the rounds",
        Numbers.duration(all)
            + " in "
            + Numbers.count(rounds.size(), "round")
            + "; packing, validation and files are not in it.",
        () -> {
          html.div(
              "parts",
              () ->
                  parts.forEach(
                      part ->
                          html.element(
                              "span",
                              "",
                              "class",
                              "fill c" + part.colour,
                              "style",
                              String.format(
                                  Locale.ROOT, "width:%.2f%%", 100 * part.seconds / all))));
          html.element(
              "table",
              () -> {
                for (Part part : parts) {
                  html.element(
                          "tr",
                          () ->
                              html.element(
                                      "td",
                                      () ->
                                          html.element(
                                              "span", part.name, "class", "key c" + part.colour))
                                  .element("td", Numbers.duration(part.seconds), "class", "number")
                                  .element(
                                      "td", Numbers.percent(part.seconds / all), "class", "number"))
                      .line();
                }
              });
          replicas(rounds);
        });
  }

  private void replicas(List<Round> rounds) {
    int count = rounds.get(0).replicaSeconds().length;
    if (count < 2 || rounds.stream().anyMatch(round -> round.replicaSeconds().length != count)) {
      return;
    }
    double[] seconds = new double[count];
    int[] slowest = new int[count];
    for (Round round : rounds) {
      int last = 0;
      for (int replica = 0; replica < count; replica++) {
        seconds[replica] += round.replicaSeconds()[replica];
        if (round.replicaSeconds()[replica] > round.replicaSeconds()[last]) {
          last = replica;
        }
      }
      slowest[last]++;
    }
    html.element("h3", "Replicas", "style", "margin-top:18px");
    Round last = rounds.get(rounds.size() - 1);
    Tables.write(
        html,
        List.of("replica", "seconds of steps", "slowest in", "loss of the last round"),
        () -> {
          for (int replica = 0; replica < count; replica++) {
            int number = replica;
            html.element(
                    "tr",
                    () -> {
                      html.element("td", String.valueOf(number));
                      Tables.number(html, Numbers.duration(seconds[number]));
                      Tables.number(
                          html, Numbers.percent((double) slowest[number] / rounds.size()));
                      Tables.number(html, Numbers.ratio(last.replicaLosses()[number]));
                    })
                .line();
          }
        });
    html.div(
        "charts",
        () -> {
          losses(rounds, count);
          times(rounds, count);
        });
  }

  /** The loss of each replica, if there are few; else the smallest, mean and largest. */
  private void losses(List<Round> rounds, int count) {
    LineChart chart = new LineChart("Loss of each replica (nats)", LineChart.STEPS);
    for (int replica : drawn(count)) {
      chart.add(
          "replica " + replica,
          replica % REPLICAS_DRAWN,
          Style.LINE,
          CurveSection.steps(rounds),
          CurveSection.of(rounds, round -> round.replicaLosses()[replica]));
    }
    chart.write(html);
  }

  private void times(List<Round> rounds, int count) {
    LineChart chart = new LineChart("Seconds of steps in a round", LineChart.STEPS).fromZero();
    for (int replica : drawn(count)) {
      chart.add(
          "replica " + replica,
          replica % REPLICAS_DRAWN,
          Style.LINE,
          CurveSection.steps(rounds),
          CurveSection.of(rounds, round -> round.replicaSeconds()[replica]));
    }
    chart.write(html);
  }

  private static List<Integer> drawn(int count) {
    List<Integer> drawn = new ArrayList<>();
    for (int replica = 0; replica < Math.min(count, REPLICAS_DRAWN); replica++) {
      drawn.add(replica);
    }
    return drawn;
  }

  private static double sum(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }
}

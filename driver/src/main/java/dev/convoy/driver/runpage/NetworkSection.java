package dev.convoy.driver.runpage;

import dev.convoy.driver.html.Html;
import dev.convoy.driver.html.HtmlPage;
import dev.convoy.driver.html.LineChart;
import dev.convoy.driver.html.LineChart.Style;
import dev.convoy.driver.report.Numbers;
import dev.convoy.driver.train.run.RunHistory.NetworkState;
import dev.convoy.driver.train.run.RunHistory.Tensor;
import dev.convoy.worker.replica.NetworkSnapshot.Units;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/** Weights, gradients and units by layer. */
record NetworkSection(Html html, RunView view) {
  private static final int DRAWN = 8;

  void write() {
    List<NetworkState> states = view.history().networks();
    if (states.isEmpty()) {
      return;
    }
    NetworkState last = states.get(states.size() - 1);
    HtmlPage.section(
        html,
        "Inside the network",
        "After each epoch. Gradients are those of the mean loss of some training images, the same"
            + " each time; a unit is dead if it was 0 for all of them.",
        () -> {
          html.div(
              "charts",
              () -> {
                chart("Norm of the gradient", states, last, Tensor::gradientNorm);
                chart("Norm of the weights", states, last, Tensor::norm);
                if (!last.units().isEmpty()) {
                  new LineChart("Share of dead units", "epoch")
                      .fromZero()
                      .upTo(1)
                      .add(
                          "",
                          1,
                          Style.DOTS,
                          CurveSection.of(states, NetworkState::epoch),
                          CurveSection.of(states, NetworkState::deadShare))
                      .write(html);
                }
              });
          table(last);
        });
  }

  private static List<Tensor> weights(NetworkState state) {
    return state.tensors().stream().filter(tensor -> tensor.parameter().endsWith("W")).toList();
  }

  /** Draws the weights of some layers, from the first to the last. */
  private void chart(
      String title, List<NetworkState> states, NetworkState last, ToDoubleFunction<Tensor> value) {
    List<Tensor> all = weights(last);
    List<Tensor> drawn = new ArrayList<>();
    int count = Math.min(DRAWN, all.size());
    for (int i = 0; i < count; i++) {
      drawn.add(all.get(count == 1 ? 0 : (int) ((long) i * (all.size() - 1) / (count - 1))));
    }
    LineChart chart = new LineChart(title, "epoch").logarithmic();
    for (int i = 0; i < drawn.size(); i++) {
      Tensor tensor = drawn.get(i);
      chart.add(
          name(tensor),
          i,
          Style.DOTS,
          CurveSection.of(states, NetworkState::epoch),
          CurveSection.of(states, state -> find(state, tensor).map(value)));
    }
    chart.write(html);
  }

  private static String name(Tensor tensor) {
    return tensor.layer() + (tensor.parameter().equals("W") ? "" : " " + tensor.parameter());
  }

  /** A tensor in another epoch. */
  private record Found(Tensor tensor) {
    double map(ToDoubleFunction<Tensor> value) {
      return tensor == null ? Double.NaN : value.applyAsDouble(tensor);
    }
  }

  private static Found find(NetworkState state, Tensor wanted) {
    return new Found(
        state.tensors().stream()
            .filter(
                tensor ->
                    tensor.layer().equals(wanted.layer())
                        && tensor.parameter().equals(wanted.parameter()))
            .findFirst()
            .orElse(null));
  }

  private void table(NetworkState last) {
    Tables.write(
        html,
        List.of("layer", "norm of weights", "norm of gradient", "gradient / weights", "dead units"),
        () -> weights(last).forEach(tensor -> html.element("tr", () -> row(last, tensor)).line()));
  }

  private void row(NetworkState last, Tensor tensor) {
    html.element("td", name(tensor));
    Tables.number(html, Numbers.significant(tensor.norm()));
    Tables.number(html, Numbers.significant(tensor.gradientNorm()));
    Tables.number(
        html,
        tensor.norm() == 0 ? "-" : Numbers.significant(tensor.gradientNorm() / tensor.norm()));
    dead(last, tensor.layer());
  }

  private void dead(NetworkState last, String layer) {
    OptionalDouble share =
        last.units().stream()
            .filter(units -> units.layer().equals(layer))
            .mapToDouble(units -> (double) units.dead() / units.units())
            .findFirst();
    String text =
        last.units().stream()
            .filter(units -> units.layer().equals(layer))
            .map(NetworkSection::of)
            .findFirst()
            .orElse("");
    html.element(
        "td",
        text,
        "class",
        share.isPresent() && share.getAsDouble() > 0.5 ? "number low" : "number");
  }

  private static String of(Units units) {
    return units.dead() + " of " + units.units();
  }
}

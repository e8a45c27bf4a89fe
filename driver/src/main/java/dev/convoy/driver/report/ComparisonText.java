package dev.convoy.driver.report;

import dev.convoy.worker.network.summary.NetworkComparison;
import dev.convoy.worker.network.summary.NetworkComparison.Ratio;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.Locale;
import java.util.TreeSet;

/** The comparison of two networks as text. */
public final class ComparisonText {
  private ComparisonText() {}

  /** Returns a table of both networks and the ratio of the second to the first. */
  public static String describe(NetworkComparison comparison) {
    NetworkSummary a = comparison.first();
    NetworkSummary b = comparison.second();
    Ratio ratio = comparison.ratio();
    TextTable table =
        new TextTable("", a.name(), b.name(), b.name() + " ÷ " + a.name())
            .alignRight(1)
            .alignRight(2)
            .alignRight(3);
    table
        .row("images", a.input(), b.input(), "")
        .row("images taken", a.accepts().words(), b.accepts().words(), "")
        .row("labels", labels(a), labels(b), "")
        .row("parameters", count(a.parameters()), count(b.parameters()), times(ratio.parameters()))
        .row("  of them trained", count(a.trained()), count(b.trained()), times(ratio.trained()))
        .row(
            "multiply-adds of an image",
            count(a.multiplyAdds()),
            count(b.multiplyAdds()),
            times(ratio.multiplyAdds()))
        .row(
            "activations of an image",
            Numbers.bytes(a.activationBytes()),
            Numbers.bytes(b.activationBytes()),
            times(ratio.activationBytes()))
        .row(
            String.format(
                Locale.ROOT,
                "memory of a replica at batch %s with %s",
                count(a.memory().batch()),
                a.memory().optimizer().key()),
            Numbers.bytes(a.memory().total()),
            Numbers.bytes(b.memory().total()),
            times(ratio.memory()))
        .row(
            "receptive field of the last feature maps",
            a.receptiveField(),
            b.receptiveField(),
            fieldTimes(ratio))
        .row(
            "depth (layers with weights, one after another)",
            count(a.depth()),
            count(b.depth()),
            times(ratio.depth()));
    table.row(
        "layers and joins",
        count(a.rows().size()),
        count(b.rows().size()),
        times((double) b.rows().size() / a.rows().size()));
    TreeSet<String> kinds = new TreeSet<>(a.layers().keySet());
    kinds.addAll(b.layers().keySet());
    for (String kind : kinds) {
      table.row("  " + kind, layers(a, kind), layers(b, kind), "");
    }
    return table.toString();
  }

  private static String labels(NetworkSummary network) {
    return network.trainable() ? count(network.labels()) : "no output layer";
  }

  private static String layers(NetworkSummary network, String kind) {
    return count(network.layers().getOrDefault(kind, 0));
  }

  private static String count(long value) {
    return Numbers.count(value);
  }

  private static String fieldTimes(Ratio ratio) {
    return ratio.receptiveRows() == ratio.receptiveColumns()
        ? times(ratio.receptiveRows())
        : times(ratio.receptiveRows()) + "×" + times(ratio.receptiveColumns());
  }

  /**
   * Formats a ratio: {@code 12.3}, {@code 0.27}, {@code 0.0031}; a dash if the ratio is not finite.
   */
  static String times(double ratio) {
    if (Double.isNaN(ratio) || Double.isInfinite(ratio)) {
      return "-";
    }
    if (ratio >= 100) {
      return Numbers.count(Math.round(ratio));
    }
    String format = ratio >= 10 ? "%.1f" : ratio >= 0.095 || ratio == 0 ? "%.2f" : "%.2g";
    return String.format(Locale.ROOT, format, ratio);
  }
}

package dev.convoy.benchmarks.report;

import dev.convoy.benchmarks.workload.Contender.Family;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.worker.engine.Precision;
import java.util.List;
import java.util.Locale;

/** Text of the ceilings, and of Convoy's distance from them with each network. */
final class CeilingsText {
  private static final double GIGA = 1e9;
  private static final String NONE = "–";

  private CeilingsText() {}

  static String of(Ceilings ceilings, List<Standings> standings, Table.Form form) {
    StringBuilder text =
        new StringBuilder(form == Table.Form.MARKDOWN ? "### Ceilings\n\n" : "Ceilings\n\n");
    text.append(
        new Table("ceiling", "1 thread", "2 threads")
            .row(
                "matrix product, GFLOP/s",
                ceilings.productOfOne().toString(),
                ceilings.productOfTwo().toString())
            .row(
                "memory bandwidth, GB/s",
                ceilings.bandwidthOfOne().toString(),
                ceilings.bandwidthOfTwo().toString())
            .toText(form));
    Table table =
        new Table(
            "network",
            "contender",
            "GFLOP/s",
            "of matrix product",
            "of convolutions",
            "GB/s without caches",
            "of bandwidth");
    boolean any = false;
    for (Standings one : standings) {
      ImageCost cost = ImageCost.of(one.network().network(), one.measure());
      for (Standing standing : one.standings()) {
        if (standing.family() == Family.CONVOY
            && standing.precision() == Precision.FLOAT32
            && standing.arrangement().processes() == 1) {
          table.row(row(ceilings, one, standing, cost));
          any = true;
        }
      }
    }
    return any ? text.append("\n").append(table.toText(form)).toString() : text.toString();
  }

  private static String[] row(Ceilings ceilings, Standings one, Standing standing, ImageCost cost) {
    int cores = standing.arrangement().cores();
    double rate = standing.imagesPerSecond().median();
    double flops = rate * cost.flops() / GIGA;
    double bytes = rate * cost.bytes() / GIGA;
    Double ofConvolutions = standing.ratios().toConvolutions();
    return new String[] {
      one.network() + (one.measure() == Measure.TRAINING ? ", training" : ", scoring"),
      standing.contender(),
      number(flops),
      percent(flops / ceilings.product(cores)),
      ofConvolutions == null ? NONE : percent(ofConvolutions),
      number(bytes),
      percent(bytes / ceilings.bandwidth(cores))
    };
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }
}

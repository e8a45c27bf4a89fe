package dev.convoy.benchmarks.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.driver.report.Numbers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Results of a benchmark.
 *
 * @param machine machine on which the contenders ran
 * @param repetitions runs of each contender
 * @param warmUpSeconds approximate duration of the unmeasured work before each run
 * @param seconds approximate duration of the measured work of each run
 * @param averageEvery local steps between two averagings
 * @param ceilings ceilings of the machine; null if they were not measured
 * @param standings results for each network and measure
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BenchmarkReport(
    Machine machine,
    int repetitions,
    double warmUpSeconds,
    double seconds,
    int averageEvery,
    Ceilings ceilings,
    List<Standings> standings) {
  private static final String NONE = "–";
  private static final double MEBIBYTE = 1 << 20;

  /** Formats the report for a terminal. */
  public String toText() {
    return format(Table.Form.TEXT);
  }

  /** Formats the report as Markdown. */
  public String toMarkdown() {
    return format(Table.Form.MARKDOWN);
  }

  private String format(Table.Form form) {
    StringBuilder text = new StringBuilder(machine.line()).append("\n");
    text.append(
        String.format(
            Locale.ROOT,
            "%d repetitions in alternating order, each in processes of their own; about %.0f s"
                + " measured in each, after about %.0f s to warm up.\n",
            repetitions,
            seconds,
            warmUpSeconds));
    if (ceilings != null) {
      text.append("\n").append(CeilingsText.of(ceilings, standings, form));
    }
    for (Standings one : standings) {
      text.append("\n").append(heading(one, form)).append("\n\n").append(table(one).toText(form));
      one.ofTwoProcesses()
          .ifPresent(
              share ->
                  text.append(
                      String.format(
                          Locale.ROOT,
                          "\nOne process of Convoy on two cores reaches %.2f of two processes on one"
                              + " core each.\n",
                          share)));
    }
    text.append("\n");
    descriptions().forEach((name, description) -> text.append(legend(name, description, form)));
    text.append("\n").append(remarks());
    return text.toString();
  }

  private String heading(Standings one, Table.Form form) {
    String averaged =
        one.measure() == Measure.TRAINING ? ", averaged every " + averageEvery + " steps" : "";
    return String.format(
        Locale.ROOT,
        "%s%s of %s (%s, %s parameters), batch %d%s",
        form == Table.Form.MARKDOWN ? "### " : "",
        one.measure() == Measure.TRAINING ? "Training" : "Scoring",
        one.network(),
        one.network().input(),
        Numbers.count(one.network().parameters()),
        one.batch(),
        averaged);
  }

  private static Table table(Standings one) {
    boolean training = one.measure() == Measure.TRAINING;
    Table table =
        training
            ? new Table(
                "contender",
                "cores",
                "images/s: median (min–max)",
                "× DL4J",
                "× libtorch",
                "× float32",
                "of convolutions",
                "peak memory, MiB",
                "examples used",
                "not computing")
            : new Table(
                "contender",
                "cores",
                "images/s: median (min–max)",
                "× DL4J",
                "× libtorch",
                "× onnxruntime",
                "of convolutions",
                "peak memory, MiB");
    for (Standing standing : one.standings()) {
      String name = standing.contender();
      String cores = String.valueOf(standing.arrangement().cores());
      String rate = standing.imagesPerSecond().toString();
      String toDl4j = ratio(standing.ratios().toDl4j());
      String toLibtorch = ratio(standing.ratios().toLibtorch());
      String toConvolutions = share(standing.ratios().toConvolutions());
      String memory = Numbers.count(Math.round(standing.peakBytes() / MEBIBYTE));
      if (training) {
        Spread waiting = standing.notComputing();
        table.row(
            name,
            cores,
            rate,
            toDl4j,
            toLibtorch,
            ratio(standing.ratios().toFloat32()),
            toConvolutions,
            memory,
            Numbers.percent(standing.usedShare()),
            waiting == null ? NONE : Numbers.percent(waiting.median()));
      } else {
        table.row(
            name,
            cores,
            rate,
            toDl4j,
            toLibtorch,
            ratio(standing.ratios().toOnnxruntime()),
            toConvolutions,
            memory);
      }
    }
    return table;
  }

  private static String ratio(Double ratio) {
    return ratio == null ? NONE : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String share(Double share) {
    return share == null ? NONE : String.format(Locale.ROOT, "%.0f %%", 100 * share);
  }

  private Map<String, String> descriptions() {
    Map<String, String> descriptions = new LinkedHashMap<>();
    standings.forEach(
        one ->
            one.standings()
                .forEach(
                    standing ->
                        descriptions.putIfAbsent(standing.contender(), standing.description())));
    return descriptions;
  }

  private static String legend(String name, String description, Table.Form form) {
    return form == Table.Form.MARKDOWN
        ? "- `" + name + "`: " + description + "\n"
        : name + ": " + description + "\n";
  }

  private static String remarks() {
    return """
        images/s counts the examples of all processes while all of them were at work; laying out the data
        in memory and the warm-up are not counted. × is a median by that of the best peer on as many
        cores and in the same precision: in training on two cores the better form of dl4j-spark, else DL4J
        alone; the best arrangement of libtorch and of onnxruntime. × float32 is that of a contender in
        lower precision by the best float32 one of its project. Of convolutions is the share of what the
        network's float32 convolutions alone reach on as many cores. dl4j-spark drops examples by the arithmetic of its splits: they count in
        its images/s, in its favour. Not computing is the share of Convoy's rounds in which the slowest
        replica took no steps. Peak memory is what the kernel counted as resident, of all processes.
        """;
  }
}

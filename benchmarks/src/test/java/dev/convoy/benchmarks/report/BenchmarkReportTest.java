package dev.convoy.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Contender.Family;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.engine.Precision;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BenchmarkReportTest {
  private static final Machine MACHINE = new Machine("none", 2, 0, "17", "3.5", "M2", "2.7", "0");

  private static final Ceilings CEILINGS =
      Ceilings.of(List.of(100.0), List.of(200.0), List.of(10.0), List.of(18.0));

  private record Named(String name, Family family, Arrangement arrangement, Precision precision)
      implements Contender {
    @Override
    public String description() {
      return "the contender " + name;
    }

    @Override
    public Set<Measure> measures() {
      return Set.of(Measure.values());
    }

    @Override
    public int nativeThreads() {
      return 1;
    }

    @Override
    public Measurement run(Workload workload, Measure measure, StartLine start) {
      throw new UnsupportedOperationException("nothing is run here");
    }
  }

  private static Contender contender(String name, Family family, int processes, int threads) {
    return new Named(name, family, new Arrangement(processes, threads), Precision.FLOAT32);
  }

  private static Contender bfloat16(String name, Family family) {
    return new Named(name, family, new Arrangement(1, 2), Precision.BFLOAT16);
  }

  /** Runs at a rate, at half of it and at twice of it. */
  private static List<Run> at(double rate) {
    return List.of(run(rate), run(rate / 2), run(rate * 2));
  }

  private static Run run(double rate) {
    return new Run(rate, 1, 0.96, null, null, null, 3L << 20);
  }

  private static Standings standings(Measure measure) {
    Map<Contender, List<Run>> runs = new LinkedHashMap<>();
    runs.put(contender("convoy", Family.CONVOY, 1, 2), at(900));
    runs.put(contender("convoy-2x1", Family.CONVOY, 2, 1), at(1_000));
    runs.put(contender("stock-direct", Family.DL4J_SPARK, 1, 2), at(90));
    runs.put(contender("stock-export", Family.DL4J_SPARK, 1, 2), at(100));
    runs.put(contender("dl4j-1x2", Family.DL4J, 1, 2), at(300));
    runs.put(contender("libtorch-1x2", Family.LIBTORCH, 1, 2), at(400));
    runs.put(contender("libtorch-2x1", Family.LIBTORCH, 2, 1), at(600));
    runs.put(bfloat16("libtorch-bfloat16-1x2", Family.LIBTORCH), at(750));
    runs.put(bfloat16("convoy-bfloat16", Family.CONVOY), at(1_500));
    runs.put(contender("onnxruntime-1x2", Family.ONNXRUNTIME, 1, 2), at(720));
    runs.put(contender("convolutions-2x1", Family.CEILING, 2, 1), at(1_200));
    runs.put(contender("convoy-1x1", Family.CONVOY, 1, 1), at(500));
    return Standings.of(BenchmarkNetwork.LENET, measure, runs);
  }

  private static Standing of(Standings standings, String contender) {
    return standings.standings().stream()
        .filter(one -> one.contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void ratiosAreOfMediansToTheBestPeerOnAsManyCores() {
    Standings training = standings(Measure.TRAINING);

    assertThat(of(training, "convoy").imagesPerSecond()).isEqualTo(new Spread(900, 450, 1_800));
    assertThat(of(training, "convoy").ratios())
        .isEqualTo(new Standing.Ratios(9.0, 1.5, 1.25, 0.75, null));
    assertThat(of(training, "stock-direct").ratios().toDl4j()).isEqualTo(0.9);
  }

  @Test
  void withoutAPeerOnAsManyCoresThereIsNoRatio() {
    assertThat(of(standings(Measure.TRAINING), "convoy-1x1").ratios())
        .isEqualTo(new Standing.Ratios(null, null, null, null, null));
  }

  @Test
  void lowerPrecisionIsComparedWithPeersInItAndWithItsOwnProjectInFloat32() {
    assertThat(of(standings(Measure.TRAINING), "convoy-bfloat16").ratios())
        .isEqualTo(new Standing.Ratios(null, 2.0, null, null, 1.5));
  }

  @Test
  void scoringIsComparedWithDl4jAlone() {
    assertThat(of(standings(Measure.SCORING), "convoy").ratios().toDl4j()).isEqualTo(3.0);
  }

  @Test
  void tablesAreTheSameInBothForms() {
    BenchmarkReport report =
        new BenchmarkReport(MACHINE, 3, 3, 8, 10, CEILINGS, List.of(standings(Measure.TRAINING)));

    assertThat(report.toText()).contains("900 (450–1,800)", "libtorch-2x1: the contender");
    assertThat(report.toMarkdown())
        .contains(
            "One process of Convoy on two cores reaches 0.90 of two processes on one core each.",
            "### Training of lenet (28×28×1, 857,738 parameters), batch 64",
            // 67.6 MFLOP an image at 900 images/s, on two cores.
            "| lenet, training | convoy | 60.8 | 30 % | 75 % |",
            "| convoy | 2 | 900 (450–1,800) | 9.00 | 1.50 | – | 75 % | 3 | 100 % | 4.0 % |");
  }
}

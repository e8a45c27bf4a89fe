package dev.convoy.benchmarks.averaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.benchmarks.averaging.ComparisonReport.Done;
import dev.convoy.benchmarks.report.Machine;
import dev.convoy.benchmarks.report.Table;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ComparisonReportTest {
  private static final Machine MACHINE = new Machine("", 2, 0, "17", "3.5.7", "M2", "2.7.1", "0.1");

  @Test
  void roundsBeyondComputeLeaveOutTheStepsOfTheFewestReplicas() {
    ComparisonReport report =
        new ComparisonReport(
            MACHINE,
            List.of(
                done("local[2]", 2, outcome(100.0, 10.0, null)),
                done("local-cluster[2,1,4096]", 4, outcome(150.0, null, 3e6))));

    assertThat(report.format(Table.Form.MARKDOWN))
        .contains("| Convoy | local[2] | 1,000 | 2 | 100.0 | 80.0 | – | – |")
        .contains("| Convoy | local-cluster[2,1,4096] | 1,000 | 4 | 150.0 | 110.0 | 3.00 | – |");
  }

  @Test
  void aTrialThatHasFailedIsNamed() {
    Done failed = new Done(trial("local[2]", 2), null, "no memory");

    assertThat(new ComparisonReport(MACHINE, List.of(failed)).format(Table.Form.TEXT))
        .contains("Failed: ROUNDS, Convoy, local[2], 2 replicas, no memory")
        .doesNotContain("ms a round");
  }

  private static Done done(String master, int replicas, Outcome outcome) {
    return new Done(trial(master, replicas), outcome, null);
  }

  private static Trial trial(String master, int replicas) {
    return new Trial(
        Trial.Part.ROUNDS,
        Trial.TrainingSystem.CONVOY,
        master,
        "",
        "",
        160,
        false,
        replicas,
        8,
        2,
        0.01,
        2,
        1,
        false,
        "");
  }

  private static Outcome outcome(Double roundMillis, Double stepMillis, Double movedBytes) {
    return new Outcome(
        1_000, 1.0, 10, roundMillis, stepMillis, movedBytes, null, null, "", List.of(), 1);
  }
}

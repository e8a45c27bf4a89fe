package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import java.util.Set;

/**
 * Convoy as its users run it.
 *
 * @param arrangement its threads are replicas in training and tasks in scoring
 */
public record ConvoyContender(Arrangement arrangement) implements Contender {
  private static final Arrangement USUAL = new Arrangement(1, 2);

  @Override
  public String name() {
    return arrangement.equals(USUAL) ? "convoy" : "convoy-" + arrangement;
  }

  @Override
  public String description() {
    return "Convoy: bin/convoy train and the forward passes of bin/convoy score,"
        + " processes × replicas: "
        + arrangement;
  }

  @Override
  public Family family() {
    return Family.CONVOY;
  }

  @Override
  public Set<Measure> measures() {
    return Set.of(Measure.TRAINING, Measure.SCORING);
  }

  @Override
  public int nativeThreads() {
    return 1;
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    return measure == Measure.TRAINING
        ? ConvoyTraining.run(workload, arrangement.threads(), start)
        : ConvoyScoring.run(workload, arrangement.threads(), start);
  }
}

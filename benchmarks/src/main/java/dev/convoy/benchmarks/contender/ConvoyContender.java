package dev.convoy.benchmarks.contender;

import dev.convoy.benchmarks.workload.Arrangement;
import dev.convoy.benchmarks.workload.Contender;
import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.benchmarks.workload.Measurement;
import dev.convoy.benchmarks.workload.StartLine;
import dev.convoy.benchmarks.workload.Workload;
import dev.convoy.worker.engine.Precision;
import java.util.Set;

/**
 * Convoy as its users run it.
 *
 * @param arrangement its threads are replicas in training and tasks in scoring
 * @param precision {@code BFLOAT16}: with {@code train.precision} and {@code score.precision =
 *     bfloat16}; {@code INT8}: scoring with a quantized model
 */
public record ConvoyContender(Arrangement arrangement, Precision precision) implements Contender {
  private static final Arrangement USUAL = new Arrangement(1, 2);

  /** Creates a contender that trains and scores in float32. */
  public static ConvoyContender float32(Arrangement arrangement) {
    return new ConvoyContender(arrangement, Precision.FLOAT32);
  }

  @Override
  public String name() {
    return "convoy"
        + (precision == Precision.FLOAT32 ? "" : "-" + precision)
        + (arrangement.equals(USUAL) ? "" : "-" + arrangement);
  }

  @Override
  public String description() {
    return "Convoy: bin/convoy train and the forward passes of bin/convoy score,"
        + (precision == Precision.FLOAT32 ? "" : " in " + precision + ",")
        + " processes × replicas: "
        + arrangement;
  }

  @Override
  public Family family() {
    return Family.CONVOY;
  }

  @Override
  public Set<Measure> measures() {
    return precision == Precision.INT8
        ? Set.of(Measure.SCORING)
        : Set.of(Measure.TRAINING, Measure.SCORING);
  }

  @Override
  public int nativeThreads() {
    return 1;
  }

  @Override
  public Measurement run(Workload workload, Measure measure, StartLine start) {
    return measure == Measure.TRAINING
        ? ConvoyTraining.run(workload, arrangement.threads(), precision, start)
        : ConvoyScoring.run(workload, arrangement.threads(), precision, start);
  }
}

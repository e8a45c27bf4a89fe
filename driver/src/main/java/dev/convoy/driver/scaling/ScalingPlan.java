package dev.convoy.driver.scaling;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.Checks;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.driver.train.plan.AveragingPlan;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A run on a cluster of which every executor has one core and one replica.
 *
 * @param workers number of executors, at least 1
 * @param link of every executor
 * @param network with its counts, and the memory of a replica
 * @param examples of the train split, at least one for each worker
 * @param epochs at least 1
 * @param batch examples of a minibatch on each replica
 * @param averageEvery local steps of a round
 * @param chosen whether that period was given, or is the default of {@code train}
 * @param optimizer whose state is averaged
 * @param updaterState treatment of that state
 * @param sent encoding of the parameters
 */
public record ScalingPlan(
    int workers,
    Link link,
    @JsonIgnore NetworkSummary network,
    long examples,
    int epochs,
    int batch,
    int averageEvery,
    Chosen chosen,
    Optimizer.Kind optimizer,
    AveragingPlan.UpdaterState updaterState,
    DeltaCodec sent) {
  /** Fraction of a round that should be computing. */
  public static final double ENOUGH = 0.8;

  private static final int[] SHOWN_PERIODS = {1, 10, 100};

  /** Who has chosen the averaging period. */
  public enum Chosen {
    USER,
    DEFAULT
  }

  public ScalingPlan {
    Checks.atLeast(1, workers, "workers");
    Checks.atLeast(1, epochs, "epochs");
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, averageEvery, "averageEvery");
    Checks.atLeast(workers, examples, "examples");
  }

  @JsonProperty("network")
  String networkName() {
    return network.name();
  }

  @JsonProperty
  long parameters() {
    return network.parameters();
  }

  /** The exchange of a round. */
  public Exchange exchange() {
    return exchange(workers);
  }

  private Exchange exchange(int executors) {
    long state =
        updaterState == AveragingPlan.UpdaterState.RESET
            ? 0
            : network.memory().optimizerState() / Float.BYTES;
    return new Exchange(
        executors, 1, Math.toIntExact(network.parameters()), Math.toIntExact(state), sent);
  }

  private ShardPlan shards() {
    return new ShardPlan(workers, examples, 1);
  }

  /** Returns the local steps of an epoch. */
  public int stepsPerEpoch() {
    return Math.toIntExact(shards().stepsPerEpoch(batch));
  }

  /** Returns the period of a round, which does not cross an epoch. */
  int planned() {
    return Math.min(averageEvery, stepsPerEpoch());
  }

  /**
   * Projects the run.
   *
   * @param imagesPerSecond of one replica
   */
  public ScalingReport project(double imagesPerSecond, Costs costs) {
    double stepSeconds = batch / imagesPerSecond;
    SortedSet<Integer> periods = new TreeSet<>();
    for (int period : SHOWN_PERIODS) {
      periods.add(Math.min(period, stepsPerEpoch()));
    }
    periods.add(planned());
    Integer enough = shortestPeriod(stepSeconds, costs);
    if (enough != null) {
      periods.add(enough);
    }
    return new ScalingReport(
        this,
        imagesPerSecond,
        periods.stream().map(period -> projection(period, stepSeconds, costs)).toList(),
        enough,
        MemoryNeed.of(exchange(), shards().size(0) * network.input().size(), network.memory()));
  }

  /** Returns the shortest period with enough computing, or null if no epoch is long enough. */
  private Integer shortestPeriod(double stepSeconds, Costs costs) {
    RoundModel model = new RoundModel(exchange(), link, costs);
    RoundModel.Parts one = model.round(1, stepSeconds);
    // computing·h ≥ ENOUGH·((computing + waiting)·h + starting + exchange)
    double gain = one.computing() - ENOUGH * (one.computing() + one.waiting());
    if (gain <= 0) {
      return null;
    }
    double steps = Math.max(1, Math.ceil(ENOUGH * (one.starting() + one.exchange()) / gain));
    return steps > stepsPerEpoch() ? null : (int) steps;
  }

  private Projection projection(int period, double stepSeconds, Costs costs) {
    int rounds = (stepsPerEpoch() + period - 1) / period;
    RoundModel.Parts parts = new RoundModel(exchange(), link, costs).round(period, stepSeconds);
    double seconds = epoch(parts, period);
    return new Projection(
        period,
        rounds,
        parts,
        examples / seconds,
        examples / seconds * stepSeconds / batch / workers,
        seconds * epochs,
        exchange().busiest().busierDirection(),
        exchange().bytesOfAll(),
        Math.multiplyExact(exchange().bytesOfAll(), Math.multiplyExact((long) rounds, epochs)));
  }

  /**
   * Seconds of the rounds of an epoch, of which the last may be shorter, and so may be the last
   * step.
   */
  private double epoch(RoundModel.Parts parts, int period) {
    double ofAnExample = (parts.computing() + parts.waiting()) / period / batch;
    double rounds = Math.ceil((double) stepsPerEpoch() / period);
    return ofAnExample * examples / workers + rounds * (parts.starting() + parts.exchange());
  }

  /**
   * The projection of the run with one period.
   *
   * @param averageEvery local steps of a round
   * @param rounds of an epoch
   * @param round parts of a round of so many steps
   * @param imagesPerSecond of all workers
   * @param efficiency that rate divided by the number of workers times that of one replica
   * @param seconds of all rounds of the run; packing and validation are not counted
   * @param roundBytesOfBusiest bytes that the busiest executor sends or receives in a round
   * @param roundBytes that all executors send in a round
   * @param runBytes that all executors send in the run
   */
  public record Projection(
      int averageEvery,
      int rounds,
      RoundModel.Parts round,
      double imagesPerSecond,
      double efficiency,
      double seconds,
      long roundBytesOfBusiest,
      long roundBytes,
      long runBytes) {}
}

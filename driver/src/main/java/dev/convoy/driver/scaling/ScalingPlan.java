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
 * @param overlap rounds in a row whose averaging goes on beside the next round's steps; 0 for none
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
    DeltaCodec sent,
    int overlap) {
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
    Checks.atLeast(0, overlap, "overlap");
  }

  @JsonProperty("network")
  String networkName() {
    return network.name();
  }

  @JsonProperty
  long parameters() {
    return network.parameters();
  }

  /** The exchange of a round that ends with its averaging. */
  public Exchange exchange() {
    return exchange(
        updaterState == AveragingPlan.UpdaterState.RESET
            ? 0
            : network.memory().optimizerState() / Float.BYTES);
  }

  /** The exchange of an overlapped round: updater state stays with its replica. */
  private Exchange overlappedExchange() {
    return exchange(0);
  }

  private Exchange exchange(long state) {
    return new Exchange(
        workers, 1, Math.toIntExact(network.parameters()), Math.toIntExact(state), sent);
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
        MemoryNeed.of(
            exchange(), overlap > 0, shards().size(0) * network.input().size(), network.memory()));
  }

  /**
   * Returns the shortest period with enough computing, or null if no epoch is long enough. A longer
   * period computes for a larger share of its rounds.
   */
  private Integer shortestPeriod(double stepSeconds, Costs costs) {
    int tooShort = 0;
    int enough = stepsPerEpoch();
    if (round(enough, stepSeconds, costs).computingShare() < ENOUGH) {
      return null;
    }
    while (enough - tooShort > 1) {
      int middle = tooShort + (enough - tooShort) / 2;
      if (round(middle, stepSeconds, costs).computingShare() < ENOUGH) {
        tooShort = middle;
      } else {
        enough = middle;
      }
    }
    return enough;
  }

  private int rounds(int period) {
    return (stepsPerEpoch() + period - 1) / period;
  }

  /** Rounds of an epoch that end with their averaging: its last one is among them. */
  private int endingRounds(int period) {
    return (rounds(period) + overlap) / (overlap + 1);
  }

  /** The mean round of an epoch. */
  private RoundModel.Parts round(int period, double stepSeconds, Costs costs) {
    RoundModel.Parts ending = new RoundModel(exchange(), link, costs).round(period, stepSeconds);
    if (overlap == 0) {
      return ending;
    }
    RoundModel.Parts overlapped =
        new RoundModel(overlappedExchange(), link, costs).round(period, stepSeconds).overlapped();
    return ending.mixed((double) endingRounds(period) / rounds(period), overlapped);
  }

  private Projection projection(int period, double stepSeconds, Costs costs) {
    int rounds = rounds(period);
    int ending = endingRounds(period);
    RoundModel.Parts parts = round(period, stepSeconds, costs);
    double seconds = epoch(parts, period);
    long epochBytes =
        Math.addExact(
            Math.multiplyExact(exchange().bytesOfAll(), (long) ending),
            Math.multiplyExact(overlappedExchange().bytesOfAll(), (long) rounds - ending));
    return new Projection(
        period,
        rounds,
        parts,
        examples / seconds,
        examples / seconds * stepSeconds / batch / workers,
        seconds * epochs,
        exchange().busiest().busierDirection(),
        epochBytes / rounds,
        Math.multiplyExact(epochBytes, (long) epochs));
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
   * @param round parts of a round of so many steps; of the mean one if some are overlapped
   * @param imagesPerSecond of all workers
   * @param efficiency that rate divided by the number of workers times that of one replica
   * @param seconds of all rounds of the run; packing and validation are not counted
   * @param roundBytesOfBusiest bytes that the busiest executor sends or receives in a round that
   *     ends with its averaging
   * @param roundBytes that all executors send in a round, on average
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

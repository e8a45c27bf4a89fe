package dev.convoy.driver.scaling;

import dev.convoy.worker.averaging.DeltaCodec;

/**
 * The expected duration of a round. With {@code N} executors of {@code k} replicas, each of which
 * takes {@code h} steps of {@code s} seconds:
 *
 * <ul>
 *   <li>computing: {@code k·h·s}
 *   <li>waiting for the slowest executor: {@code k·h·s·(E[max of N] − 1)}, see {@link Stragglers};
 *       the times of an executor's replicas add up, so their variation is {@code v/√k}
 *   <li>starting: {@code start}
 *   <li>the driver's part: {@code round + N·executor}
 *   <li>preparing: copying the vectors of the replicas out of their networks, and encoding them
 *   <li>exchanging: the longer of the time on the link and the work of the busiest executor, since
 *       chunks are combined while others are on the way. The link takes {@code wireShare/linkShare}
 *       times as long as its rate says. The work is that for bytes, blocks, sums and decoding.
 * </ul>
 *
 * One executor exchanges nothing, and only computes.
 *
 * <p>In an overlapped round ({@code train.overlap}) the link is busy beside the steps, so only the
 * part of its time that they do not cover counts. The work is not beside them, since an executor
 * has one core for both.
 */
public final class RoundModel {
  private final Exchange exchange;
  private final Link link;
  private final Costs costs;

  /**
   * The parts of a round, in seconds.
   *
   * @param computing of a replica with average steps, times the replicas of an executor
   * @param waiting for the slowest executor
   * @param starting the start of the round on the executors
   * @param fixed the driver's part
   * @param preparing copying and encoding
   * @param link time that the bytes take on the busiest link, as far as it is not beside the steps
   * @param work time that the busiest executor works on the exchange
   */
  public record Parts(
      double computing,
      double waiting,
      double starting,
      double fixed,
      double preparing,
      double link,
      double work) {
    /** Everything from the end of the slowest replica's steps to the next round. */
    public double exchange() {
      return fixed + preparing + Math.max(link, work);
    }

    /** The whole round. */
    public double total() {
      return computing + waiting + starting + exchange();
    }

    /** Returns the mean of several rounds: {@code share} of this kind, and the rest of another. */
    Parts mixed(double share, Parts other) {
      double rest = 1 - share;
      return new Parts(
          share * computing + rest * other.computing,
          share * waiting + rest * other.waiting,
          share * starting + rest * other.starting,
          share * fixed + rest * other.fixed,
          share * preparing + rest * other.preparing,
          share * link + rest * other.link,
          share * work + rest * other.work);
    }

    /** The same round with its link busy beside the steps. */
    Parts overlapped() {
      return new Parts(
          computing,
          waiting,
          starting,
          fixed,
          preparing,
          Math.max(0, link - computing - waiting),
          work);
    }

    /** Fraction of the round in which an average replica computes. */
    public double computingShare() {
      return computing / total();
    }
  }

  public RoundModel(Exchange exchange, Link link, Costs costs) {
    this.exchange = exchange;
    this.link = link;
    this.costs = costs;
  }

  /**
   * Returns the parts of a round.
   *
   * @param steps local steps of every replica
   * @param stepSeconds duration of a step
   */
  public Parts round(int steps, double stepSeconds) {
    int replicas = exchange.replicasPerExecutor();
    double computing = replicas * steps * stepSeconds;
    if (exchange.executors() == 1) {
      return new Parts(computing, 0, 0, 0, 0, 0, 0);
    }
    double slowest =
        Stragglers.expectedMaximum(exchange.executors(), costs.variation() / Math.sqrt(replicas));
    Exchange.Traffic traffic = exchange.busiest();
    boolean encoded = exchange.codec() != DeltaCodec.FLOAT32;
    double preparing =
        replicas
            * (exchange.bytesInMemory() * costs.copiedByte()
                + (encoded ? exchange.parameters() * costs.codedValue() : 0));
    double onLink = link.seconds(traffic.busierDirection() * costs.wireShare() / costs.linkShare());
    double work =
        (traffic.sent() + traffic.received()) * costs.movedByte()
            + traffic.blocks() * costs.block()
            + traffic.summed() * costs.summedValue()
            + traffic.coded() * costs.codedValue();
    return new Parts(
        computing,
        computing * (slowest - 1),
        costs.start(),
        costs.round() + exchange.executors() * costs.executor(),
        preparing,
        onLink,
        work);
  }
}

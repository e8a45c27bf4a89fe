package dev.convoy.driver.scaling;

import dev.convoy.data.Checks;
import dev.convoy.driver.train.exchange.ExchangePlan;
import dev.convoy.worker.averaging.DeltaCodec;
import dev.convoy.worker.averaging.OuterStep;
import dev.convoy.worker.averaging.Ranges;
import dev.convoy.worker.averaging.ReturnedModel;

/**
 * The bytes and blocks of one round's exchange, a reduce-scatter and an all-gather among {@code N}
 * executors. Chunk {@code c} of the vectors belongs to executor {@code c mod N}: every other
 * executor sends it a piece, and it sends every other executor the result.
 *
 * <p>Replicas send {@code V} bytes each, and results take as many. If every executor owns an equal
 * part, each sends and receives {@code 2·(N − 1)/N·V}. With fewer chunks than executors the owners
 * send and receive more than that.
 *
 * @param executors {@code N}, at least 1
 * @param replicasPerExecutor replicas of each executor, at least 1
 * @param parameters number of values of the flat parameters, at least 1
 * @param updaterState number of values of the updater state that is averaged; 0 for none
 * @param codec encoding of the parameters that are sent
 */
public record Exchange(
    int executors, int replicasPerExecutor, int parameters, int updaterState, DeltaCodec codec) {
  public Exchange {
    Checks.atLeast(1, executors, "executors");
    Checks.atLeast(1, replicasPerExecutor, "replicasPerExecutor");
    Checks.atLeast(1, parameters, "parameters");
    Checks.atLeast(0, updaterState, "updaterState");
  }

  /**
   * The traffic of one executor in a round.
   *
   * @param sent bytes
   * @param received bytes
   * @param blocks number of blocks sent and received
   * @param summed number of values added to a mean
   * @param coded number of values encoded or decoded, except by replicas for their pieces
   */
  public record Traffic(long sent, long received, long blocks, long summed, long coded) {
    /** The larger of the bytes sent and received, which the executor's link carries at once. */
    public long busierDirection() {
      return Math.max(sent, received);
    }
  }

  /** Bytes that one replica sends in a round: {@code V}. */
  public long bytesOfReplica() {
    return bytesOfReplica(parameters, true) + bytesOfReplica(updaterState, false);
  }

  /** Bytes of the vectors in memory, where nothing is encoded. */
  public long bytesInMemory() {
    return ((long) parameters + updaterState) * Float.BYTES;
  }

  /** Number of chunks. */
  public int chunks() {
    return plan().chunks();
  }

  /** The plan of such an exchange, which says what a chunk is and when sums are sent. */
  private ExchangePlan plan() {
    return new ExchangePlan(
        executors * replicasPerExecutor,
        parameters,
        updaterState,
        OuterStep.mean(),
        ReturnedModel.last(),
        false);
  }

  /** Bytes that all executors together send in a round. */
  public long bytesOfAll() {
    return Math.multiplyExact(executors - 1L, Math.addExact(part(0, 1).pieces, bytesOfReplica()));
  }

  /** Returns the traffic of the executor whose link is the busiest. */
  public Traffic busiest() {
    Part all = part(0, 1);
    Traffic busiest = traffic(part(0, executors), all);
    for (int rank = 1; rank < Math.min(executors, chunks() + 1); rank++) {
      Traffic next = traffic(part(rank, executors), all);
      busiest = next.busierDirection() > busiest.busierDirection() ? next : busiest;
    }
    return busiest;
  }

  private Traffic traffic(Part own, Part all) {
    long others = executors - 1L;
    return new Traffic(
        others == 0 ? 0 : all.pieces - own.pieces + others * own.results,
        others == 0 ? 0 : others * own.pieces + all.results - own.results,
        others == 0 ? 0 : 2 * (all.chunks - own.chunks + others * own.chunks),
        own.ownSums + all.pieceSums - own.pieceSums,
        codec == DeltaCodec.FLOAT32 ? 0 : coded(own, all));
  }

  /**
   * Pieces of own chunks are decoded, own results are encoded and decoded, and those of others are
   * decoded.
   */
  private long coded(Part own, Part all) {
    long pieces = own.parameters * (executors - 1L) * replicasPerExecutor;
    return pieces + 2 * own.parameters + (all.parameters - own.parameters);
  }

  /**
   * The chunks of one owner.
   *
   * @param pieces bytes of an executor's pieces of them
   * @param results bytes of their results
   * @param parameters number of values that are parameters
   * @param ownSums number of values that the owner adds: those of its replicas and of the pieces
   * @param pieceSums number of values that another executor adds for its pieces
   */
  private record Part(
      long chunks, long pieces, long results, long parameters, long ownSums, long pieceSums) {}

  /** Adds up the chunks of an owner, of which there are {@code owners}. */
  private Part part(int rank, int owners) {
    ExchangePlan plan = plan();
    long replicas = replicasPerExecutor;
    int count = 0;
    long pieces = 0;
    long results = 0;
    long values = 0;
    long ownSums = 0;
    long pieceSums = 0;
    int chunks = plan.chunks();
    for (int chunk = rank; chunk < chunks; chunk += owners) {
      boolean isOfParameters = plan.isOfParameters(chunk);
      long length = plan.length(chunk);
      long ofOne = bytesOfReplica((int) length, isOfParameters);
      long ofReplicas = replicas * ofOne;
      boolean isSum = plan.isSumShorter(chunk, replicasPerExecutor, ofOne);
      count++;
      pieces += isSum ? length * Double.BYTES : ofReplicas;
      results += ofOne;
      values += isOfParameters ? length : 0;
      ownSums += length * (replicas + (executors - 1L) * (isSum ? 1 : replicas));
      pieceSums += isSum ? length * replicas : 0;
    }
    return new Part(count, pieces, results, values, ownSums, pieceSums);
  }

  private long bytesOfReplica(int length, boolean isOfParameters) {
    return isOfParameters ? codec.bytes(Ranges.everything(length)) : (long) length * Float.BYTES;
  }
}

package dev.convoy.driver.train.exchange;

import dev.convoy.driver.JavaSerialized;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.averaging.Divergence;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.apache.spark.broadcast.Broadcast;

/** Small messages between the driver and executors, and between executors. */
sealed interface Message extends Serializable {

  /** A message from an executor to the driver. */
  sealed interface Report extends Message {}

  /** A message from the driver to an executor; its tasks carry them out in the order sent. */
  sealed interface Order extends Message {}

  /**
   * A task runs.
   *
   * @param task number of its partition
   * @param member the executor that it runs on
   * @param replicas those that it trains
   */
  record Joined(int task, Address member, SortedSet<Integer> replicas) implements Report {}

  /**
   * An executor has the state after a round.
   *
   * @param rank of the executor
   * @param results of its replicas, without vectors
   * @param chunks reports of chunks that there is something to say about
   */
  record Done(int rank, List<RoundResult> results, List<ChunkReport> chunks) implements Report {}

  /** A task has failed. */
  record Failed(Throwable why) implements Report {}

  /** An executor has sent the state of its own chunks. */
  record StateSent(int rank) implements Report {}

  /**
   * All tasks have joined.
   *
   * @param rank of the receiver
   * @param members addresses of all, by rank
   * @param replicas replicas of all, by rank
   * @param state before the first round
   */
  record Start(
      int rank,
      List<Address> members,
      List<SortedSet<Integer>> replicas,
      Broadcast<JavaSerialized<AveragedState>> state)
      implements Order {}

  /**
   * The next round.
   *
   * @param plan without vectors, which the executors have
   */
  record Train(RoundPlan plan) implements Order {}

  /** The driver needs the state after the last round. */
  record SendState() implements Order {}

  /** The rounds are over. */
  record End() implements Order {}

  /**
   * Batch normalisation statistics of an executor's replicas, before its vectors.
   *
   * @param moments by replica
   */
  record Moments(int round, Map<Integer, PooledVariances> moments) implements Message {}

  /**
   * A report of one chunk.
   *
   * @param round of the exchange
   * @param divergence {@link Divergence#NONE} if it was not requested
   * @param notFinite name of a value that is not finite; empty if all are finite
   * @param replicas those whose own values are not finite; empty if the value was computed from
   *     finite ones
   */
  record ChunkReport(
      int round, int chunk, Divergence divergence, String notFinite, List<Integer> replicas)
      implements Serializable {}

  /** The bytes of this message. */
  default byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Reads a message. */
  static Message of(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
      return (Message) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("The driver and its executors run different code", e);
    }
  }
}

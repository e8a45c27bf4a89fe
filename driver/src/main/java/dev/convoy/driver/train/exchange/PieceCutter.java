package dev.convoy.driver.train.exchange;

import dev.convoy.worker.averaging.Chunks;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.SumNode;
import dev.convoy.worker.averaging.WeightedMean;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundResult;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Cuts what an executor's replicas have trained into the pieces that the owners of the chunks need.
 * Several replicas are summed where that takes no more bytes than their values.
 */
final class PieceCutter {
  private final ExchangePlan plan;
  private final ReplicaPlan.Answer answer;
  private final MemberState state;
  private final RoundWeights weights;
  private final SortedMap<Integer, RoundResult> results;
  private final ChunkBuffers buffers;
  private final boolean withDivergence;
  private final BiConsumer<Integer, List<Integer>> notFinite;

  /** Replicas at work by node, for the largest nodes of which this executor has all replicas. */
  private final SortedMap<SumNode, List<Integer>> atWork =
      new TreeMap<>(Comparator.comparingInt(SumNode::first));

  /**
   * Creates a cutter.
   *
   * @param results of all of the executor's replicas, by replica
   * @param withDivergence whether the averaging computes the divergence of the replicas
   * @param notFinite called with a chunk and the replicas whose values of it are not finite, if
   *     they disappear in a sum
   */
  PieceCutter(
      ExchangePlan plan,
      ReplicaPlan.Answer answer,
      MemberState state,
      RoundWeights weights,
      SortedMap<Integer, RoundResult> results,
      ChunkBuffers buffers,
      boolean withDivergence,
      BiConsumer<Integer, List<Integer>> notFinite) {
    this.withDivergence = withDivergence;
    this.buffers = buffers;
    this.notFinite = notFinite;
    this.plan = plan;
    this.answer = answer;
    this.state = state;
    this.weights = weights;
    this.results = results;
    for (SumNode node : SumNode.cover(results.keySet(), plan.replicas())) {
      List<Integer> replicas =
          results.keySet().stream()
              .filter(replica -> node.covers(replica) && weights.examples(replica) > 0)
              .toList();
      atWork.put(node, replicas);
    }
  }

  /** Returns the contributions to an own chunk. */
  List<Contribution> own(int chunk) {
    return atWork.values().stream()
        .flatMap(List::stream)
        .map(replica -> Contribution.ofReplica(replica, decoded(replica, chunk)))
        .toList();
  }

  /** A piece for another executor. */
  final class Piece {
    private final List<SumNode> nodes = new ArrayList<>();
    private final List<ByteBuffer> values = new ArrayList<>();
    private int bytes;

    private void add(SumNode node, ByteBuffer encoded) {
      nodes.add(node);
      values.add(encoded);
      bytes += encoded.remaining();
    }

    List<SumNode> nodes() {
      return nodes;
    }

    ByteBuffer values() {
      if (values.size() == 1) {
        return values.get(0);
      }
      ByteBuffer all = ByteBuffer.allocate(bytes);
      values.forEach(all::put);
      values.forEach(buffers::giveBack);
      return all.flip();
    }
  }

  /** Returns the piece of another executor's chunk. */
  Piece cut(int chunk) {
    Piece piece = new Piece();
    atWork.forEach(
        (node, replicas) -> {
          if (isSumSent(replicas.size(), chunk)) {
            piece.add(node, bytes(sum(node, replicas, chunk)));
          } else {
            replicas.forEach(replica -> piece.add(SumNode.leaf(replica), encoded(replica, chunk)));
          }
        });
    return piece;
  }

  /**
   * Whether a sum is sent: it is shorter, and no divergence is needed, which is computed from the
   * values of each replica.
   */
  private boolean isSumSent(int replicas, int chunk) {
    if (withDivergence && plan.isOfParameters(chunk)) {
      return false;
    }
    return plan.isSumShorter(chunk, replicas, bytesOfOne(plan, answer, chunk));
  }

  /** Number of bytes of one replica's values of a chunk. */
  private static int bytesOfOne(ExchangePlan plan, ReplicaPlan.Answer answer, int chunk) {
    return plan.isOfParameters(chunk)
        ? answer.codec().bytes(plan.parameterChunks().cut(answer.parameters(), chunk))
        : plan.length(chunk) * Float.BYTES;
  }

  private double[] sum(SumNode node, List<Integer> replicas, int chunk) {
    WeightedMean mean = new WeightedMean(state.slice(chunk), weights.total());
    List<Contribution> parts =
        replicas.stream()
            .map(replica -> Contribution.ofReplica(replica, decoded(replica, chunk)))
            .toList();
    parts.forEach(part -> part.addTo(mean, weights));
    double[] sum = mean.sum(node);
    if (!Contribution.ofNode(node, sum).isFinite()) {
      notFinite.accept(
          chunk,
          parts.stream().filter(part -> !part.isFinite()).map(Contribution::replica).toList());
    }
    return sum;
  }

  /** The values of a replica as the owner of the chunk would see them. */
  private FloatSlice decoded(int replica, int chunk) {
    RoundResult result = results.get(replica);
    if (!plan.isOfParameters(chunk)) {
      return plan.slice(result.updaterState(), chunk);
    }
    Chunks chunks = plan.parameterChunks();
    return result.isEncoded()
        ? FloatSlice.of(
            result.parameters(chunks, chunk, chunks.cut(state.parameters(), chunk), answer))
        : plan.slice(result.parameters(), chunk);
  }

  private ByteBuffer encoded(int replica, int chunk) {
    RoundResult result = results.get(replica);
    if (plan.isOfParameters(chunk) && result.isEncoded()) {
      return ByteBuffer.wrap(result.encodedParameters(plan.parameterChunks(), chunk));
    }
    return buffers.bytes(decoded(replica, chunk));
  }

  private static ByteBuffer bytes(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return bytes;
  }

  /** Whether a piece is nothing but the float32 values of one replica. */
  static boolean isPlain(ExchangePlan plan, ReplicaPlan.Answer answer, BlockHeader.Piece header) {
    return header.nodes().size() == 1
        && header.nodes().get(0).level() == 0
        && (!plan.isOfParameters(header.chunk()) || !answer.isEncoded());
  }

  /** Reads the contributions of a piece that another executor has sent. */
  static List<Contribution> read(
      ExchangePlan plan,
      ReplicaPlan.Answer answer,
      MemberState state,
      BlockHeader.Piece header,
      byte[] bytes) {
    List<Contribution> found = new ArrayList<>();
    int chunk = header.chunk();
    int sizeOfOne = bytesOfOne(plan, answer, chunk);
    ByteBuffer from = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    // A single replica is a leaf: sums are of at least two.
    for (SumNode node : header.nodes()) {
      if (node.level() == 0) {
        float[] values;
        if (plan.isOfParameters(chunk) && answer.isEncoded()) {
          byte[] encoded = new byte[sizeOfOne];
          from.get(encoded);
          Chunks chunks = plan.parameterChunks();
          values = answer.decode(encoded, chunks, chunk, chunks.cut(state.parameters(), chunk));
        } else {
          values = new float[plan.length(chunk)];
          from.asFloatBuffer().get(values);
          from.position(from.position() + sizeOfOne);
        }
        found.add(Contribution.ofReplica(node.first(), FloatSlice.of(values)));
      } else {
        double[] sum = new double[plan.length(chunk)];
        from.asDoubleBuffer().get(sum);
        from.position(from.position() + sum.length * Double.BYTES);
        found.add(Contribution.ofNode(node, sum));
      }
    }
    return found;
  }
}

package dev.convoy.driver.train.exchange;

import dev.convoy.driver.train.exchange.Message.ChunkReport;
import dev.convoy.driver.train.exchange.Message.Moments;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.averaging.PooledVariances;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One round on one executor. Its tasks call {@link #exchange} when their replicas are trained, and
 * share the work. What other executors send may arrive before.
 */
final class RoundExchange {
  private final ExchangePlan plan;
  private final ReplicaPlan.Answer answer;
  private final Group group;
  private final Signals signals;
  private final MemberState state;
  private final ChunkBuffers buffers;
  private final int round;

  private final Map<Integer, List<Contribution>> received = new HashMap<>();
  private final Map<Integer, Integer> senders = new HashMap<>();
  private final Deque<Integer> ready = new ArrayDeque<>();
  private final SortedMap<Integer, RoundResult> results = new TreeMap<>();
  private final SortedMap<Integer, PooledVariances> moments = new TreeMap<>();
  private final AtomicInteger nextToSend = new AtomicInteger();
  private int chunks;
  private int missing;
  private int expectedSenders = -1;
  private RoundWeights weights;
  private boolean withDivergence;
  private OwnChunks ownChunks;
  private PieceCutter cutter;
  private PooledVariances pooled;

  /** The executors of a job, seen from one of them. */
  interface Group {
    int rank();

    /** Replicas of each executor, by rank. */
    List<SortedSet<Integer>> replicas();

    void send(int to, Message message);

    /**
     * Sends a block; waits while too many bytes are on the way.
     *
     * @param sent called when the block has been sent
     */
    void send(int to, BlockHeader header, ByteBuffer block, Runnable sent);
  }

  RoundExchange(
      ExchangePlan plan,
      ReplicaPlan.Answer answer,
      Group group,
      Signals signals,
      MemberState state,
      ChunkBuffers buffers,
      int round) {
    this.buffers = buffers;
    this.plan = plan;
    this.answer = answer;
    this.group = group;
    this.signals = signals;
    this.state = state;
    this.round = round;
  }

  /** Begins the round; only the first call has an effect. */
  void begin(ReplicaPlan replicaPlan, RoundPlan roundPlan) {
    synchronized (signals) {
      if (weights != null) {
        return;
      }
      chunks = plan.chunks(roundPlan);
      missing += chunks;
      weights = new RoundWeights(replicaPlan, roundPlan);
      withDivergence = roundPlan.needsDivergence();
      ownChunks = new OwnChunks(plan, replicaPlan, roundPlan, weights, state, this::pooled);
      expectedSenders = (int) group.replicas().stream().filter(weights::isAnyAtWork).count();
      senders.keySet().forEach(this::enqueueIfComplete);
      signals.changed();
    }
  }

  private void enqueueIfComplete(int chunk) {
    if (senders.get(chunk) == expectedSenders) {
      ready.add(chunk);
    }
  }

  /** Adds the result of an own replica. */
  void trained(RoundResult result) {
    synchronized (signals) {
      results.put(result.replica(), result);
      if (result.examples() > 0) {
        moments.put(result.replica(), result.moments());
      }
      signals.changed();
    }
  }

  /** Adds the statistics of another executor's replicas. */
  void add(Moments sent) {
    synchronized (signals) {
      moments.putAll(sent.moments());
    }
  }

  /** Adds a piece of an own chunk that another executor has sent. */
  void add(BlockHeader.Piece header, byte[] bytes) {
    add(header.chunk(), PieceCutter.read(plan, answer, state, header, bytes));
  }

  private void add(int chunk, List<Contribution> contributions) {
    synchronized (signals) {
      received.computeIfAbsent(chunk, key -> new ArrayList<>()).addAll(contributions);
      senders.merge(chunk, 1, Integer::sum);
      enqueueIfComplete(chunk);
      signals.changed();
    }
  }

  /** Adds the values of one replica for an own chunk, in memory of the pool. */
  void add(BlockHeader.Piece header, FloatSlice values) {
    int replica = header.nodes().get(0).first();
    add(header.chunk(), List.of(Contribution.ofReplica(replica, values, buffers::giveBack)));
  }

  /** Called when a chunk for the next round is there. */
  void chunkDone() {
    synchronized (signals) {
      missing--;
      signals.changed();
    }
  }

  /**
   * Exchanges the vectors; called by every task of this executor when its replicas are trained.
   * Returns when this executor has the state of the next round.
   */
  void exchange() {
    int own = group.replicas().get(group.rank()).size();
    signals.await(() -> results.size() == own ? Optional.of(true) : Optional.empty());
    if (weights.isAnyAtWork(results.keySet())) {
      prepareToSend();
      for (int next = nextToSend.getAndIncrement();
          next < chunks;
          next = nextToSend.getAndIncrement()) {
        // Executors begin with different chunks, so that no owner gets all at once.
        sendPiece((next + group.rank() + 1) % chunks);
      }
    }
    for (Optional<Integer> chunk = takeReady(); chunk.isPresent(); chunk = takeReady()) {
      combine(chunk.get());
    }
  }

  private void prepareToSend() {
    synchronized (signals) {
      if (cutter != null) {
        return;
      }
      cutter =
          new PieceCutter(
              plan,
              answer,
              state,
              weights,
              results,
              buffers,
              withDivergence,
              (chunk, guilty) -> ownChunks.reportNotFinite(chunk, plan.valueOf(chunk), guilty));
      if (!answer.statistics().isEmpty()) {
        // They travel before the vectors, so every owner has them when it has these.
        Map<Integer, PooledVariances> own = new HashMap<>(moments);
        own.keySet().retainAll(results.keySet());
        sendToOthers(new Moments(round, own));
      }
    }
  }

  private void sendToOthers(Message message) {
    for (int rank = 0; rank < group.replicas().size(); rank++) {
      if (rank != group.rank()) {
        group.send(rank, message);
      }
    }
  }

  private void sendPiece(int chunk) {
    if (state.isOwn(chunk)) {
      add(chunk, cutter.own(chunk));
      return;
    }
    PieceCutter.Piece piece = cutter.cut(chunk);
    ByteBuffer values = piece.values();
    group.send(
        state.owner(chunk),
        new BlockHeader.Piece(round, chunk, piece.nodes(), values.remaining()),
        values,
        () -> buffers.giveBack(values));
  }

  /** Waits for an own chunk of which all pieces are there; empty when the round is over. */
  private Optional<Integer> takeReady() {
    return signals.await(
        () -> {
          if (!ready.isEmpty()) {
            return Optional.of(Optional.of(ready.remove()));
          }
          return missing == 0 ? Optional.of(Optional.<Integer>empty()) : Optional.empty();
        });
  }

  private void combine(int chunk) {
    List<Contribution> contributions;
    synchronized (signals) {
      contributions = received.remove(chunk);
    }
    Optional<byte[]> encoded = ownChunks.combine(chunk, contributions);
    contributions.forEach(Contribution::release);
    sendResult(chunk, encoded);
    chunkDone();
  }

  private void sendResult(int chunk, Optional<byte[]> encoded) {
    int others = group.replicas().size() - 1;
    if (others == 0) {
      return;
    }
    ByteBuffer bytes =
        encoded.map(ByteBuffer::wrap).orElseGet(() -> buffers.bytes(state.slice(chunk)));
    BlockHeader header = new BlockHeader.Result(round, chunk, bytes.remaining());
    AtomicInteger left = new AtomicInteger(others);
    for (int rank = 0; rank <= others; rank++) {
      if (rank != group.rank()) {
        group.send(
            rank,
            header,
            bytes.duplicate(),
            () -> {
              if (left.decrementAndGet() == 0) {
                buffers.giveBack(bytes);
              }
            });
      }
    }
  }

  private PooledVariances pooled() {
    synchronized (signals) {
      if (pooled == null) {
        pooled = new PooledVariances(answer.statistics());
        moments.values().forEach(pooled::addAll);
      }
      return pooled;
    }
  }

  /** The results of this executor's replicas, without vectors. */
  List<RoundResult> results() {
    synchronized (signals) {
      return results.values().stream().map(RoundResult::withoutVectors).toList();
    }
  }

  /** The reports of this executor's chunks, when the exchange is over. */
  List<ChunkReport> reports() {
    return ownChunks.reports();
  }
}

package dev.convoy.driver.train.exchange;

import dev.convoy.data.spark.PeerNetwork;
import dev.convoy.data.spark.PeerNetwork.Peer;
import dev.convoy.driver.JavaSerialized;
import dev.convoy.driver.train.exchange.Message.ChunkReport;
import dev.convoy.driver.train.exchange.Message.Done;
import dev.convoy.driver.train.exchange.Message.End;
import dev.convoy.driver.train.exchange.Message.Failed;
import dev.convoy.driver.train.exchange.Message.Joined;
import dev.convoy.driver.train.exchange.Message.Order;
import dev.convoy.driver.train.exchange.Message.Report;
import dev.convoy.driver.train.exchange.Message.SendState;
import dev.convoy.driver.train.exchange.Message.Start;
import dev.convoy.driver.train.exchange.Message.StateSent;
import dev.convoy.driver.train.exchange.Message.Train;
import dev.convoy.worker.averaging.AveragedState;
import dev.convoy.worker.averaging.Divergence;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.spark.broadcast.Broadcast;

/**
 * The driver's part in the exchange of one job: sends orders to its executors and waits for them.
 */
public final class Coordinator implements AutoCloseable {
  private static final long POLL_MILLIS = 100;

  private final PeerNetwork network = PeerNetwork.open(new Incoming());
  private final int tasks;
  private final SortedMap<Integer, Joined> joined = new TreeMap<>();
  private final Map<Address, Peer> peers = new HashMap<>();
  private final Map<Integer, Done> done = new TreeMap<>();
  private final Set<Integer> stateSent = new HashSet<>();
  private List<Peer> members = List.of();
  private StateParts parts = new StateParts();
  private Optional<Address> lost = Optional.empty();
  private Optional<Throwable> failure = Optional.empty();
  private boolean ending;

  /** Asked again and again during a wait; throws if nothing can come any more. */
  @FunctionalInterface
  public interface Liveness {
    void require();
  }

  /** Thrown when an executor of the job is lost. */
  public static final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    LostException(Address whom) {
      super("The connection to " + whom + " has ended");
    }
  }

  /**
   * The result of a round.
   *
   * @param results of the replicas in their order, without vectors
   * @param divergence of the replicas, if it was requested
   * @param notFinite a value that is not finite; empty if all are finite
   */
  public record Outcome(
      List<RoundResult> results, Divergence divergence, Optional<NotFinite> notFinite) {}

  /**
   * A value that is not finite.
   *
   * @param round that it was found in, from 0
   * @param what name of the value
   * @param replica the first one that has it; empty if it was computed from finite values
   */
  public record NotFinite(int round, String what, OptionalInt replica) {}

  /**
   * Listens for the tasks of a job.
   *
   * @param tasks number of its tasks
   */
  public Coordinator(int tasks) {
    this.tasks = tasks;
  }

  /** The address that tasks join at. */
  public Address address() {
    return new Address("driver", network.host(), network.port());
  }

  /** The failure of the first task that has reported one. */
  public synchronized Optional<Throwable> failure() {
    return failure;
  }

  /** Waits until all tasks have joined. */
  public synchronized void awaitTasks(Liveness liveness) {
    await(() -> joined.size() == tasks, liveness);
  }

  /** Starts the tasks, all of which have joined, with a state. */
  public synchronized void start(Broadcast<JavaSerialized<AveragedState>> state) {
    Map<Address, SortedSet<Integer>> byMember = new LinkedHashMap<>();
    joined
        .values()
        .forEach(
            task ->
                byMember
                    .computeIfAbsent(task.member(), member -> new TreeSet<>())
                    .addAll(task.replicas()));
    List<Address> addresses = List.copyOf(byMember.keySet());
    List<SortedSet<Integer>> replicas = List.copyOf(byMember.values());
    members = addresses.stream().map(peers::get).toList();
    for (int rank = 0; rank < members.size(); rank++) {
      members.get(rank).send(new Start(rank, addresses, replicas, state).toBytes());
    }
  }

  /**
   * Runs a round. If it is overlapped, its averaging is reported with the next round.
   *
   * @param round without vectors: the tasks have those of the round before
   * @throws LostException if an executor is lost
   */
  public synchronized Outcome run(RoundPlan round, Liveness liveness) {
    done.clear();
    send(new Train(round));
    await(() -> done.size() == members.size(), liveness);
    return outcome();
  }

  private Outcome outcome() {
    List<RoundResult> results =
        done.values().stream()
            .flatMap(member -> member.results().stream())
            .sorted(Comparator.comparingInt(RoundResult::replica))
            .toList();
    List<ChunkReport> chunks =
        done.values().stream()
            .flatMap(member -> member.chunks().stream())
            .sorted(
                Comparator.comparingInt(ChunkReport::round).thenComparingInt(ChunkReport::chunk))
            .toList();
    return new Outcome(
        results,
        chunks.stream().map(ChunkReport::divergence).reduce(Divergence.NONE, Divergence::plus),
        notFinite(chunks));
  }

  /** Prefers values of replicas, of which the first is named, to what was computed from them. */
  private static Optional<NotFinite> notFinite(List<ChunkReport> chunks) {
    List<ChunkReport> found = chunks.stream().filter(one -> !one.notFinite().isEmpty()).toList();
    ChunkReport first =
        found.stream()
            .filter(one -> !one.replicas().isEmpty())
            .findFirst()
            .or(() -> found.stream().findFirst())
            .orElse(null);
    return Optional.ofNullable(first)
        .map(
            one ->
                new NotFinite(
                    one.round(),
                    one.notFinite(),
                    found.stream()
                        .filter(
                            other ->
                                other.round() == one.round()
                                    && other.notFinite().equals(one.notFinite()))
                        .flatMapToInt(other -> other.replicas().stream().mapToInt(i -> i))
                        .min()));
  }

  /**
   * Returns the state after the last round, which was not overlapped.
   *
   * @param runningMean the running mean if the executors keep none
   * @throws LostException if an executor is lost
   */
  public synchronized AveragedState state(Map<String, float[]> runningMean, Liveness liveness) {
    stateSent.clear();
    parts = new StateParts();
    send(new SendState());
    await(() -> stateSent.size() == members.size(), liveness);
    return parts.state(runningMean);
  }

  /** Tells the tasks to end. */
  public synchronized void end() {
    ending = true;
    send(new End());
  }

  private void send(Order order) {
    byte[] bytes = order.toBytes();
    members.forEach(member -> member.send(bytes));
  }

  private void await(Supplier<Boolean> reached, Liveness liveness) {
    while (!reached.get()) {
      lost.ifPresent(
          whom -> {
            throw new LostException(whom);
          });
      liveness.require();
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting for the executors", e);
      }
    }
  }

  @Override
  public void close() {
    network.close();
  }

  private synchronized void add(Report report, Peer from) {
    if (report instanceof Joined task) {
      joined.put(task.task(), task);
      peers.put(task.member(), from);
    } else if (report instanceof Done member) {
      done.put(member.rank(), member);
    } else if (report instanceof Failed task) {
      failure = failure.or(() -> Optional.of(task.why()));
    } else if (report instanceof StateSent member) {
      stateSent.add(member.rank());
    }
    notifyAll();
  }

  /** Takes what executors send. */
  private final class Incoming implements PeerNetwork.Receiver {
    @Override
    public void message(Peer from, ByteBuffer body) {
      if (Message.of(body) instanceof Report report) {
        add(report, from);
      }
    }

    @Override
    public PeerNetwork.Block block(Peer from, ByteBuffer header) {
      if (!(BlockHeader.of(header) instanceof BlockHeader.State part)) {
        throw new IllegalArgumentException("An executor sent the driver a block of a round");
      }
      StateParts into = parts();
      return new ArrivingBlock.Bytes(part.bytes(), bytes -> into.add(part, ByteBuffer.wrap(bytes)));
    }

    @Override
    public void disconnected(Peer peer) {
      lost(peer);
    }
  }

  private synchronized StateParts parts() {
    return parts;
  }

  private synchronized void lost(Peer peer) {
    if (!ending && lost.isEmpty()) {
      lost =
          joined.values().stream()
              .map(Joined::member)
              .filter(member -> peer.equals(peers.get(member)))
              .findFirst();
    }
    notifyAll();
  }
}

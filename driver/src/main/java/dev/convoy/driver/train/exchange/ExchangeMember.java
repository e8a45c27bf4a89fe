package dev.convoy.driver.train.exchange;

import dev.convoy.data.spark.PeerNetwork;
import dev.convoy.data.spark.PeerNetwork.Peer;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.train.exchange.Message.ChunkReport;
import dev.convoy.driver.train.exchange.Message.Done;
import dev.convoy.driver.train.exchange.Message.End;
import dev.convoy.driver.train.exchange.Message.Failed;
import dev.convoy.driver.train.exchange.Message.Joined;
import dev.convoy.driver.train.exchange.Message.Moments;
import dev.convoy.driver.train.exchange.Message.Order;
import dev.convoy.driver.train.exchange.Message.Report;
import dev.convoy.driver.train.exchange.Message.SendState;
import dev.convoy.driver.train.exchange.Message.Start;
import dev.convoy.driver.train.exchange.Message.StateSent;
import dev.convoy.driver.train.exchange.Message.Train;
import dev.convoy.worker.averaging.FloatSlice;
import dev.convoy.worker.replica.ReplicaPlan;
import dev.convoy.worker.replica.RoundPlan;
import dev.convoy.worker.replica.RoundResult;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.TaskKilledException;

/**
 * One executor in the exchange of rounds, for all tasks of one job that run on it. The tasks train
 * their replicas and share the exchange; the first of them opens the network, and the last closes
 * it.
 */
public final class ExchangeMember {
  private static final Map<String, ExchangeMember> OPEN = new HashMap<>();

  private final ExchangePlan plan;
  private final ReplicaPlan replicaPlan;
  private final Address driverAddress;
  private final Signals signals = new Signals();
  private final ChunkBuffers buffers;
  private final BlockSender sender = new BlockSender(signals);
  private final PeerNetwork network;
  private final Peer driver;

  /** Orders that some task still has to carry out, by their number. */
  private final Map<Integer, Order> orders = new HashMap<>();

  private int ordersReceived;
  private boolean ended;
  private int users;
  private int claimed = -1;
  private int finished = -1;
  private int leaving;
  private final List<Runnable> early = new ArrayList<>();
  private final List<Address> gone = new ArrayList<>();

  /** Whether a round is under way, for which the others are needed. */
  private boolean inRound;

  // Set by the start order.
  private Members members;
  private MemberState state;

  /** Exchanges of rounds that are going on, or of which something has arrived, by round. */
  private final Map<Integer, RoundExchange> exchanges = new HashMap<>();

  /** The overlapped round before, whose reports go to the driver with those of the current one. */
  private Optional<RoundExchange> overlapped = Optional.empty();

  /** Trains one replica. */
  @FunctionalInterface
  public interface Training {
    RoundResult train(RoundPlan plan);
  }

  private ExchangeMember(ExchangePlan plan, ReplicaPlan replicaPlan, Address driverAddress) {
    this.plan = plan;
    this.replicaPlan = replicaPlan;
    this.driverAddress = driverAddress;
    this.buffers = new ChunkBuffers(plan.largestChunk());
    this.network = PeerNetwork.open(new Incoming());
    this.driver = network.connect(driverAddress.host(), driverAddress.port());
  }

  /**
   * Takes part in the rounds of a job, until the driver ends them.
   *
   * @param job name of the job, unique in the application
   * @param task number of the calling task
   * @param own training of its replicas
   * @throws IllegalStateException if the driver or another executor is lost
   */
  public static void run(
      String job,
      Address driver,
      ExchangePlan plan,
      ReplicaPlan replicaPlan,
      int task,
      SortedMap<Integer, Training> own) {
    ExchangeMember member;
    synchronized (OPEN) {
      member = OPEN.computeIfAbsent(job, name -> new ExchangeMember(plan, replicaPlan, driver));
      member.users++;
    }
    try (OverlappedReplicas replicas = new OverlappedReplicas(replicaPlan, member.signals)) {
      member.work(task, own, replicas);
    } catch (TaskKilledException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      member.tellFailure(e);
      throw e;
    } finally {
      synchronized (OPEN) {
        member.users--;
        if (member.users == 0) {
          OPEN.remove(job);
          member.network.close();
        }
      }
    }
  }

  /** Tells the driver the failure itself, of which Spark would tell it the text. */
  private void tellFailure(Throwable why) {
    try {
      tellDriver(new Failed(why));
    } catch (UncheckedIOException e) {
      // It refers to something that cannot be serialised.
      tellDriver(new Failed(new IllegalStateException(why.toString())));
    }
  }

  private void work(int task, SortedMap<Integer, Training> own, OverlappedReplicas replicas) {
    tellDriver(
        new Joined(
            task,
            new Address(SparkProcess.executorId(), network.host(), network.port()),
            new TreeSet<>(own.keySet())));
    for (int next = 0; ; next++) {
      int number = next;
      Order order = signals.await(() -> Optional.ofNullable(orders.get(number)));
      if (order instanceof End) {
        return;
      } else if (order instanceof Start start) {
        once(number, () -> start(start));
      } else if (order instanceof Train train) {
        train(number, train.plan(), own, replicas);
      } else if (order instanceof SendState) {
        once(number, this::sendState);
      }
    }
  }

  /** Carries out an order on the first task that comes to it; the others wait. */
  private void once(int order, Runnable work) {
    synchronized (signals) {
      if (claimed >= order) {
        signals.await(() -> finished >= order ? Optional.of(true) : Optional.empty());
        return;
      }
      claimed = order;
    }
    try {
      work.run();
    } catch (RuntimeException e) {
      signals.fail(e);
      throw e;
    }
    synchronized (signals) {
      finished = order;
      signals.changed();
    }
  }

  private void start(Start start) {
    Members opened = new Members(start, network, sender);
    MemberState copied =
        new MemberState(
            plan,
            replicaPlan.answer(),
            start.state().value().open(),
            start.rank(),
            start.members().size());
    synchronized (signals) {
      members = opened;
      state = copied;
      early.forEach(Runnable::run);
      early.clear();
      signals.changed();
    }
  }

  /** Handles what has arrived; later, if it came before the start order was carried out. */
  private void whenStarted(Runnable arrival) {
    synchronized (signals) {
      if (state == null) {
        early.add(arrival);
        return;
      }
    }
    arrival.run();
  }

  private void train(
      int number, RoundPlan plan, SortedMap<Integer, Training> own, OverlappedReplicas replicas) {
    synchronized (signals) {
      inRound = true;
      gone.stream().findFirst().ifPresent(this::lost);
    }
    RoundExchange round = round(plan.round());
    RoundPlan roundPlan = plan.withVectors(state.parameters(), state.updaterState());
    round.begin(replicaPlan, roundPlan);
    List<RoundResult> trained = new ArrayList<>();
    own.forEach(
        (replica, training) -> trained.add(training.train(replicas.start(roundPlan, replica))));
    replicas.awaitAveraging();
    trained.forEach(
        result ->
            round.trained(this.plan.mayOverlap() ? replicas.corrected(result, roundPlan) : result));
    if (plan.isOverlapped()) {
      replicas.average(round);
    } else {
      round.exchange();
    }
    leave(number, round, plan);
  }

  /** The last task that leaves a round reports to the driver. */
  private void leave(int number, RoundExchange round, RoundPlan plan) {
    List<ChunkReport> reports = new ArrayList<>();
    synchronized (signals) {
      leaving++;
      if (leaving < tasksHere()) {
        return;
      }
      leaving = 0;
      inRound = plan.isOverlapped();
      orders.keySet().removeIf(carriedOut -> carriedOut <= number);
      exchanges.keySet().removeIf(over -> over < plan.round());
      overlapped.ifPresent(before -> reports.addAll(before.reports()));
      overlapped = Optional.of(round).filter(current -> plan.isOverlapped());
    }
    if (!plan.isOverlapped()) {
      reports.addAll(round.reports());
    }
    tellDriver(new Done(members.rank(), round.results(), reports));
  }

  private int tasksHere() {
    synchronized (OPEN) {
      return users;
    }
  }

  private MemberState state() {
    synchronized (signals) {
      return state;
    }
  }

  /** Returns the exchange of a round, of which something may have arrived already. */
  private RoundExchange round(int round) {
    synchronized (signals) {
      return exchanges.computeIfAbsent(
          round,
          number ->
              new RoundExchange(
                  plan, replicaPlan.answer(), members, signals, state, buffers, number));
    }
  }

  private void sendState() {
    state.forEachOwnPart(
        (vector, length, first, values) -> {
          ByteBuffer bytes = buffers.bytes(values);
          sender.send(
              driver,
              driverAddress,
              new BlockHeader.State(vector, length, first, bytes.remaining()),
              bytes,
              () -> buffers.giveBack(bytes));
        });
    tellDriver(new StateSent(members.rank()));
  }

  private void tellDriver(Report report) {
    driver.send(report.toBytes());
  }

  private void lost(Address whom) {
    signals.fail(new IllegalStateException("The connection to " + whom + " has ended"));
  }

  /** Takes what the driver and other executors send. */
  private final class Incoming implements PeerNetwork.Receiver {
    @Override
    public void message(Peer from, ByteBuffer body) {
      Message message = Message.of(body);
      if (message instanceof Order order) {
        synchronized (signals) {
          orders.put(ordersReceived, order);
          ordersReceived++;
          ended |= order instanceof End;
          signals.changed();
        }
      } else if (message instanceof Moments moments) {
        whenStarted(() -> round(moments.round()).add(moments));
      }
    }

    @Override
    public PeerNetwork.Block block(Peer from, ByteBuffer bytes) {
      BlockHeader header = BlockHeader.of(bytes);
      if (header instanceof BlockHeader.Result result) {
        return resultBlock(result);
      } else if (header instanceof BlockHeader.Piece piece) {
        return PieceCutter.isPlain(plan, replicaPlan.answer(), piece)
            ? new ArrivingBlock.Floats(
                buffers.take(plan.length(piece.chunk())),
                values -> whenStarted(() -> round(piece.round()).add(piece, values)))
            : new ArrivingBlock.Bytes(
                header.bytes(), whole -> whenStarted(() -> round(piece.round()).add(piece, whole)));
      }
      throw new IllegalArgumentException("An executor got a block of the state");
    }

    /** A result may come before the start order is carried out, where no replica is at work. */
    private PeerNetwork.Block resultBlock(BlockHeader.Result result) {
      if (replicaPlan.answer().isEncoded() && plan.isOfParameters(result.chunk())) {
        return new ArrivingBlock.Bytes(
            result.bytes(),
            encoded ->
                whenStarted(
                    () -> {
                      MemberState current = state();
                      current.replace(result.chunk(), current.decode(result.chunk(), encoded));
                      round(result.round()).chunkDone();
                    }));
      }
      Consumer<FloatSlice> done = values -> round(result.round()).chunkDone();
      MemberState started = state();
      if (started != null) {
        return new ArrivingBlock.Floats(started.slice(result.chunk()), done);
      }
      return new ArrivingBlock.Floats(
          FloatSlice.of(new float[plan.length(result.chunk())]),
          values ->
              whenStarted(
                  () -> {
                    state().replace(result.chunk(), values.array());
                    done.accept(values);
                  }));
    }

    /**
     * The end of a connection fails the tasks. At the end of the rounds the others end theirs too,
     * perhaps before the order to end has come here; so an executor counts as lost only when a
     * round needs it.
     */
    @Override
    public void disconnected(Peer peer) {
      synchronized (signals) {
        if (peer.equals(driver)) {
          if (!ended) {
            lost(driverAddress);
          }
        } else if (members != null) {
          Optional<Address> address = members.addressOf(peer);
          address.ifPresent(gone::add);
          if (inRound) {
            address.ifPresent(ExchangeMember.this::lost);
          }
        }
      }
    }
  }
}

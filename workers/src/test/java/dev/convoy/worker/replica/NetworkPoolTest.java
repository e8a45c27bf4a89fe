package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Optimizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Networks are built once and lent to one task at a time. */
class NetworkPoolTest {
  private static final long PATIENCE_SECONDS = 60;

  private final NetworkPool pool = new NetworkPool(TimeUnit.MINUTES.toNanos(5));

  @AfterEach
  void close() {
    pool.release("a");
    pool.release("b");
  }

  private static NetworkSpec spec(String owner, long seed) {
    return new NetworkSpec(
        owner,
        TestNetworks.of(TestNetworks.GREY, 2).toJson(),
        TestNetworks.normalisation(1),
        Optimizer.sgd(),
        seed);
  }

  private OpenNetwork borrowed(NetworkSpec spec) {
    return pool.with(spec, live -> live);
  }

  @Test
  void aNetworkIsLentAgainToTheSameSpec() {
    OpenNetwork first = borrowed(spec("a", 1));
    assertThat(borrowed(spec("a", 1))).isSameAs(first);
    assertThat(pool.idleNetworks()).isEqualTo(1);
  }

  @Test
  void aNetworkIsNeverLentToAnotherSpec() {
    OpenNetwork first = borrowed(spec("a", 1));
    assertThat(borrowed(spec("a", 2))).isNotSameAs(first);
    assertThat(borrowed(spec("b", 1))).isNotSameAs(first);
    NetworkSpec one = spec("a", 1);
    NetworkSpec otherOptimizer =
        new NetworkSpec("a", one.definition(), one.normalisation(), Optimizer.adam(), 1);
    assertThat(borrowed(otherOptimizer)).isNotSameAs(first);
    assertThat(pool.idleNetworks()).isEqualTo(4);
  }

  @Test
  void aNetworkWhoseWorkFailedIsNotLentAgain() {
    AtomicReference<OpenNetwork> failed = new AtomicReference<>();
    assertThatThrownBy(
            () ->
                pool.with(
                    spec("a", 1),
                    live -> {
                      failed.set(live);
                      throw new IllegalStateException("broken");
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("broken");
    assertThat(pool.idleNetworks()).isZero();
    assertThat(borrowed(spec("a", 1))).isNotSameAs(failed.get());
  }

  @Test
  void errorsAndCheckedExceptionsOfWorkReachTheTask() {
    assertThatThrownBy(
            () ->
                pool.with(
                    spec("a", 1),
                    live -> {
                      throw new OutOfMemoryError("native");
                    }))
        .isInstanceOf(OutOfMemoryError.class)
        .hasMessage("native");
    IOException cause = new IOException("no disk");
    assertThatThrownBy(
            () ->
                pool.with(
                    spec("a", 1),
                    live -> {
                      throw cause;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no disk")
        .hasCause(cause);
    assertThat(pool.idleNetworks()).isZero();
  }

  @Test
  void aSpecThatCannotBeBuiltLeavesNothingBehind() {
    NetworkSpec wrong =
        new NetworkSpec("a", "{}", TestNetworks.normalisation(1), Optimizer.sgd(), 1);
    assertThatThrownBy(() -> borrowed(wrong)).hasMessageContaining("the network of a");
    assertThat(pool.idleNetworks()).isZero();
  }

  @Test
  void releaseClosesOnlyTheNetworksOfThatOwner() {
    OpenNetwork a = borrowed(spec("a", 1));
    OpenNetwork b = borrowed(spec("b", 1));
    pool.release("a");
    assertThat(pool.idleNetworks()).isEqualTo(1);
    assertThat(borrowed(spec("b", 1))).isSameAs(b);
    assertThat(borrowed(spec("a", 1))).isNotSameAs(a);
    pool.release("nobody");
    assertThat(pool.idleNetworks()).isEqualTo(2);
  }

  @Test
  void concurrentBorrowersGetDifferentNetworks() throws Exception {
    CyclicBarrier together = new CyclicBarrier(3);
    ExecutorService tasks = Executors.newFixedThreadPool(3);
    try {
      List<Future<OpenNetwork>> borrowers = new ArrayList<>();
      for (int task = 0; task < 3; task++) {
        borrowers.add(
            tasks.submit(
                () ->
                    pool.with(
                        spec("a", 1),
                        live -> {
                          together.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                          return live;
                        })));
      }
      List<OpenNetwork> networks = new ArrayList<>();
      for (Future<OpenNetwork> borrower : borrowers) {
        networks.add(borrower.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
      }
      assertThat(networks).doesNotHaveDuplicates();
      assertThat(pool.idleNetworks()).isEqualTo(3);
      assertThat(networks).contains(borrowed(spec("a", 1)));
    } finally {
      tasks.shutdownNow();
    }
  }

  @Test
  void aNetworkThatNobodyAsksForIsClosed() throws Exception {
    NetworkPool impatient = new NetworkPool(TimeUnit.MILLISECONDS.toNanos(50));
    Thread thread = impatient.with(spec("a", 1), live -> Thread.currentThread());
    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(thread.isAlive()).isFalse();
    assertThat(impatient.idleNetworks()).isZero();
    // The pool watches again when there is something to watch.
    Thread next = impatient.with(spec("a", 1), live -> Thread.currentThread());
    next.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(next.isAlive()).isFalse();
  }

  @Test
  void aNetworkLivesOnOneThreadOfItsOwn() {
    Thread first = pool.with(spec("a", 1), live -> Thread.currentThread());
    assertThat(first).isNotSameAs(Thread.currentThread());
    assertThat(pool.<OpenNetwork, Thread>with(spec("a", 1), live -> Thread.currentThread()))
        .isSameAs(first);
    assertThat(first.isDaemon()).isTrue();
  }

  @Test
  void theThreadEndsWhenItsNetworkIsReleased() throws Exception {
    Thread thread = pool.with(spec("a", 1), live -> Thread.currentThread());
    pool.release("a");
    thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void aNetworkWhoseTaskWasKilledIsNotLentAgain() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch killed = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    AtomicReference<Thread> network = new AtomicReference<>();
    Thread task =
        new Thread(
            () -> {
              try {
                pool.with(
                    spec("a", 1),
                    live -> {
                      network.set(Thread.currentThread());
                      started.countDown();
                      killed.await();
                      return live;
                    });
              } catch (RuntimeException e) {
                thrown.set(e);
              }
            });
    task.start();
    assertThat(started.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    task.interrupt();
    task.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(thrown.get())
        .isInstanceOf(NetworkThread.NetworkInterruptedException.class)
        .hasMessage(
            "the task was interrupted before its network had finished (Spark runs it again unless the job was"
                + " cancelled)");
    assertThat(pool.idleNetworks()).isZero();
    killed.countDown();
    network.get().join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    assertThat(network.get().isAlive()).isFalse();
  }

  @Test
  void closingTwiceIsClosingOnce() {
    NetworkThread<OpenNetwork> network = new NetworkThread<>(spec("a", 1));
    network.close();
    network.close();
  }
}

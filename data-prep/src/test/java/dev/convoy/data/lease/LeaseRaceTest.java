package dev.convoy.data.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Leases while several threads are at them. */
class LeaseRaceTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant NOON = HandClock.NOON;

  @TempDir private Path run;

  /** Nothing ends by itself, and the thread of a lease does nothing within a test. */
  private final Lease.Timing timing =
      new Lease.Timing(new HandClock(), MINUTE, MINUTE.minusMillis(1));

  /** What should not have happened to a thread that takes over. */
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();

  private Lease take() {
    return Lease.take(
        TestSpark.storage(), run.toString(), Lease.Subject.run(run.toString()), timing);
  }

  private List<String> files() {
    return TestSpark.storage().names(run.toString());
  }

  private static LeaseHolder self() {
    return LeaseHolder.self(NOON, MINUTE);
  }

  @Test
  void theThreadRenews() throws Exception {
    Lease.Timing fast =
        new Lease.Timing(Clock.systemUTC(), Duration.ofMinutes(10), Duration.ofMillis(5));
    try (Lease lease =
        Lease.take(TestSpark.storage(), run.toString(), Lease.Subject.run(run.toString()), fast)) {
      long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (files().contains("lease-00000001.json") && System.nanoTime() < end) {
        Thread.sleep(5);
      }
      assertThat(files()).doesNotContain("lease-00000001.json");
      lease.requireHeld();
    }
    Thread.sleep(20);
    assertThat(run).isEmptyDirectory();
  }

  @Test
  void ofTwoThatTakeOverAtOnceExactlyOneWins() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 200; round++) {
        Files.write(run.resolve("lease-00000001.json"), self().until(NOON.minusSeconds(1)).json());
        CyclicBarrier start = new CyclicBarrier(2);
        CyclicBarrier end = new CyclicBarrier(2);
        List<Future<Boolean>> takers = new ArrayList<>();
        for (int taker = 0; taker < 2; taker++) {
          takers.add(threads.submit(() -> takesOver(start, end)));
        }
        assertThat(List.of(takers.get(0).get(), takers.get(1).get()))
            .as("round %s", round)
            .containsExactlyInAnyOrder(true, false);
        assertThat(run).isEmptyDirectory();
      }
    } catch (ExecutionException e) {
      failures.forEach(e::addSuppressed);
      throw e;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Takes the lease and keeps it until the other one has tried. */
  private boolean takesOver(CyclicBarrier start, CyclicBarrier end) throws Exception {
    start.await();
    try (Lease lease = take()) {
      lease.requireHeld();
      end.await(30, TimeUnit.SECONDS);
      return true;
    } catch (InvalidRequestException e) {
      end.await(30, TimeUnit.SECONDS);
      assertThat(e).hasMessageContaining(": it has a driver, " + self().describe());
      return false;
    } catch (RuntimeException | AssertionError e) {
      failures.add(e);
      end.reset();
      throw e;
    }
  }

  @Test
  void whoeverTriesBetweenTwoRenewalsIsRefused() throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Lease lease = take()) {
      Future<?> renewing =
          thread.submit(
              () -> {
                for (int renewal = 0; renewal < 200; renewal++) {
                  lease.renew();
                }
              });
      while (!renewing.isDone()) {
        assertThatThrownBy(this::take)
            .isInstanceOf(InvalidRequestException.class)
            .hasMessageContaining(": it has a driver, " + self().describe());
      }
      renewing.get();
      lease.requireHeld();
      assertThat(files()).containsExactly("lease-00000201.json");
    } finally {
      thread.shutdownNow();
    }
  }
}

package dev.convoy.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Storage;
import dev.convoy.data.lease.Lease;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lease where nothing can be created exclusively. */
class ObjectStoreLeaseTest {
  private static final int DRIVERS = 6;
  private static final int TIMES = 40;

  @TempDir Path directory;

  @Test
  void ofDriversThatStartAtOnceNeverTwoHaveTheLease() throws Exception {
    ExecutorService drivers = Executors.newFixedThreadPool(DRIVERS);
    try {
      for (int time = 0; time < TIMES; time++) {
        String run = ObjectStore.path(directory.resolve("run-" + time));
        CyclicBarrier start = new CyclicBarrier(DRIVERS);
        AtomicInteger holders = new AtomicInteger();
        List<Callable<Boolean>> tries = new ArrayList<>();
        for (int driver = 0; driver < DRIVERS; driver++) {
          tries.add(
              () -> {
                start.await();
                try (Lease lease = Lease.take(ObjectStore.storage(), run, Lease.Subject.run(run))) {
                  assertThat(holders.incrementAndGet()).isEqualTo(1);
                  lease.requireHeld();
                  holders.decrementAndGet();
                  return true;
                } catch (InvalidRequestException e) {
                  assertThat(e).hasMessageContaining("it has a driver, ");
                  return false;
                }
              });
        }
        for (Future<Boolean> tried : drivers.invokeAll(tries)) {
          boolean ignored = tried.get();
        }
      }
    } finally {
      drivers.shutdownNow();
    }
  }

  @Test
  void aLeaseIsReleasedAndTakenAgain() {
    Storage storage = ObjectStore.storage();
    String run = ObjectStore.path(directory.resolve("run"));
    for (int time = 0; time < 2; time++) {
      try (Lease lease = Lease.take(storage, run, Lease.Subject.run(run))) {
        lease.requireHeld();
        assertThat(storage.names(run))
            .singleElement()
            .asString()
            .startsWith("lease-00000001-")
            .satisfies(name -> assertThat(Lease.isOwn(name)).isTrue());
      }
      assertThat(storage.names(run)).isEmpty();
    }
  }
}

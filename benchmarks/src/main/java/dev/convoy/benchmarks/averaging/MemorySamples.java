package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.workload.ResidentMemory;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.DoubleStream;

/** Samples the memory of this process periodically until it is closed. */
final class MemorySamples implements AutoCloseable {
  private static final long PERIOD_MILLIS = 200;
  private static final double[] AT = {0.01, 0.1, 0.25, 0.5, 0.75, 1};

  private final Queue<Sample> samples = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private record Sample(long micros, long resident, long broadcasts) {}

  /** Starts sampling. */
  MemorySamples() {
    Future<?> unused =
        thread.scheduleAtFixedRate(this::look, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    samples.add(
        new Sample(
            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
            ResidentMemory.now(),
            Transfers.heldByBroadcasts()));
  }

  /**
   * Returns the memory after a hundredth of the rounds, a tenth, and so on.
   *
   * @param ends ends of the rounds, in microseconds since 1970
   */
  List<Outcome.Memory> at(List<Long> ends) {
    return DoubleStream.of(AT)
        .mapToInt(share -> (int) Math.max(1, Math.round(share * ends.size())))
        .distinct()
        .mapToObj(
            round -> {
              Sample near = nearest(ends.get(round - 1));
              return new Outcome.Memory(round, near.resident, near.broadcasts);
            })
        .toList();
  }

  private Sample nearest(long micros) {
    return samples.stream()
        .min(Comparator.comparingLong(sample -> Math.abs(sample.micros - micros)))
        .orElseThrow();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}

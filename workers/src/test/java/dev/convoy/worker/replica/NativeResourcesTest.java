package dev.convoy.worker.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.ShardPlan;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Threads and memory that networks take from the system, as the system counts them. */
@EnabledOnOs(OS.LINUX)
@Tag("slow")
class NativeResourcesTest {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final long PATIENCE_SECONDS = 300;
  private static final int BATCH = 16;

  /** Of 16·16 pixels: some 3 MiB of parameters, gradients and momenta. */
  private static final Network NETWORK =
      TestNetworks.of(
          new dev.convoy.data.ImageShape(16, 16, 1),
          4,
          "{ conv { maps = 16, kernel = 3, padding = same, activation = relu } }",
          "{ pool { type = max, size = 2 } }",
          "{ dense { units = 256, activation = relu } }");

  private static final Shard SHARD = TestNetworks.shard(NETWORK.input(), 4, 2 * BATCH, 5);

  @BeforeAll
  static void load() {
    try (OpenNetwork first = new OpenNetwork(spec(1))) {
      train(first);
    }
  }

  private static NetworkSpec spec(int threads) {
    return new NetworkSpec(
            "resources",
            NETWORK.toJson(),
            TestNetworks.normalisation(1),
            Optimizer.momentum(0.9),
            3)
        .withNativeThreads(threads);
  }

  /** Two steps; returns the parameters. */
  private static float[] train(OpenNetwork live) {
    ReplicaPlan plan =
        new ReplicaPlan(
            spec(1),
            new Examples.Images(NETWORK.input(), Augmentation.none()),
            new ShardPlan(1, SHARD.examples(), 3),
            BATCH,
            3,
            LocalRun.EVERYTHING);
    RoundPlan round =
        new RoundPlan(0, 0, 0, 0, List.of(0.01, 0.01), live.trainable().parameters(), new float[0]);
    return LocalTraining.train(live, plan, round, 0, SHARD).parameters();
  }

  @Test
  void aNetworkOfOneNativeThreadStartsNoOther() throws Exception {
    assertThat(threadsWhileTwoTrain(1)).isEqualTo(2);
  }

  @Test
  void twoNetworksOfTwoNativeThreadsHaveFourAndLeaveNone() throws Exception {
    assertThat(threadsWhileTwoTrain(2)).isEqualTo(4);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (threadsNamed("convoy-count") > 0 && System.nanoTime() < until) {
      Thread.sleep(10);
    }
    assertThat(threadsNamed("convoy-count")).isZero();
  }

  /** OpenMP's threads have the name of the thread that they help. */
  private static long threadsWhileTwoTrain(int nativeThreads) throws Exception {
    CyclicBarrier trained = new CyclicBarrier(3);
    CyclicBarrier counted = new CyclicBarrier(3);
    AtomicReference<Throwable> failure = new AtomicReference<>();
    for (int i = 0; i < 2; i++) {
      Thread thread =
          new Thread(
              () -> {
                try (OpenNetwork live = new OpenNetwork(spec(nativeThreads))) {
                  train(live);
                  trained.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  counted.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                } catch (Exception | Error e) {
                  failure.set(e);
                }
              },
              "convoy-count");
      thread.start();
    }
    trained.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    long threads = threadsNamed("convoy-count");
    counted.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertThat(failure.get()).isNull();
    return threads;
  }

  private static long threadsNamed(String name) throws IOException {
    try (Stream<Path> threads = Files.list(PROCESS.resolve("task"))) {
      return threads.filter(thread -> nameOf(thread).equals(name)).count();
    }
  }

  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // It has just ended.
    }
  }

  @Test
  void aHundredNetworksLeaveTheMemoryThatTwentyHaveLeft() throws Exception {
    // Not closed, the last 80 hold 265 MiB.
    assertThat(grownBy(ResidentMemory.Work.NETWORKS)).isLessThan(30);
  }

  @Test
  void tenThousandStepsTakeTheMemoryThatATenthOfThemTook() throws Exception {
    assertThat(grownBy(ResidentMemory.Work.STEPS)).isLessThan(10);
  }

  /** By how many MiB a process of its own has grown when it has done ten times the work. */
  private static long grownBy(ResidentMemory.Work work) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens="))
        .forEach(command::add);
    command.addAll(ResidentMemory.OPTIONS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ResidentMemory.class.getName(), work.name()));
    Path said = Files.createTempFile("convoy-resident", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      } finally {
        process.destroyForcibly();
      }
      String output = Files.readString(said);
      assertThat(process.exitValue()).as(output).isZero();
      return output
          .lines()
          .filter(line -> line.startsWith(ResidentMemory.ANSWER))
          .mapToLong(line -> Long.parseLong(line.substring(ResidentMemory.ANSWER.length())))
          .findFirst()
          .orElseThrow(() -> new AssertionError(output));
    } finally {
      Files.delete(said);
    }
  }

  /**
   * A process that does one work and then nine times as much again, and says by how many MiB its
   * resident memory has grown in between. Its heap has a fixed size and is resident from the start,
   * so that what grows is native.
   */
  static final class ResidentMemory {
    static final String ANSWER = "grown by MiB: ";
    static final List<String> OPTIONS =
        List.of(
            "-Xms256m",
            "-Xmx256m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:ReservedCodeCacheSize=48m");

    private ResidentMemory() {}

    enum Work {
      NETWORKS {
        @Override
        long grownBy() throws Exception {
          // They are held, so that what is freed was freed by closing them and by nothing else.
          List<NetworkThread<OpenNetwork>> held = new ArrayList<>(openAndClose(20));
          long early = residentMiB();
          held.addAll(openAndClose(80));
          long late = residentMiB();
          assertThat(held).hasSize(100);
          return late - early;
        }
      },
      STEPS {
        @Override
        long grownBy() throws Exception {
          // Batches of 2 to 7 images: more shapes than layers keep kernels for.
          Network network =
              TestNetworks.of(
                  new dev.convoy.data.ImageShape(6, 6, 1),
                  3,
                  "{ conv { maps = 4, kernel = 3, bias = false } }, { norm { type = batch } }",
                  "{ residual { body = [ { conv { maps = 4, kernel = 1, activation = relu } } ] } }",
                  "{ pool { type = max, size = 2 } }, { dropout { rate = 0.5 } }");
          NetworkSpec spec =
              new NetworkSpec(
                  "steps",
                  network.toJson(),
                  TestNetworks.normalisation(1),
                  Optimizer.momentum(0.9),
                  1);
          try (NetworkThread<OpenNetwork> thread = new NetworkThread<>(spec)) {
            long early = thread.call(live -> residentAfter(live, 1_000));
            long late = thread.call(live -> residentAfter(live, 9_000));
            return late - early;
          }
        }
      };

      abstract long grownBy() throws Exception;
    }

    public static void main(String[] arguments) throws Exception {
      System.out.println(ANSWER + Work.valueOf(arguments[0]).grownBy());
    }

    private static final int STEPS_BETWEEN_COLLECTIONS = 500;

    /**
     * Descriptors of tensors, some hundred bytes each, go with the objects that hold them: they are
     * collected often, so that how seldom the heap fills does not count.
     */
    private static long residentAfter(OpenNetwork live, int steps) throws IOException {
      byte[] pixels = new byte[36];
      for (int step = 0; step < steps; step++) {
        int first = step;
        OpenGraph.Tensors batch =
            live.batch()
                .fill(
                    2 + step % 6,
                    new ImageBatch.Images() {
                      @Override
                      public byte[] pixels(int index) {
                        pixels[(first + index) % pixels.length]++;
                        return pixels;
                      }

                      @Override
                      public int label(int index) {
                        return index % 3;
                      }
                    });
        live.trainable().learningRate(0.001);
        live.trainable().training().fit(batch.features(), batch.labels());
        if (step % STEPS_BETWEEN_COLLECTIONS == 0) {
          collectGarbage();
        }
      }
      collectGarbage();
      return residentMiB();
    }

    /** Until JavaCPP has freed what belonged to objects that are gone. */
    private static void collectGarbage() {
      long before;
      do {
        before = Pointer.totalBytes();
        System.gc();
        try {
          Thread.sleep(100);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      } while (Pointer.totalBytes() < before);
    }

    private static List<NetworkThread<OpenNetwork>> openAndClose(int networks)
        throws InterruptedException {
      List<NetworkThread<OpenNetwork>> closed = new ArrayList<>();
      for (int i = 0; i < networks; i++) {
        NetworkThread<OpenNetwork> network = new NetworkThread<>(spec(1));
        Thread thread =
            network.call(
                live -> {
                  train(live);
                  return Thread.currentThread();
                });
        network.close();
        thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
        closed.add(network);
      }
      return closed;
    }

    private static long residentMiB() throws IOException {
      for (String line : Files.readAllLines(PROCESS.resolve("status"))) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
        }
      }
      throw new IOException("no VmRSS in " + PROCESS.resolve("status"));
    }
  }
}

package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * After many rounds memory is where it was after the first tenth of them: that of the driver's
 * heap, that beside it, and what Spark keeps of broadcasts and shuffles. Seen from outside, in the
 * process that users run.
 *
 * <p>The network has 235,146 parameters: one vector of them that a round left behind would make 400
 * MiB in 500 rounds.
 */
class LongRunTest {
  private static final int ROUNDS = Integer.getInteger("convoy.endurance.rounds", 500);
  private static final int ROUNDS_OF_AN_EPOCH = 125;
  private static final int LOOKS = 4;
  private static final long MIB = 1L << 20;

  private static final List<String> KEPT =
      List.of(
          "org.apache.spark.broadcast.TorrentBroadcast",
          "org.apache.spark.ShuffleStatus",
          "dev.convoy.worker.replica.RoundPlan",
          "dev.convoy.worker.replica.RoundResult",
          "org.deeplearning4j.nn.graph.ComputationGraph");

  /**
   * What a process takes.
   *
   * @param rounds that it has made, or a few more
   * @param heap bytes of objects that can be reached
   * @param resident bytes of the process in memory
   * @param objects that can be reached, by their class
   */
  private record Memory(int rounds, long heap, long resident, Map<String, Long> objects) {}

  /** With a slot for each replica tasks stay from round to round; else each round is a job. */
  @ParameterizedTest
  @CsvSource({"2, 18", "4, 9"})
  void memoryStaysWhereItWasAfterTheFirstRounds(int replicas, int batch) throws IOException {
    RunFiles run = new RunFiles(Sample.work().resolve("long run of " + replicas));
    // It is looked at while it goes on, and killed before its end.
    int epochs = 10 + 2 * ROUNDS / ROUNDS_OF_AN_EPOCH;
    Memory early;
    Memory late;
    try (Job job =
        Convoy.in(Sample.work())
            .with("CONVOY_DRIVER_MEMORY", "512m")
            // The heap is there from the start, so that what is added is beside it.
            .with("CONVOY_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -Xms512m -XX:+AlwaysPreTouch")
            .start(
                "train",
                "--data=" + Sample.dataset(),
                "--network=mlp",
                "--epochs=" + epochs,
                "--replicas=" + replicas,
                "--batch=" + batch,
                "--average-every=1",
                "--output=" + run.directory(),
                "--master=local[2]",
                "--json")) {
      assertThat(job.awaitThat(() -> run.logged() >= ROUNDS / 10)).isTrue();
      early = memory(job, run);
      int later = early.rounds + ROUNDS * 9 / 10;
      assertThat(job.awaitThat(() -> run.logged() >= later)).isTrue();
      late = memory(job, run);
      job.kill();
    }
    System.out.printf("%d replicas: %s, then %s%n", replicas, early, late);
    assertThat(late.heap - early.heap).as("bytes of heap").isLessThan(16 * MIB);
    assertThat(late.resident - early.resident).as("bytes in memory").isLessThan(64 * MIB);
    for (String name : KEPT) {
      assertThat(late.objects.getOrDefault(name, 0L) - early.objects.getOrDefault(name, 0L))
          .as(name)
          .isLessThan(20);
    }
  }

  /** The least of several looks: one may fall into a round that has its results in hand. */
  private static Memory memory(Job job, RunFiles run) throws IOException {
    // Spark's cleaner drops what a first collection has found to be unused.
    histogram(job);
    List<Memory> looks = new ArrayList<>();
    for (int look = 0; look < LOOKS; look++) {
      Job.pause(300);
      looks.add(look(job, run));
    }
    return looks.stream().min(Comparator.comparingLong(Memory::heap)).orElseThrow();
  }

  private static Memory look(Job job, RunFiles run) throws IOException {
    int rounds = run.logged();
    Map<String, Long> objects = new TreeMap<>();
    long heap = 0;
    for (String line : histogram(job).split("\n")) {
      String[] words = line.strip().split("\\s+");
      if (words[0].equals("Total")) {
        heap = Long.parseLong(words[2]);
      } else if (words.length > 3 && KEPT.contains(words[3])) {
        objects.put(words[3], Long.parseLong(words[1]));
      }
    }
    assertThat(heap).isPositive();
    return new Memory(rounds, heap, resident(job), objects);
  }

  /** Numbers and bytes of the objects of each class, after a garbage collection. */
  private static String histogram(Job job) throws IOException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                String.valueOf(job.pid()),
                "GC.class_histogram")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream said = jcmd.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long resident(Job job) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + job.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
        .findFirst()
        .orElseThrow();
  }
}

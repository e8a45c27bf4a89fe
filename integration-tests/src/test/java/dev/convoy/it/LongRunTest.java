package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

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
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * After many rounds memory is where it was after the first tenth of them, on the driver and on
 * executors: the heap, what is beside it, and what Spark keeps of broadcasts and shuffles. Seen
 * from outside, in the processes that users run.
 *
 * <p>The network has 235,146 parameters: one vector of them that a round left behind would make 200
 * MiB in 250 rounds.
 */
@Order(1)
class LongRunTest {
  private static final int SHORT = 250;
  private static final int ROUNDS = Integer.getInteger("convoy.endurance.rounds", SHORT);
  private static final int ROUNDS_OF_AN_EPOCH = 125;
  private static final int LOOKS = 4;
  private static final long MIB = 1L << 20;

  /**
   * Classes whose objects must not add up, with the number by which two looks may differ. The
   * driver of tasks on executors keeps the plans of the rounds since the last validation.
   */
  private static final Map<String, Long> MOST_MORE =
      Map.of(
          "org.apache.spark.broadcast.TorrentBroadcast", 20L,
          "org.apache.spark.ShuffleStatus", 20L,
          "dev.convoy.worker.replica.RoundPlan", 20L + ROUNDS_OF_AN_EPOCH,
          "dev.convoy.worker.replica.RoundResult", 20L,
          "org.deeplearning4j.nn.graph.ComputationGraph", 20L);

  /**
   * What a process takes.
   *
   * @param rounds that it has made, or a few more
   * @param heap bytes of objects that can be reached
   * @param resident bytes of the process in memory
   * @param objects that can be reached, by their class
   */
  private record Memory(int rounds, long heap, long resident, Map<String, Long> objects) {}

  /**
   * Tasks stay from round to round: in one process with a slot for each replica and without, and on
   * executors. In the last case each round is a broadcast, a job and a shuffle. The endurance
   * profile adds replicas without a slot for each.
   */
  static Stream<Arguments> ways() {
    List<Arguments> all =
        List.of(
            arguments("local[2]", 4, 9, "tasks", "auto"),
            arguments("local[2]", 2, 18, "tasks", "auto"),
            arguments("local-cluster[2,1,1024]", 2, 18, "tasks", "auto"),
            arguments("local[2]", 2, 18, "jobs", "1"));
    return all.stream().skip(ROUNDS > SHORT ? 0 : 1);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void memoryStaysWhereItWasAfterTheFirstRounds(
      String master, int replicas, int batch, String rounds, String collectLimit)
      throws IOException {
    String title = "long run of " + replicas + " on " + master + " by " + rounds;
    RunFiles run = new RunFiles(Sample.work().resolve(title));
    // It is looked at while it goes on, and killed before its end.
    int epochs = 10 + 2 * ROUNDS / ROUNDS_OF_AN_EPOCH;
    // The heap is there from the start, so that what is added is beside it.
    String options = "-XX:TieredStopAtLevel=1 -Xms512m -XX:+AlwaysPreTouch";
    try (Job job =
        Convoy.in(Sample.work())
            .with("CONVOY_DRIVER_MEMORY", "512m")
            .with("CONVOY_JAVA_OPTIONS", options)
            .start(
                "train",
                "--data=" + Sample.dataset(),
                "--network=mlp",
                "--epochs=" + epochs,
                "--replicas=" + replicas,
                "--batch=" + batch,
                "--average-every=1",
                "--output=" + run.directory(),
                "--master=" + master,
                "--set=engine.rounds=" + rounds,
                "--set=engine.collectLimit=" + collectLimit,
                "--set=spark.executor.memory=512m",
                "--set=spark.executor.extraJavaOptions=" + options,
                "--json")) {
      assertThat(job.awaitThat(() -> run.logged() >= ROUNDS / 10)).isTrue();
      List<ProcessHandle> processes = processes(job);
      assertThat(processes).hasSize(master.startsWith("local[") ? 1 : 3);
      List<Memory> early = memory(processes, run);
      int later = early.get(0).rounds + ROUNDS * 9 / 10;
      assertThat(job.awaitThat(() -> run.logged() >= later)).isTrue();
      List<Memory> late = memory(processes, run);
      for (int i = 0; i < processes.size(); i++) {
        String name = (i == 0 ? "driver" : "executor") + " of the " + title;
        System.out.printf("%s: %s, then %s%n", name, early.get(i), late.get(i));
        assertNoMore(name, early.get(i), late.get(i));
      }
    }
  }

  /** The driver, then the executors that are processes of their own. */
  private static List<ProcessHandle> processes(Job job) {
    List<ProcessHandle> processes = new ArrayList<>(List.of(job.driver()));
    processes.addAll(job.executors());
    return processes;
  }

  private static void assertNoMore(String process, Memory early, Memory late) {
    assertThat(late.heap - early.heap).as("bytes of heap, " + process).isLessThan(16 * MIB);
    assertThat(late.resident - early.resident).as("bytes, " + process).isLessThan(64 * MIB);
    MOST_MORE.forEach(
        (name, most) ->
            assertThat(late.objects.getOrDefault(name, 0L) - early.objects.getOrDefault(name, 0L))
                .as(name + ", " + process)
                .isLessThan(most));
  }

  private static List<Memory> memory(List<ProcessHandle> processes, RunFiles run)
      throws IOException {
    List<Memory> all = new ArrayList<>();
    for (ProcessHandle process : processes) {
      all.add(memory(process, run));
    }
    return all;
  }

  /** The least of several looks: one may fall into a round that has its results in hand. */
  private static Memory memory(ProcessHandle process, RunFiles run) throws IOException {
    // Spark's cleaner drops what a first collection has found to be unused.
    histogram(process);
    List<Memory> looks = new ArrayList<>();
    for (int look = 0; look < LOOKS; look++) {
      Job.pause(300);
      looks.add(look(process, run));
    }
    return looks.stream().min(Comparator.comparingLong(Memory::heap)).orElseThrow();
  }

  private static Memory look(ProcessHandle process, RunFiles run) throws IOException {
    int rounds = run.logged();
    Map<String, Long> objects = new TreeMap<>();
    long heap = 0;
    for (String line : histogram(process).split("\n")) {
      String[] words = line.strip().split("\\s+");
      if (words[0].equals("Total")) {
        heap = Long.parseLong(words[2]);
      } else if (words.length > 3 && MOST_MORE.containsKey(words[3])) {
        objects.put(words[3], Long.parseLong(words[1]));
      }
    }
    assertThat(heap).isPositive();
    return new Memory(rounds, heap, resident(process), objects);
  }

  /** Numbers and bytes of the objects of each class, after a garbage collection. */
  private static String histogram(ProcessHandle process) throws IOException {
    Process command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/jcmd").toString(),
                String.valueOf(process.pid()),
                "GC.class_histogram")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream said = command.getInputStream()) {
      return new String(said.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static long resident(ProcessHandle process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) * 1_024)
        .findFirst()
        .orElseThrow();
  }
}

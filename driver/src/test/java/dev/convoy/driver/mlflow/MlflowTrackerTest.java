package dev.convoy.driver.mlflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.spark.MemoryUse;
import dev.convoy.driver.TestSpark;
import dev.convoy.driver.mlflow.TestMlflow.Answer;
import dev.convoy.driver.train.rounds.EpochMetrics;
import dev.convoy.driver.train.rounds.RoundMetrics;
import dev.convoy.driver.train.run.MetricsLog;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The server gets every metric once and in order, whatever happens to it or to the run. */
class MlflowTrackerTest {
  private static final MlflowTracker.Times TIMES =
      new MlflowTracker.Times(
          Duration.ofMillis(10),
          Duration.ofMillis(300),
          Duration.ofMillis(30),
          Duration.ofSeconds(5));
  private static final int STEPS = 3;

  @TempDir private Path run;

  /** One driver of the run: the log of the run and the tracker, told as the training tells them. */
  private final class Driver {
    private final MetricsLog log;
    private final MlflowTracker tracker;

    Driver(URI server, Map<String, String> environment, int completed) throws IOException {
      log =
          new MetricsLog(
              Files.newOutputStream(
                  run.resolve("metrics.jsonl"),
                  StandardOpenOption.CREATE,
                  StandardOpenOption.APPEND),
              () -> new MemoryUse(1, 2, 3, 4));
      tracker =
          new MlflowTracker(
              new MlflowSettings(server, "shapes"),
              TestSpark.storage(),
              run.toString(),
              Map.of("epochs", "3", "long", "x".repeat(900)),
              environment,
              TIMES);
      tracker.started(1000, (long) completed * STEPS);
    }

    Driver(TestMlflow server) throws IOException {
      this(server.address(), Map.of(), 0);
    }

    void rounds(int from, int to) {
      for (int round = from; round <= to; round++) {
        RoundMetrics metrics =
            new RoundMetrics(
                1,
                round,
                STEPS,
                24,
                100,
                loss(round),
                0.1,
                List.of(),
                OptionalDouble.empty(),
                0.5,
                0.25,
                0.25);
        log.roundDone(metrics);
        tracker.roundDone(metrics);
      }
    }

    void epoch(int epoch, int round) {
      EpochMetrics metrics =
          new EpochMetrics(
              epoch, round, 0.5 / epoch, OptionalDouble.of(0.9), OptionalDouble.of(0.3), 100);
      log.epochDone(metrics);
      tracker.epochDone(metrics);
    }

    void fail() {
      log.close();
      tracker.ended(new IllegalStateException("it fails"));
      tracker.close();
    }
  }

  private static double loss(int round) {
    return 1.0 / round;
  }

  private static Map<Long, List<Double>> losses(int to) {
    Map<Long, List<Double>> losses = new TreeMap<>();
    IntStream.rangeClosed(1, to)
        .forEach(round -> losses.put((long) round * STEPS, List.of(loss(round))));
    return losses;
  }

  private static void requireAll(TestMlflow server, int rounds) {
    synchronized (server) {
      TestMlflow.Run tracked = server.run();
      assertThat(tracked.of("loss/round")).isEqualTo(losses(rounds));
      assertThat(tracked.metrics.stream().map(TestMlflow.Metric::step)).isSorted();
      assertThat(server.faults).isEmpty();
    }
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    long until = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      Thread.sleep(5);
    }
  }

  private static boolean has(TestMlflow server, int metrics) {
    synchronized (server) {
      return server.runs.size() == 1 && server.run().metrics.size() >= metrics;
    }
  }

  private static int freePort() {
    try (TestMlflow server = new TestMlflow(0)) {
      return server.address().getPort();
    }
  }

  @Test
  void metricsAndParametersArriveUnderTheNameOfTheDirectory() throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      Driver driver = new Driver(server);
      driver.rounds(1, 4);
      driver.epoch(1, 4);
      driver.fail();
      requireAll(server, 4);
      TestMlflow.Run tracked = server.run();
      assertThat(tracked.name).isEqualTo(run.getFileName().toString());
      assertThat(server.experiments).containsOnlyKeys("shapes");
      assertThat(tracked.params).containsEntry("epochs", "3");
      assertThat(tracked.params.get("long")).hasSize(500).endsWith("…");
      assertThat(tracked.of("loss/train")).containsExactly(Map.entry(12L, List.of(0.5)));
      assertThat(tracked.of("accuracy/validation")).containsEntry(12L, List.of(0.9));
      assertThat(tracked.of("images_per_second/round")).containsEntry(3L, List.of(24.0));
      assertThat(tracked.status()).isEqualTo("FAILED");
      assertThat(Files.readString(run.resolve("tracking/mlflow.json"))).contains("\"run1\"");
    }
  }

  @Test
  void aServerThatIsDownAtFirstGetsEverythingLater() throws Exception {
    int port = freePort();
    Driver driver = new Driver(URI.create("http://127.0.0.1:" + port), Map.of(), 0);
    driver.rounds(1, 700);
    // As many values in one batch as there can be.
    for (int epoch = 1; epoch <= 450; epoch++) {
      driver.epoch(epoch, 700);
    }
    Thread.sleep(100);
    try (TestMlflow server = new TestMlflow(port)) {
      await(() -> has(server, 700 * 3 + 450 * 5));
      driver.rounds(701, 705);
      driver.fail();
      requireAll(server, 705);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "PROPER", mode = EnumSource.Mode.EXCLUDE)
  void aServerInTroubleGetsEverythingOnce(Answer trouble) throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      server.answers =
          number -> (number < 12 && number % 2 == 1) || number == 20 ? trouble : Answer.PROPER;
      Driver driver = new Driver(server);
      for (int round = 1; round <= 60; round++) {
        driver.rounds(round, round);
        Thread.sleep(5);
      }
      await(() -> has(server, 60 * 3));
      server.answers = number -> Answer.PROPER;
      driver.fail();
      requireAll(server, 60);
    }
  }

  @Test
  void aServerThatGoesDownInTheMiddleGetsTheRestFromTheNextDriver() throws Exception {
    int port;
    try (TestMlflow server = new TestMlflow(0)) {
      port = server.address().getPort();
      Driver driver = new Driver(server);
      driver.rounds(1, 5);
      await(() -> has(server, 15));
      server.answers = number -> Answer.ERROR;
      driver.rounds(6, 9);
      driver.fail();
      synchronized (server) {
        assertThat(server.run().of("loss/round")).isEqualTo(losses(5));
      }
      server.answers = number -> Answer.PROPER;
      Driver next = new Driver(URI.create("http://127.0.0.1:" + port), Map.of(), 9);
      next.rounds(10, 12);
      next.fail();
      requireAll(server, 12);
    }
  }

  @Test
  void aKilledDriverIsContinuedInTheSameRunWithoutSendingAgain() throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      Driver killed = new Driver(server);
      killed.rounds(1, 7);
      await(() -> has(server, 21));
      killed.log.close();
      Path log = run.resolve("metrics.jsonl");
      // The newest checkpoint is that of round 5.
      Files.write(log, Files.readAllLines(log).subList(0, 5));
      Driver resumed = new Driver(server.address(), Map.of(), 5);
      resumed.rounds(6, 10);
      resumed.fail();
      requireAll(server, 10);
      killed.tracker.close();
    }
  }

  @Test
  void aRunWhoseIdWasLostIsFoundAgain() throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      // The answer to runs/create: by-name, create of the experiment, search, create of the run.
      server.answers = number -> number == 3 ? Answer.LOST : Answer.PROPER;
      Driver driver = new Driver(server);
      driver.rounds(1, 2);
      await(() -> has(server, 6));
      driver.fail();
      requireAll(server, 2);
    }
  }

  @Test
  void theTrainingDoesNotWaitForASlowServer() throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      server.answers = number -> Answer.SLOW;
      Driver driver = new Driver(server);
      long started = System.nanoTime();
      driver.rounds(1, 2000);
      assertThat(System.nanoTime() - started).isLessThan(1_000_000_000L);
      server.answers = number -> Answer.PROPER;
      await(() -> has(server, 6000));
      driver.fail();
      requireAll(server, 2000);
    }
  }

  @Test
  void credentialsAreSentAndWrittenNowhere() throws Exception {
    try (TestMlflow server = new TestMlflow(0)) {
      Driver driver =
          new Driver(server.address(), Map.of("MLFLOW_TRACKING_TOKEN", "secret-token"), 0);
      driver.rounds(1, 2);
      driver.fail();
      assertThat(server.authorizations).isNotEmpty().containsOnly("Bearer secret-token");
      server.authorizations.clear();
      Driver other =
          new Driver(
              server.address(),
              Map.of("MLFLOW_TRACKING_USERNAME", "ada", "MLFLOW_TRACKING_PASSWORD", "engine"),
              2);
      other.fail();
      assertThat(server.authorizations).isNotEmpty().containsOnly("Basic YWRhOmVuZ2luZQ==");
      try (Stream<Path> files = Files.walk(run)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          assertThat(Files.readString(file)).doesNotContain("secret-token", "engine", "YWRh");
        }
      }
    }
  }

  @Test
  void pointsThatNoLongerFitIntoMemoryAreReadFromTheLog() {
    List<MetricPoint> all =
        IntStream.range(0, 10)
            .mapToObj(step -> new MetricPoint(java.time.Instant.EPOCH, step, Map.of()))
            .toList();
    Outbox outbox = new Outbox(2, () -> all, 3);
    all.subList(2, 10).forEach(outbox::add);
    assertThat(outbox.next(0, 5)).isEqualTo(all.subList(0, 2));
    assertThat(outbox.next(2, 5)).isEqualTo(all.subList(2, 5));
    assertThat(outbox.next(5, 5)).isEmpty();
    outbox.close();
    assertThat(outbox.next(5, 4)).isEqualTo(all.subList(5, 9));
    assertThat(outbox.next(9, 4)).isEqualTo(all.subList(9, 10));
    assertThat(outbox.after(10)).isZero();
  }

  @Test
  void addressesThatAreNoServersOrHoldCredentialsAreRefused() {
    assertThat(MlflowSettings.address("https://host/mlflow/"))
        .isEqualTo(URI.create("https://host/mlflow"));
    assertThatThrownBy(() -> MlflowSettings.address("file:/tmp/mlruns"))
        .hasMessageContaining("must be a URL such as");
    assertThatThrownBy(() -> MlflowSettings.address("http://a:b@host"))
        .hasMessageContaining("must not contain a user or password");
  }
}

package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.JobFailedException;
import dev.convoy.driver.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of a cluster manager, by what Spark logs of it. */
class ClusterWatchTest {
  private static final Logger BACKEND =
      LogManager.getLogger("org.apache.spark.scheduler.cluster.StandaloneSchedulerBackend");
  private static final Logger SCHEDULER =
      LogManager.getLogger("org.apache.spark.scheduler.TaskSchedulerImpl");
  private final RuntimeException raw =
      new IllegalStateException("Cannot call methods on a stopped SparkContext.");

  private final ByteArrayOutputStream told = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
  private final Level before = SCHEDULER.getLevel();
  private ClusterWatch watch = watch("train");

  private ClusterWatch watch(String command) {
    return new ClusterWatch(
        new Console(Console.Mode.TEXT, err, err, Console.Terminal.NO),
        command,
        new SparkConf(false).setMaster("spark://host:7077").set("spark.executor.memory", "8g"));
  }

  private Throwable told(Throwable failure) {
    return watch.explain(failure, true).orElseThrow();
  }

  @Test
  void sparksOwnCheckedFailuresAreExplainedToo() {
    BACKEND.error("Application has been killed. Reason: All masters are unresponsive! Giving up.");
    assertThat(told(new org.apache.spark.SparkException("Job aborted")))
        .isInstanceOf(JobFailedException.class)
        .hasMessageContaining("All masters are unresponsive! Giving up;");
  }

  @AfterEach
  void close() {
    watch.close();
    assertThat(SCHEDULER.getLevel()).isEqualTo(before);
  }

  @Test
  void anApplicationThatItsMasterRemovesIsToldWithTheReasonAndTheWayOn() {
    BACKEND.error("Application has been killed. Reason: Master removed our application: KILLED");
    assertThat(told(raw))
        .hasMessage(
            "The Spark master spark://host:7077 removed the application: it was killed there; the"
                + " same command continues from the run's newest checkpoint");
  }

  @Test
  void executorsThatEndAgainAndAgainAreTheReasonWithHowTheyEnded() {
    BACKEND.info("Executor app-1/9 removed: Command exited with code 1");
    BACKEND.error("Application has been killed. Reason: Master removed our application: FAILED");
    assertThat(told(raw))
        .hasMessageContaining(
            "started for the application ended at once, Command exited with code 1")
        .hasMessageContaining("stderr")
        .hasMessageContaining("no entry in /etc/passwd");
  }

  @Test
  void otherManagersAreToldInTheirOwnWords() {
    watch.close();
    watch = watch("score");
    LogManager.getLogger("org.apache.spark.scheduler.cluster.YarnClientSchedulerBackend")
        .error("YARN application has exited unexpectedly with state KILLED! Check the logs.");
    assertThat(told(raw))
        .hasMessageContaining("state KILLED")
        .hasMessageEndingWith("; run the command again");
  }

  @Test
  void aSparkThatIsStoppedWithoutAWordIsToldSo() {
    assertThat(told(raw)).hasMessageContaining("Spark was stopped while the command was running");
    assertThat(watch.explain(raw, false)).isEmpty();
  }

  @Test
  void wrongRequestsStayWhatTheyAre() {
    InvalidRequestException wrong = new InvalidRequestException("Cannot train: …");
    BACKEND.error("Application has been killed. Reason: Master removed our application: KILLED");
    assertThat(watch.explain(wrong, true)).isEmpty();
  }

  @Test
  void aLostMasterAndALackOfExecutorsAreWarnedOfOnce() {
    for (int i = 0; i < 2; i++) {
      BACKEND.warn("Disconnected from Spark cluster! Waiting for reconnection...");
      SCHEDULER.warn("Initial job has not accepted any resources; check your cluster UI");
    }
    assertThat(told.toString(StandardCharsets.UTF_8).lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("The Spark master spark://host:7077 was lost"))
        .anyMatch(line -> line.contains("waits for a first executor") && line.contains("8g"));
  }
}

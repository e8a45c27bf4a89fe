package dev.convoy.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/** A driver and executors that a standalone cluster starts. */
@Order(2)
class StandaloneTest {
  @Test
  void aDriverOnTheClusterThatLosesAWorkerEndsWithTheBitsOfAnUnbrokenRun() throws IOException {
    HardRun run = new HardRun(Sample.work().resolve("standalone"));
    Path workers = Sample.work().resolve("standalone-workers");
    try (StandaloneCluster cluster = StandaloneCluster.start(workers)) {
      ProcessHandle worker = cluster.startWorker("127.0.0.4");
      Path submit = submit(cluster.url());
      try (Job job = run.startWith(Convoy.in(Sample.work()), submit, cluster.url())) {
        assertThat(job.awaitThat(() -> run.logged() >= 5)).isTrue();
        List<ProcessHandle> executors = worker.children().toList();
        assertThat(executors).hasSize(1);
        worker.destroyForcibly();
        executors.forEach(ProcessHandle::destroyForcibly);
        Convoy.Outcome submitted = job.await();
        Convoy.Outcome outcome =
            new Convoy.Outcome(
                submitted.status(), ofDriver(workers, "stdout"), ofDriver(workers, "stderr"));
        assertThat(submitted.status()).as("%s\n%s", submitted, outcome).isZero();
        run.assertEndedAsUnbroken(outcome);
        assertThat(outcome.err()).contains("was lost: ").doesNotContain("\tat ");
      }
    }
  }

  /** What the driver has printed, which a worker keeps in a file. */
  private static String ofDriver(Path workers, String stream) throws IOException {
    try (Stream<Path> found = Files.list(workers)) {
      Path driver =
          found
              .filter(path -> path.getFileName().toString().startsWith("driver-"))
              .findFirst()
              .orElseThrow();
      // The worker begins the file with the command.
      return Files.readString(driver.resolve(stream))
          .replaceFirst("(?s)^Launch Command: .*?={10,}\n", "");
    }
  }

  /**
   * A program that gives a command to the cluster and waits for it. The driver takes two cores, so
   * that the worker of one core gets an executor.
   */
  private static Path submit(String url) {
    return Convoy.script(
        Sample.work().resolve("submit"),
        "export LC_ALL=C.UTF-8 SPARK_SCALA_VERSION=2.12 SPARK_HOME="
            + Convoy.SPARK
            + "\nexec "
            + Path.of(System.getProperty("java.home"), "bin/java")
            + " -XX:TieredStopAtLevel=1 -Xmx256m -cp \"$SPARK_HOME/jars/*\""
            + " org.apache.spark.deploy.SparkSubmit --deploy-mode cluster --master "
            + url
            + " --driver-cores 2 --driver-memory 700m"
            + " --conf spark.standalone.submit.waitAppCompletion=true"
            + " --conf spark.driver.host=127.0.0.1 --conf spark.driver.bindAddress=127.0.0.1"
            + " --conf spark.ui.enabled=false --conf spark.cores.max=2"
            + " --conf spark.executor.cores=1 --conf spark.executor.memory=512m"
            + " --conf spark.executor.memoryOverhead=1g"
            + " --class dev.convoy.driver.cli.Main "
            + Convoy.JAR
            + " \"$@\"");
  }
}

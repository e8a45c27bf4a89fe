package dev.convoy.it;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.master.Master;
import org.apache.spark.deploy.worker.Worker;
import scala.Option;

/**
 * A standalone master of Spark with two workers of two cores each, which take themselves for two
 * machines: in a process of its own, with the embedded Spark.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final String[] WORKERS = {"127.0.0.2", "127.0.0.3"};
  private static final int CORES = 2;
  private static final int MEMORY_MIB = 2_048;

  private final Path directory;
  private final Process process;
  private final List<Process> workers = new ArrayList<>();
  private final String url;

  private StandaloneCluster(Path directory, Process process, String url) {
    this.directory = directory;
    this.process = process;
    this.url = url;
  }

  /** Starts the cluster, whose workers write into a directory. */
  static StandaloneCluster start(Path directory) {
    try {
      Path said = Files.createDirectories(directory).resolve("url");
      Process process = java(directory, "log");
      while (!Files.exists(said)) {
        if (!process.isAlive()) {
          throw new AssertionError(Files.readString(directory.resolve("log")));
        }
        Job.pause(20);
      }
      return new StandaloneCluster(directory, process, Files.readString(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts one more worker, of one core, in a process of its own.
   *
   * @param host an address of this machine
   */
  ProcessHandle startWorker(String host) {
    try {
      Process worker = java(directory, "log-" + host, host, url);
      workers.add(worker);
      return worker.toHandle();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process java(Path directory, String log, String... more) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    Path classes = Path.of("target/test-classes").toAbsolutePath();
    List<String> command = new ArrayList<>(List.of(java, "-Xmx512m"));
    for (String opened : List.of("java.lang", "java.nio", "java.util", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    String jars = Convoy.SPARK.resolve("jars") + "/*";
    command.addAll(List.of("-cp", classes + File.pathSeparator + jars));
    command.addAll(List.of(StandaloneCluster.class.getName(), directory.toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve(log).toFile());
    builder.environment().put("SPARK_HOME", Convoy.SPARK.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.12");
    builder.environment().remove("SPARK_LOCAL_IP");
    return builder.start();
  }

  /** For {@code --master}. */
  String url() {
    return url;
  }

  @Override
  public void close() {
    workers.add(process);
    for (Process each : workers) {
      each.descendants().forEach(ProcessHandle::destroyForcibly);
      each.destroyForcibly();
    }
  }

  /**
   * Runs the cluster in this process and writes its URL into the directory, or runs one worker of a
   * host and a URL.
   */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    SparkConf conf = new SparkConf(false);
    if (args.length > 1) {
      startWorker(args[1], WORKERS.length, 1, args[2], directory, conf);
      Thread.currentThread().join();
    }
    int port = Master.startRpcEnvAndEndpoint(HOST, 0, 0, conf)._1().address().port();
    String url = "spark://" + HOST + ":" + port;
    for (int i = 0; i < WORKERS.length; i++) {
      startWorker(WORKERS[i], i, CORES, url, directory, conf);
    }
    Path part = Files.writeString(directory.resolve("url.part"), url);
    Files.move(part, directory.resolve("url"));
    Thread.currentThread().join();
  }

  private static void startWorker(
      String host, int number, int cores, String url, Path directory, SparkConf conf) {
    Worker.startRpcEnvAndEndpoint(
        host,
        0,
        0,
        cores,
        MEMORY_MIB,
        new String[] {url},
        directory.toString(),
        Option.apply(number),
        conf,
        Option.empty());
  }
}

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

  private final Process process;
  private final String url;

  private StandaloneCluster(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts the cluster, whose workers write into a directory. */
  static StandaloneCluster start(Path directory) {
    try {
      Path said = Files.createDirectories(directory).resolve("url");
      String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
      Path classes = Path.of("target/test-classes").toAbsolutePath();
      List<String> command = new ArrayList<>(List.of(java, "-Xmx512m"));
      for (String opened : List.of("java.lang", "java.nio", "java.util", "sun.nio.ch")) {
        command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
      }
      String jars = Convoy.SPARK.resolve("jars") + "/*";
      command.addAll(List.of("-cp", classes + File.pathSeparator + jars));
      command.addAll(List.of(StandaloneCluster.class.getName(), directory.toString()));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("log").toFile());
      builder.environment().put("SPARK_HOME", Convoy.SPARK.toString());
      builder.environment().put("SPARK_SCALA_VERSION", "2.12");
      builder.environment().remove("SPARK_LOCAL_IP");
      Process process = builder.start();
      while (!Files.exists(said)) {
        if (!process.isAlive()) {
          throw new AssertionError(Files.readString(directory.resolve("log")));
        }
        Job.pause(20);
      }
      return new StandaloneCluster(process, Files.readString(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For {@code --master}. */
  String url() {
    return url;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Runs the cluster in this process, and writes its URL into the directory. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path directory = Path.of(args[0]);
    SparkConf conf = new SparkConf(false);
    int port = Master.startRpcEnvAndEndpoint(HOST, 0, 0, conf)._1().address().port();
    String url = "spark://" + HOST + ":" + port;
    for (int i = 0; i < WORKERS.length; i++) {
      Worker.startRpcEnvAndEndpoint(
          WORKERS[i],
          0,
          0,
          CORES,
          MEMORY_MIB,
          new String[] {url},
          directory.toString(),
          Option.apply(i),
          conf,
          Option.empty());
    }
    Path part = Files.writeString(directory.resolve("url.part"), url);
    Files.move(part, directory.resolve("url"));
    Thread.currentThread().join();
  }
}

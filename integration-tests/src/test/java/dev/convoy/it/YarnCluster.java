package dev.convoy.it;

import dev.convoy.data.io.Storage;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonConfigurationKeysPublic;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.yarn.conf.YarnConfiguration;
import org.apache.hadoop.yarn.server.MiniYARNCluster;

/**
 * HDFS and YARN with two node managers, in a process of their own, and a Spark with YARN for
 * commands. YARN checks the memory of its containers. All servers listen on the loopback interface.
 */
final class YarnCluster implements AutoCloseable {
  private static final Path LIBRARIES = Path.of("target/yarn").toAbsolutePath();
  private static final String NAME = "yarn";
  private static final int NODES = 2;
  private static final int NODE_MIB = 4_096;
  private static final String READY = "ready";

  private final Path directory;
  private final Process process;

  private YarnCluster(Path directory, Process process) {
    this.directory = directory;
    this.process = process;
  }

  /** Starts the cluster, which writes into a directory. */
  static YarnCluster start(Path directory) {
    try {
      Path spark = Files.createDirectories(directory.resolve("spark/jars")).getParent();
      linkAll(Convoy.SPARK.resolve("jars"), spark.resolve("jars"));
      linkAll(LIBRARIES.resolve("spark"), spark.resolve("jars"));
      Files.createDirectories(spark.resolve("bin"));
      Convoy.script(spark.resolve("bin/spark-submit"), SUBMIT);
      Files.createDirectories(spark.resolve("conf"));
      Files.writeString(
          spark.resolve("conf/spark-defaults.conf"),
          """
          spark.yarn.jars local:%s/jars/*
          spark.ui.enabled false
          spark.yarn.appMasterEnv.SPARK_LOCAL_IP 127.0.0.1
          spark.executorEnv.SPARK_LOCAL_IP 127.0.0.1
          spark.executor.defaultJavaOptions -XX:TieredStopAtLevel=1
          """
              .formatted(spark));
      YarnCluster cluster = new YarnCluster(directory, java(directory));
      while (!Files.exists(directory.resolve(READY))) {
        if (!cluster.process.isAlive()) {
          throw new AssertionError(Files.readString(directory.resolve("log")));
        }
        Job.pause(20);
      }
      return cluster;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The script of Spark's distributions: a launcher prints the command that it runs. */
  private static final String SUBMIT =
      """
      export SPARK_HOME=$(cd "$(dirname "$0")/.." && pwd) SPARK_SCALA_VERSION=2.12
      java=${JAVA_HOME:+$JAVA_HOME/bin/}java
      {
        IFS= read -r _
        mapfile -d '' command
      } < <("$java" -Xmx128m -cp "$SPARK_HOME/jars/*" org.apache.spark.launcher.Main \\
        org.apache.spark.deploy.SparkSubmit "$@")
      exec "${command[@]}"\
      """;

  private static void linkAll(Path from, Path to) throws IOException {
    try (Stream<Path> found = Files.list(from)) {
      for (Path jar : found.toList()) {
        try {
          Files.createSymbolicLink(to.resolve(jar.getFileName()), jar);
        } catch (FileAlreadyExistsException e) {
          throw new IllegalStateException("Two jars have the name " + jar.getFileName(), e);
        }
      }
    }
  }

  private static Process java(Path directory) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    // Hadoop's injection of dependencies needs it.
    command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    List<String> classPath =
        List.of(
            Path.of("target/test-classes").toAbsolutePath().toString(),
            LIBRARIES.resolve("cluster") + "/*",
            Convoy.SPARK.resolve("jars") + "/*");
    command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath)));
    command.addAll(List.of(YarnCluster.class.getName(), directory.toString()));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    return builder.start();
  }

  /** Commands that find the cluster and its Spark. */
  Convoy convoy() {
    return Convoy.in(directory)
        .with("SPARK_LOCAL_IP", "127.0.0.1")
        .with("SPARK_HOME", spark().toString())
        .with("HADOOP_CONF_DIR", directory.resolve("conf").toString());
  }

  private Path spark() {
    return directory.resolve("spark");
  }

  /** Starts a command whose driver the cluster starts, as docs/clusters.md says. */
  Job submit(List<String> command) {
    Path submit =
        Convoy.script(
            directory.resolve("submit"),
            "export OMP_NUM_THREADS=1 LC_ALL=C.UTF-8\nexec "
                + spark().resolve("bin/spark-submit")
                + " --master yarn --deploy-mode cluster --num-executors 2 --executor-memory 1g"
                + " --driver-memory 1g --conf spark.executor.memoryOverhead=1408m"
                + " --conf spark.yarn.appMasterEnv.LC_ALL=C.UTF-8"
                + " --class dev.convoy.driver.cli.Main "
                + Convoy.JAR
                + " \"$@\"");
    return convoy().start(submit, command.toArray(String[]::new));
  }

  /** Reads and writes HDFS. */
  Storage storage() {
    Configuration conf = new Configuration();
    conf.addResource(
        new org.apache.hadoop.fs.Path(directory.resolve("conf/core-site.xml").toUri()));
    return new Storage(conf);
  }

  /** Executors that run now. A container is a shell whose child is the JVM. */
  List<ProcessHandle> executors() {
    return process
        .descendants()
        .filter(Job::isExecutor)
        .filter(container -> container.children().findAny().isEmpty())
        .toList();
  }

  /** What the driver of the only application with one has printed to a stream. */
  String ofDriver(String stream) {
    try (Stream<Path> files = Files.walk(directory.resolve("target"))) {
      for (Path file : files.filter(path -> path.endsWith(stream)).sorted().toList()) {
        if (isOfDriver(file)) {
          return Files.readString(file);
        }
      }
      throw new AssertionError("No driver has run on the cluster");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first container of an application runs its driver; in client mode it prints no result. */
  private static boolean isOfDriver(Path file) throws IOException {
    return file.getParent().toString().endsWith("_000001")
        && Files.size(file.resolveSibling("stdout")) > 0;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Runs the cluster in this process, and writes its configuration into the directory. */
  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    YarnConfiguration conf = new YarnConfiguration();
    conf.set("yarn.scheduler.capacity.root.queues", "default");
    conf.set("yarn.scheduler.capacity.root.default.capacity", "100");
    conf.set("yarn.scheduler.capacity.maximum-am-resource-percent", "1.0");
    conf.setInt(YarnConfiguration.RM_SCHEDULER_MINIMUM_ALLOCATION_MB, 64);
    conf.setInt(YarnConfiguration.NM_PMEM_MB, NODE_MIB);
    conf.setBoolean(YarnConfiguration.NM_PMEM_CHECK_ENABLED, true);
    conf.setBoolean(YarnConfiguration.NM_VMEM_CHECK_ENABLED, false);
    conf.setInt(YarnConfiguration.NM_CONTAINER_MON_INTERVAL_MS, 200);
    conf.setFloat(YarnConfiguration.NM_MAX_PER_DISK_UTILIZATION_PERCENTAGE, 100);
    for (String bound : List.of("resourcemanager", "nodemanager")) {
      conf.set("yarn." + bound + ".bind-host", "127.0.0.1");
    }
    MiniDFSCluster files =
        new MiniDFSCluster.Builder(conf, directory.resolve("hdfs").toFile())
            .numDataNodes(1)
            .build();
    MiniYARNCluster yarn = new MiniYARNCluster(NAME, NODES, 1, 1);
    conf.set(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY, files.getURI().toString());
    yarn.init(conf);
    yarn.start();
    if (!yarn.waitForNodeManagersToConnect(60_000)) {
      throw new IllegalStateException("The node managers did not start");
    }
    Path settings = Files.createDirectories(directory.resolve("conf"));
    Configuration core = new Configuration(false);
    core.set(CommonConfigurationKeysPublic.FS_DEFAULT_NAME_KEY, files.getURI().toString());
    write(core, settings.resolve("core-site.xml"));
    Configuration site = new Configuration(false);
    // The others are for the process of the cluster, some with classes that only it has.
    yarn.getConfig()
        .getPropsWithPrefix("yarn.")
        .forEach((key, value) -> site.set("yarn." + key, value));
    write(site, settings.resolve("yarn-site.xml"));
    Files.createFile(directory.resolve(READY));
    Thread.currentThread().join();
  }

  private static void write(Configuration conf, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      conf.writeXml(out);
    }
  }
}

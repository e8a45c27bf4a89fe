package dev.convoy.it;

import dev.convoy.driver.cli.Main;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * An S3 of this machine, s3proxy over a directory, in a process of its own; and commands with S3A
 * on their class path, in others.
 */
final class ObjectStoreServer implements AutoCloseable {
  private static final Path LIBRARIES = Path.of("target/s3").toAbsolutePath();
  private static final String BUCKET = "lake";
  private static final String END = "--- end of a command\n";

  private final Path directory;
  private final int port;
  private final Process process;

  private ObjectStoreServer(Path directory, int port, Process process) {
    this.port = port;
    this.directory = directory;
    this.process = process;
  }

  /** Starts the store, with one bucket, over a new directory. */
  static ObjectStoreServer start(Path directory) {
    try {
      Path objects = directory.resolve("objects");
      Files.createDirectories(objects.resolve(BUCKET));
      int port = freePort();
      Path properties =
          write(
              directory.resolve("s3proxy.conf"),
              "s3proxy.endpoint=http://127.0.0.1:" + port,
              "s3proxy.authorization=none",
              "jclouds.provider=filesystem-nio2",
              "jclouds.filesystem.basedir=" + objects);
      List<String> configuration = new ArrayList<>(List.of("<configuration>"));
      settings(port).forEach((key, value) -> configuration.add(property(key, value)));
      configuration.add("</configuration>");
      write(directory.resolve("conf/core-site.xml"), configuration.toArray(String[]::new));
      Path jar;
      try (Stream<Path> jars = Files.list(LIBRARIES.resolve("server"))) {
        jar = jars.findFirst().orElseThrow();
      }
      Process process =
          new ProcessBuilder(
                  java(), "-Xmx256m", "-jar", jar + "", "--properties", properties.toString())
              .redirectErrorStream(true)
              .redirectOutput(directory.resolve("s3proxy.log").toFile())
              .start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      ObjectStoreServer server = new ObjectStoreServer(directory, port, process);
      while (!accepts(port)) {
        if (!process.isAlive()) {
          throw new AssertionError(Files.readString(directory.resolve("s3proxy.log")));
        }
        Job.pause(20);
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For commands: {@code s3a://lake/NAME}. */
  String path(String name) {
    return "s3a://" + BUCKET + "/" + name;
  }

  /** The objects below {@link #path}, as the store keeps them. */
  Path objects(String name) {
    return directory.resolve("objects").resolve(BUCKET).resolve(name);
  }

  /** Uploads an object, as a client of S3 does: it then has the digest that S3A asks for. */
  void put(String name, byte[] content) {
    URI address = URI.create("http://127.0.0.1:" + port + "/" + BUCKET + "/" + name);
    HttpRequest request =
        HttpRequest.newBuilder(address).PUT(BodyPublishers.ofByteArray(content)).build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new AssertionError(answer + ": " + answer.body());
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, String> settings(int port) {
    return Map.of(
        "fs.s3a.endpoint", "http://127.0.0.1:" + port,
        "fs.s3a.endpoint.region", "us-east-1",
        "fs.s3a.path.style.access", "true",
        "fs.s3a.access.key", "nobody",
        "fs.s3a.secret.key", "nothing");
  }

  /** Starts a command with the launcher, which is given the jars of S3A and its settings. */
  Job launch(List<String> command) {
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of("--jars", LIBRARIES.resolve("client") + "/*"));
    settings(port)
        .forEach(
            (key, value) -> words.addAll(List.of("--set", "spark.hadoop." + key + "=" + value)));
    return Convoy.in(directory).start(words.toArray(String[]::new));
  }

  /** Starts commands, one after the other, in a process that has S3A on its class path. */
  @SafeVarargs
  final Job start(List<String>... commands) {
    List<String> words = new ArrayList<>(List.of("-c", "exec \"$@\"", "bash", java(), "-Xmx1g"));
    words.addAll(List.of(JavaModuleOptions.defaultModuleOptions().strip().split("\\s+")));
    words.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dconvoy.home=" + Convoy.HOME));
    words.add("-Dlog4j2.configurationFile=" + Convoy.HOME.resolve("conf/log4j2.properties"));
    List<Object> classPath =
        List.of(
            directory.resolve("conf"),
            Path.of("target/test-classes").toAbsolutePath(),
            Convoy.JAR,
            Convoy.SPARK.resolve("jars") + "/*",
            LIBRARIES.resolve("client") + "/*");
    words.addAll(
        List.of(
            "-cp",
            String.join(File.pathSeparator, classPath.stream().map(Object::toString).toList()),
            ObjectStoreServer.class.getName()));
    for (List<String> command : commands) {
      words.addAll(command);
      words.add(END);
    }
    Convoy convoy = Convoy.in(directory);
    Map.of(
            "OMP_NUM_THREADS", "1",
            "SPARK_LOCAL_IP", "127.0.0.1",
            "SPARK_SCALA_VERSION", "2.12")
        .forEach(convoy::with);
    return convoy.start(Path.of("/bin/bash"), words.toArray(String[]::new));
  }

  /** What each of several commands said on standard output. */
  static List<String> outputs(Convoy.Outcome outcome) {
    return List.of(outcome.out().split(END));
  }

  /** Runs commands until one fails, and ends with its status. */
  public static void main(String[] args) {
    List<String> command = new ArrayList<>();
    int status = 0;
    for (String word : args) {
      if (!word.equals(END)) {
        command.add(word);
      } else if (status == 0) {
        status = Main.execute(command.toArray(String[]::new));
        System.out.print(END);
        System.out.flush();
        command.clear();
      }
    }
    System.exit(status);
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin/java").toString();
  }

  private static String property(String name, String value) {
    return "<property><name>" + name + "</name><value>" + value + "</value></property>";
  }

  private static Path write(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.write(file, List.of(lines));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false; // Not yet.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

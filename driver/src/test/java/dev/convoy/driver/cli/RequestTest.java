package dev.convoy.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.driver.report.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** One configuration for all of a command, and the jars that it adds. */
class RequestTest {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  @TempDir private Path directory;

  @AfterEach
  void restoreClassLoader() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private static Request request(String... options) {
    CommonOptions common = new CommonOptions();
    CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create().name("inspect"));
    line.getCommandSpec()
        .addMixin("common", CommandLine.Model.CommandSpec.forAnnotatedObject(common));
    line.parseArgs(options);
    return Request.read(line.getCommandSpec(), common);
  }

  private Path jar(String name, String entry) throws IOException {
    Path jar = directory.resolve(name);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(entry));
    }
    return jar;
  }

  @Test
  void emptyValuesAreRefused() {
    assertThatThrownBy(() -> request("--master", " ", "--conf="))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage(
            String.join(
                System.lineSeparator(),
                "Cannot inspect: 2 problems",
                "  --master: is empty (give it a value, or leave it out)",
                "  --conf: is empty (give it a value, or leave it out)"));
  }

  @Test
  void optionsThatNameNoJarsAreRefusedTogether() {
    assertThat(
            request(
                    "--packages=,",
                    "--exclude-packages",
                    "group",
                    "--jars",
                    "",
                    "--repositories",
                    "nonsense,https://repo.example.org/maven2")
                .problems()
                .faults())
        .containsExactly(
            "--packages '': is empty (give group:artifact:version, or leave it out)",
            "--jars '': is empty (give FILE, or leave it out)",
            "--repositories nonsense: must be a URL, such as https://repo.example.org/maven2",
            "--exclude-packages group: must have the form group:artifact");
    assertThat(request("--repositories", "file:///m2,file:/m2,s3://bucket/m2").problems().faults())
        .isEmpty();
  }

  @Test
  void aFileThatIsNoJarIsRefused() throws IOException {
    Path text = Files.writeString(directory.resolve("notes.jar"), "no jar");
    assertThatThrownBy(() -> request("--jars", text.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--jars " + text + ": is not a jar: ");
    assertThatThrownBy(() -> request("--jars", directory.toString()))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("is a directory (name the jars in it: " + directory + "/*.jar)");
    assertThatThrownBy(() -> request("--jars", directory + "/[.jar"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining(
            "--jars " + directory + "/[.jar: is neither a file nor a pattern of file names: ");
    assertThat(request("--jars", jar("empty.jar", "META-INF/").toString()).problems().faults())
        .isEmpty();
  }

  @Test
  void settingsOfHadoopReachFilesBeforeSparkStarts() {
    Request request = request("--set", "spark.hadoop.fs.defaultFS=viewfs://cluster/");
    assertThatThrownBy(() -> request.storage().exists("dataset")).hasMessageContaining("viewfs");
    assertThat(request().storage().qualified("/dataset")).isEqualTo("file:/dataset");
  }

  @Test
  void settingsOfHadoopInAFileDoSoToo() throws IOException {
    Path conf =
        Files.writeString(
            directory.resolve("my.conf"), "spark.hadoop.fs.defaultFS = \"viewfs://cluster/\"");
    Request request = request("--conf", conf.toString());
    assertThatThrownBy(() -> request.storage().exists("dataset")).hasMessageContaining("viewfs");
  }

  @Test
  void aSchemeWithoutAFileSystemSaysWhatToAdd() {
    assertThatThrownBy(() -> request().storage().exists("s3a://bucket/dataset"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("Cannot open s3a://bucket/dataset")
        .hasMessageContaining("--packages org.apache.hadoop:hadoop-aws:3.3.4");
    assertThatThrownBy(() -> request().storage().size("nonsense://bucket/dataset"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("the file system of nonsense://");
    assertThatThrownBy(
            () ->
                request("--set", "spark.hadoop.fs.defaultFS=abfs://c@a.dfs.core.windows.net")
                    .storage()
                    .exists("dataset"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("hadoop-azure:3.3.4");
    assertThatThrownBy(
            () ->
                request("--set", "spark.hadoop.fs.mine.impl=com.example.Mine")
                    .storage()
                    .exists("mine://x"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("there is no class com.example.Mine");
  }

  @Test
  void jarsAreOnTheClassPathHowEverTheyWereGiven() throws IOException {
    Path flag = jar("flag.jar", "of-a-flag");
    Path set = jar("set.jar", "of-a-setting");
    request("--jars", directory + "/fl*.jar", "--set", "spark.jars=" + set.toUri());
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    assertThat(context.getResource("of-a-flag").getPath()).contains(flag.toString());
    assertThat(context.getResource("of-a-setting").getPath()).contains(set.toString());
  }

  @Test
  void jarsAndPackagesThatAreNoneAreRefusedTogether() {
    assertThatThrownBy(() -> request("--jars", "nowhere/a.jar", "--packages", "hadoop-aws"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("--jars nowhere/a.jar: there is no such file")
        .hasMessageContaining("--packages hadoop-aws: must have the form group:artifact:version");
  }

  @Test
  void executorsWithTooLittleMemoryAreRefusedWithTheKey() {
    assertThat(request("--set", "spark.executor.memory=300m").problems().faults())
        .containsExactly("spark.executor.memory = 300m: must be at least 450m");
    assertThatThrownBy(() -> request("--set", "spark.executor.memory=much"))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("spark.executor.memory");
  }

  @Test
  void settingsThatSparkWouldRefuseAreRefusedTogetherBeforeItStarts() {
    assertThat(
            request(
                    "--master",
                    "local-cluster[2,1,300]",
                    "--set",
                    "spark.task.cpus=2",
                    "--set",
                    "spark.memory.offHeap.enabled=true",
                    "--set",
                    "spark.executor.extraJavaOptions=-ea -Xmx4g")
                .problems()
                .faults())
        .containsExactly(
            "--master local-cluster[2,1,300]: its workers have 300 MiB each, and an executor takes"
                + " spark.executor.memory = 1g (write local-cluster[2,1,1024], or set"
                + " spark.executor.memory to less, at least 450m)",
            "spark.task.cpus = 2: an executor has only 1 (--master local-cluster[2,1,300])",
            "spark.memory.offHeap.enabled = true: needs spark.memory.offHeap.size, such as 1g",
            "spark.executor.extraJavaOptions: -Xmx4g sets the heap of executors, which"
                + " spark.executor.memory must do");
    assertThat(
            request(
                    "--set",
                    "spark.driver.maxResultSize=much",
                    "--set",
                    "spark.network.timeout=long",
                    "--set",
                    "spark.ui.enabled=perhaps",
                    "--set",
                    "spark.task.maxFailures=few")
                .problems()
                .faults())
        .hasSize(4)
        .contains(
            "spark.driver.maxResultSize = much: is not a size (write it as 4g or 800m)",
            "spark.network.timeout = long: is not a time (write it as 30s or 5min)");
    assertThat(request("--set", "spark.task.cpus=1").problems().faults()).isEmpty();
    for (String master : List.of("local[0]", "local[0, 4]", "local-cluster[0,1,1024]")) {
      assertThat(request("--master", master).problems().faults())
          .containsExactly(
              "--master " + master + ": no task could run there (write local[1] at least)");
    }
  }

  @Test
  void aFaultThatIsMetThreeTimesIsToldOnce() {
    Request request = request("--set", "train.batch=0");
    for (int i = 0; i < 3; i++) {
      request.settings().get(dev.convoy.driver.config.Keys.TRAIN_BATCH);
    }
    assertThat(request.problems().faults()).hasSize(1);
  }

  @Test
  void aLostExecutorIsToldInOneLine() {
    assertThat(ExecutorLosses.message("3", "Command exited with code 137.\n\tat x.Y"))
        .isEqualTo(
            "Executor 3 was lost: Command exited with code 137; its tasks run again on others, and"
                + " the command goes on.");
  }

  @Test
  void ofExecutorsThatNeverStartedTheFirstIsToldAndOfOthersEach() {
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
    ExecutorLosses losses =
        new ExecutorLosses(new Console(Console.Mode.TEXT, err, err, Console.Terminal.NO));
    for (int i = 0; i < 5; i++) {
      losses.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "" + i, "exited with code 1"));
    }
    for (int i = 5; i < 7; i++) {
      losses.onExecutorAdded(new SparkListenerExecutorAdded(0, "" + i, null));
      losses.onExecutorRemoved(new SparkListenerExecutorRemoved(0, "" + i, "exited with code 1"));
    }
    assertThat(told.toString(StandardCharsets.UTF_8).lines())
        .extracting(line -> line.replaceFirst(".*Executor (\\d+) .*", "$1"))
        .containsExactly("0", "5", "6");
  }

  @Test
  void optionsOfEveryCommandMayStandBeforeItsName() {
    assertThat(Main.commandFirst("--jars", "a.jar", "--json", "--set=a=b", "inspect", "lenet"))
        .containsExactly("inspect", "--jars", "a.jar", "--json", "--set=a=b", "lenet");
    assertThat(Main.commandFirst("--help")).containsExactly("--help");
    assertThat(Main.commandFirst("inspect", "--json")).containsExactly("inspect", "--json");
  }
}

package dev.convoy.driver.cli;

import dev.convoy.data.JobFailedException;
import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.data.spark.AddedJars;
import dev.convoy.data.spark.SparkProcess;
import dev.convoy.data.spark.SparkSettings;
import dev.convoy.driver.HeapMemory;
import dev.convoy.driver.JobDescription;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.config.Home;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.train.rounds.CollectLimit;
import dev.convoy.driver.train.rounds.RoundsWay;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The request of a command: its settings, the faults found in them so far, and the configuration of
 * Spark and Hadoop for the whole command. Requested jars are on the class path.
 */
final class Request {
  private final Settings settings;
  private final Problems problems;
  private final SparkConf conf;
  private final Console console;
  private final String command;

  private Request(
      String command, Settings settings, Problems problems, SparkConf conf, Console console) {
    this.command = command;
    this.console = console;
    this.settings = settings;
    this.problems = problems;
    this.conf = conf;
  }

  /**
   * Reads the options and files of settings.
   *
   * @throws dev.convoy.data.InvalidRequestException if a requested jar cannot be loaded; other
   *     faults go to {@link #problems}
   */
  static Request read(CommandSpec command, CommonOptions common) {
    Problems problems = new Problems();
    refuseBlanks(command);
    Settings settings =
        Settings.load(
            Home.file("conf/convoy.conf"),
            common.conf(),
            common.sets(),
            KeyOptions.given(command),
            problems);
    Map<String, String> spark = new TreeMap<>(settings.spark());
    settings
        .get(Keys.ENGINE_NATIVE_THREADS)
        .ifPresent(count -> spark.put(TaskSlots.NATIVE_THREADS, String.valueOf(count)));
    settings
        .get(Keys.ENGINE_COLLECT_LIMIT)
        .ifPresent(limit -> spark.put(CollectLimit.SETTING, String.valueOf(limit)));
    spark.put(RoundsWay.SETTING, settings.get(Keys.ENGINE_ROUNDS).key());
    if (!SparkSessions.isSubmitted()) {
      // These have not been validated yet.
      SparkConf given = new SparkConf();
      for (String key : List.of(AddedJars.JARS, AddedJars.PACKAGES)) {
        if (given.contains(key)) {
          spark.merge(key, given.get(key), (own, before) -> before + "," + own);
        }
      }
    }
    common.jarOptions().check(problems);
    AddedJars jars = common.jarOptions().addTo(spark);
    AddedJars.checkSources(spark, problems);
    SparkConf conf = SparkSessions.configure(command.name(), spark, common.master());
    SparkSettings.check(spark, conf, problems);
    addJars(jars, conf, problems, common.isVerbose());
    LakeSettings.addTo(conf);
    return new Request(command.name(), settings, problems, conf, common.console());
  }

  /** Refuses options and arguments with an empty value, which shells make of unset variables. */
  private static void refuseBlanks(CommandSpec command) {
    Problems blanks = new Problems();
    CommandLine.ParseResult given = command.commandLine().getParseResult();
    Stream.concat(given.matchedOptions().stream(), given.matchedPositionals().stream())
        .filter(one -> !one.isMultiValue() && one.stringValues().stream().anyMatch(String::isBlank))
        .map(one -> one instanceof OptionSpec option ? option.longestName() : one.paramLabel())
        .forEach(name -> blanks.add(name, "is empty (give it a value, or leave it out)"));
    blanks.refuseIfAny("Cannot " + command.name());
  }

  private static void addJars(
      AddedJars jars, SparkConf conf, Problems problems, boolean isVerbose) {
    if (jars.isEmpty()) {
      return;
    }
    jars.check(problems);
    problems.refuseIfAny("Cannot start");
    AddedJars.IvyLog log = isVerbose ? AddedJars.IvyLog.SHOWN : AddedJars.IvyLog.HIDDEN;
    List<String> found = new ArrayList<>(AddedJars.names(conf.get(AddedJars.JARS, "")));
    found.addAll(jars.load(conf, hadoop(conf), log));
    if (!SparkSessions.isInThisJvm(conf)) {
      conf.set(AddedJars.JARS, String.join(",", found));
    }
  }

  private static Configuration hadoop(SparkConf conf) {
    return SparkProcess.hadoop(conf);
  }

  /** Returns the values of all keys. */
  Settings settings() {
    return settings;
  }

  /** Returns the faults of the settings, to which a command adds its own. */
  Problems problems() {
    return problems;
  }

  /** Returns the number of native threads of a network, on this machine and on executors. */
  int nativeThreads() {
    return TaskSlots.nativeThreads(conf);
  }

  /** Returns the file systems as Spark will see them, without starting it. */
  Storage storage() {
    return new Storage(hadoop(conf));
  }

  /** Runs work on Spark and stops it afterwards. */
  <T> T withSpark(Function<SparkSession, T> work) {
    ExecutorLosses losses = new ExecutorLosses(console);
    try (ClusterWatch watch = new ClusterWatch(console, command, conf);
        SparkSession session = SparkSessions.open(conf)) {
      SparkContext spark = session.sparkContext();
      spark.addSparkListener(losses);
      watch.start(spark);
      try {
        return JobDescription.runCommand(spark, command, () -> work.apply(session));
      } catch (Exception | Error e) {
        throw unchecked(e, watch.explain(e, spark.isStopped()));
      } finally {
        losses.stopping();
      }
    }
  }

  /** Converts a failure to an unchecked exception: Spark throws undeclared checked ones. */
  private RuntimeException unchecked(Throwable failure, Optional<JobFailedException> ofCluster) {
    Optional<JobFailedException> explained =
        HeapMemory.explain(failure, !SparkSessions.isInThisJvm(conf)).or(() -> ofCluster);
    if (explained.isPresent()) {
      return explained.get();
    }
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException unchecked
        ? unchecked
        : new IllegalStateException(failure.getMessage(), failure);
  }
}

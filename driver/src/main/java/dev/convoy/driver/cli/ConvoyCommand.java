package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.config.Keys;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.train.CollectLimit;
import dev.convoy.worker.engine.NativeThreads;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What all commands share: common options, settings, a console, and Spark while it is needed. */
abstract class ConvoyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();

  /** What {@link #settings} has found for Spark. */
  private final Map<String, String> sparkSettings = new TreeMap<>();

  /** Carries the command out. A fault is thrown. */
  abstract void run(Console console);

  @Override
  public final Integer call() {
    if (common.isVerbose()) {
      Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.INFO);
    }
    MemoryLimits.ofDriver(System.getenv(), new SparkConf()).limitThisJvm();
    run(common.console());
    return 0;
  }

  final boolean isVerbose() {
    return common.isVerbose();
  }

  /** The settings, with the flags of this command as the strongest layer. */
  final Settings settings(Problems problems) {
    Map<String, String> flags = KeyOptions.given(spec);
    Settings settings =
        Settings.load(Home.file("conf/convoy.conf"), common.conf(), common.sets(), flags, problems);
    sparkSettings.putAll(settings.spark());
    settings
        .get(Keys.ENGINE_NATIVE_THREADS)
        .ifPresent(count -> sparkSettings.put(TaskSlots.NATIVE_THREADS, String.valueOf(count)));
    settings
        .get(Keys.ENGINE_COLLECT_LIMIT)
        .ifPresent(limit -> sparkSettings.put(CollectLimit.SETTING, String.valueOf(limit)));
    return settings;
  }

  /** Native threads of a network of this command, on this machine and on executors. */
  final int nativeThreads() {
    SparkConf conf = new SparkConf();
    sparkSettings.forEach(conf::set);
    return TaskSlots.nativeThreads(conf);
  }

  /** Files before Spark is started, with the {@code spark.hadoop.*} settings of spark-submit. */
  final Storage storage() {
    return new Storage(SparkHadoopUtil.get().newConfiguration(new SparkConf()));
  }

  /** Runs on Spark, and stops it afterwards. */
  final <T> T withSpark(Function<SparkSession, T> work) {
    try (SparkSession session = SparkSessions.open(spec.name(), sparkSettings, common.master())) {
      return work.apply(session);
    }
  }

  /** Files as Spark sees them. */
  static Storage storageOf(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  /** Checks, where tasks run in this process, that what they compute has equal bits. */
  static void requireEqualBits(SparkSession session) {
    if (SparkSessions.isLocal(session)) {
      NativeThreads.requireWholeLoops();
    }
  }
}

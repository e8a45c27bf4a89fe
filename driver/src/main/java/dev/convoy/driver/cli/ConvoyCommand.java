package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.io.FileNames;
import dev.convoy.data.io.Storage;
import dev.convoy.driver.config.Settings;
import dev.convoy.driver.report.Console;
import dev.convoy.driver.train.run.RunDirectory;
import dev.convoy.worker.engine.NativeCode;
import dev.convoy.worker.engine.NativeThreads;
import dev.convoy.worker.model.ModelStore;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The base class of commands: common options, settings, a console, and a Spark session while it is
 * needed.
 */
abstract class ConvoyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();

  /** Read whole before the command is carried out. */
  private Request request;

  /** Carries the command out. A fault is thrown. */
  abstract void run(Console console);

  @Override
  public final Integer call() {
    if (common.isVerbose()) {
      Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.INFO);
    }
    logThroughSpark();
    FileNames.requireUtf8();
    Login.ensure(System.getenv());
    MemoryLimits.ofDriver(System.getenv(), new SparkConf()).limitThisJvm();
    request = Request.read(spec, common);
    run(common.console());
    return 0;
  }

  /** Spark does so when it starts; what is logged before, and without it, has the same form. */
  private static void logThroughSpark() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  final boolean isVerbose() {
    return common.isVerbose();
  }

  /** The settings, with the flags of this command as the strongest layer. */
  final Settings settings() {
    return request.settings();
  }

  /** The faults of the settings; a command adds its own, and refuses all together. */
  final Problems problems() {
    return request.problems();
  }

  /** Native threads of a network of this command, on this machine and on executors. */
  final int nativeThreads() {
    return request.nativeThreads();
  }

  /** Files, before Spark is started and without it, as Spark will see them. */
  final Storage storage() {
    return request.storage();
  }

  /**
   * The directory of a model that was asked for, by its own name or by that of its run.
   *
   * @return {@code given} where there is no model
   */
  final String locateModel(String given) {
    return ModelStore.locate(storage(), given);
  }

  /** Says which model is taken where a run was named, and whether the run goes on. */
  final void printModel(String given, Console console) {
    String located = locateModel(given);
    if (!located.equals(given)) {
      console.say("Model: " + Visible.of(located));
    }
    RunDirectory.noteOnModel(storage(), given).ifPresent(console::say);
  }

  /** Runs on Spark, and stops it afterwards. */
  final <T> T withSpark(Function<SparkSession, T> work) {
    NativeCode.requireExecutable();
    return request.withSpark(work);
  }

  /** Runs on Spark as it is, to find out what would fail. */
  final <T> T withUncheckedSpark(Function<SparkSession, T> work) {
    return request.withSpark(work);
  }

  /** Files as Spark sees them. */
  static Storage storageOf(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  /** Checks, where tasks run in this process, that what they compute has equal bits. */
  static void requireEqualBits(SparkSession session) {
    if (session.sparkContext().isLocal()) {
      NativeThreads.requireSerialLoops();
    }
  }
}

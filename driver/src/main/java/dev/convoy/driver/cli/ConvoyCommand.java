package dev.convoy.driver.cli;

import dev.convoy.data.Problems;
import dev.convoy.data.Visible;
import dev.convoy.data.io.FileNames;
import dev.convoy.data.io.Storage;
import dev.convoy.data.spark.JavaModules;
import dev.convoy.data.spark.SparkProcess;
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
 * The base class of commands, with the common options, settings, a console, and a Spark session on
 * demand.
 */
abstract class ConvoyCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private CommonOptions common = new CommonOptions();

  /** Complete before the command runs. */
  private Request request;

  /** Runs the command. Failures are exceptions. */
  abstract void run(Console console);

  @Override
  public final Integer call() {
    if (common.isVerbose()) {
      Configurator.setAllLevels(LogManager.ROOT_LOGGER_NAME, Level.INFO);
    }
    logThroughSpark();
    SparkProcess.requireVersion();
    JavaModules.openForSpark();
    FileNames.requireUtf8();
    Login.ensure(System.getenv());
    MemoryLimits.ofDriver(System.getenv(), new SparkConf()).limitThisJvm();
    request = Request.read(spec, common);
    run(common.console());
    return 0;
  }

  /** Installs the logging bridge that Spark installs at its start, for earlier log entries too. */
  private static void logThroughSpark() {
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  final boolean isVerbose() {
    return common.isVerbose();
  }

  /** Returns the settings, in which the flags of this command take precedence. */
  final Settings settings() {
    return request.settings();
  }

  /** Returns the faults of the settings; a command adds its own and reports all together. */
  final Problems problems() {
    return request.problems();
  }

  /** Returns the number of native threads of a network, on this machine and on executors. */
  final int nativeThreads() {
    return request.nativeThreads();
  }

  /** Returns the file systems as Spark will see them, without starting it. */
  final Storage storage() {
    return request.storage();
  }

  /**
   * Returns the directory of a model that is given by its own directory or by that of its run.
   *
   * @return {@code given} if there is no model
   */
  final String locateModel(String given) {
    return ModelStore.locate(storage(), given);
  }

  /** Prints which model is used if a run was given, and whether the run is still training. */
  final void printModel(String given, Console console) {
    String located = locateModel(given);
    if (!located.equals(given)) {
      console.say("Model: " + Visible.of(located));
    }
    RunDirectory.noteOnModel(storage(), given).ifPresent(console::say);
  }

  /** Runs work on Spark and stops it afterwards. */
  final <T> T withSpark(Function<SparkSession, T> work) {
    NativeCode.requireExecutable();
    return request.withSpark(work);
  }

  /** Runs work on Spark without the check of native code, to find out what would fail. */
  final <T> T withUncheckedSpark(Function<SparkSession, T> work) {
    return request.withSpark(work);
  }

  /** Returns the file systems as Spark sees them. */
  static Storage storageOf(SparkSession session) {
    return new Storage(session.sparkContext().hadoopConfiguration());
  }

  /** Checks that tasks in this process compute reproducible bits; executors check it themselves. */
  static void requireEqualBits(SparkSession session) {
    if (session.sparkContext().isLocal()) {
      NativeThreads.requireSerialLoops();
    }
  }
}

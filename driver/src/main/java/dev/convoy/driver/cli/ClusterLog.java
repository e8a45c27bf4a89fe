package dev.convoy.driver.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;

/**
 * Reads the events of the cluster manager from the log of Spark's schedulers, since no Spark
 * listener receives the reason why an application was ended. Recognised lines are not printed,
 * unless {@code --verbose} asks for all of Spark's log. All other lines go to their usual
 * appenders.
 */
final class ClusterLog implements AutoCloseable {
  private static final Map<String, Level> LOGGERS =
      Map.of(
          "org.apache.spark.scheduler.cluster", Level.INFO,
          "org.apache.spark.deploy.client", Level.WARN,
          "org.apache.spark.scheduler.TaskSchedulerImpl", Level.WARN);

  private final LoggerContext context;
  private final Map<String, LoggerConfig> replaced = new HashMap<>();

  /** The event that a line of the log reports. */
  enum Kind {
    /** The application was ended; the detail says why. */
    ENDED("Application has been killed\\. Reason: (.*)|(YARN application has exited .*)"),
    /** The master was lost. */
    MASTER_LOST("Disconnected from Spark cluster!.*|Connection to .* failed; waiting for master.*"),
    /** A master has taken the application over. */
    MASTER_BACK("Connected to Spark cluster with app ID .*"),
    /** An executor has ended; the detail says how. */
    EXECUTOR_ENDED("Executor \\S+ removed: (.*)"),
    /** Tasks wait for a first executor. */
    WAITING("Initial job has not accepted any resources.*");

    private final Pattern pattern;

    Kind(String regex) {
      pattern = Pattern.compile(regex, Pattern.DOTALL);
    }

    /** Returns the detail of a line of this kind; empty for another line. */
    private Optional<String> detail(String line) {
      Matcher matcher = pattern.matcher(line);
      if (!matcher.matches()) {
        return Optional.empty();
      }
      for (int group = 1; group <= matcher.groupCount(); group++) {
        if (matcher.group(group) != null) {
          return Optional.of(matcher.group(group).strip());
        }
      }
      return Optional.of("");
    }
  }

  /** Receives the events, on the Spark threads that log them. */
  interface Reader {
    void read(Kind kind, String detail);
  }

  private ClusterLog(LoggerContext context) {
    this.context = context;
  }

  /** Starts reading the log. Nothing is read if Spark does not log through Log4j 2. */
  static ClusterLog readBy(Reader reader) {
    ClusterLog log =
        new ClusterLog(
            LogManager.getContext(false) instanceof LoggerContext context ? context : null);
    if (log.context != null) {
      Configuration configuration = log.context.getConfiguration();
      LOGGERS.forEach(
          (name, level) -> log.replaced.put(name, replace(configuration, name, level, reader)));
      log.context.updateLoggers();
    }
    return log;
  }

  /**
   * Replaces the configuration of a logger.
   *
   * @return the previous configuration of exactly that name; null if there was none
   */
  private static LoggerConfig replace(
      Configuration configuration, String name, Level level, Reader reader) {
    LoggerConfig before = configuration.getLoggerConfig(name);
    boolean isVerbose = before.getLevel().isLessSpecificThan(Level.INFO);
    Appender appender =
        new Appender(
            event -> {
              String line = event.getMessage().getFormattedMessage();
              for (Kind kind : Kind.values()) {
                Optional<String> detail = kind.detail(line);
                if (detail.isPresent()) {
                  reader.read(kind, detail.get());
                  return !isVerbose;
                }
              }
              return false;
            },
            before);
    appender.start();
    Level least = isVerbose ? before.getLevel() : level;
    LoggerConfig own = new LoggerConfig(name, least, false);
    own.addAppender(appender, least, null);
    boolean hasOwn = before.getName().equals(name);
    configuration.removeLogger(name);
    configuration.addLogger(name, own);
    return hasOwn ? before : null;
  }

  @Override
  public void close() {
    if (context == null) {
      return;
    }
    Configuration configuration = context.getConfiguration();
    replaced.forEach(
        (name, before) -> {
          configuration.removeLogger(name);
          if (before != null) {
            configuration.addLogger(name, before);
          }
        });
    context.updateLoggers();
  }

  private static final class Appender extends AbstractAppender {
    private final Predicate<LogEvent> takes;
    private final LoggerConfig before;

    Appender(Predicate<LogEvent> takes, LoggerConfig before) {
      super("convoyClusterLog", null, null, true, Property.EMPTY_ARRAY);
      this.takes = takes;
      this.before = before;
    }

    @Override
    public void append(LogEvent event) {
      if (!takes.test(event) && event.getLevel().isMoreSpecificThan(before.getLevel())) {
        before.log(event);
      }
    }
  }
}

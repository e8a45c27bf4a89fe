package dev.convoy.driver.train.rounds;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.convoy.data.InvalidRequestException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** How rounds are carried out. It changes no bit of the result. */
public enum RoundsWay {
  /** As tasks, where that is possible. */
  AUTO,
  /** In tasks that keep running from round to round. */
  TASKS,
  /** As a Spark job for each round. */
  JOBS;

  /** Session setting that passes the key {@code engine.rounds} on to jobs. */
  public static final String SETTING = "spark.convoy.rounds";

  /**
   * Session setting that makes each task of a local session an executor of its own, with a
   * connection to the others. Tests of the exchange use it.
   */
  static final String APART = "spark.convoy.rounds.apart";

  /** The name in configuration. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The way of a session.
   *
   * @param tasks whether tasks keep running
   * @param text for the user: the way and the reason
   */
  public record Choice(boolean tasks, String text) {}

  /**
   * Chooses the way of a session for a run.
   *
   * @param overlap number of rounds in a row that overlap, which needs tasks that keep running
   * @throws InvalidRequestException if these are demanded or needed, and the session cannot have
   *     them
   */
  static Choice choose(JavaSparkContext spark, int overlap) {
    Choice chosen = choose(spark);
    if (overlap > 0 && !chosen.tasks()) {
      throw new InvalidRequestException(
          "Cannot train: train.overlap = "
              + overlap
              + " needs tasks that keep running, and the rounds run as "
              + chosen.text()
              + " (set train.overlap to 0)");
    }
    return chosen;
  }

  /**
   * Chooses the way of a session.
   *
   * @throws InvalidRequestException if it demands tasks that keep running and cannot have them
   */
  static Choice choose(JavaSparkContext spark) {
    SparkConf conf = spark.getConf();
    RoundsWay way = read(conf.get(SETTING, AUTO.key()));
    if (way == JOBS) {
      return new Choice(false, "a Spark job for each, as engine.rounds = jobs demands");
    }
    if (!spark.sc().isLocal() && conf.getBoolean("spark.dynamicAllocation.enabled", false)) {
      if (way == TASKS) {
        throw new InvalidRequestException(
            "Cannot train: engine.rounds = tasks needs a fixed number of executors, and"
                + " spark.dynamicAllocation.enabled is true (set it to false, or engine.rounds to"
                + " auto)");
      }
      return new Choice(
          false, "a Spark job for each, because spark.dynamicAllocation.enabled is true");
    }
    return new Choice(
        true,
        spark.sc().isLocal()
            ? "in tasks that keep running in this process"
            : "in tasks that keep running and exchange their parameters among the executors");
  }

  private static RoundsWay read(String word) {
    return Arrays.stream(values())
        .filter(way -> way.key().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "Cannot train: " + SETTING + " = " + word + " (must be auto, tasks or jobs)"));
  }

  static boolean isApart(JavaSparkContext spark) {
    return spark.getConf().getBoolean(APART, false);
  }
}

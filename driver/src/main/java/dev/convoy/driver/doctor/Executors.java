package dev.convoy.driver.doctor;

import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Waits until an application's executors have registered with its driver. */
final class Executors {
  /** A master that is not told how many it shall start gives them within a moment of each other. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");

  private Executors() {}

  /** How many the master is asked for; 1 where it decides by itself. */
  static int expected(SparkConf conf) {
    Matcher local = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    return local.matches()
        ? Integer.parseInt(local.group(1))
        : Math.max(1, conf.getInt("spark.executor.instances", 1));
  }

  /**
   * Waits until the expected ones have registered and no further one has for a second, at most as
   * long as {@code spark.scheduler.maxRegisteredResourcesWaitingTime} says.
   *
   * @return how many have registered
   */
  static int await(JavaSparkContext spark) throws InterruptedException {
    long most =
        spark
            .getConf()
            .getTimeAsSeconds("spark.scheduler.maxRegisteredResourcesWaitingTime", "30s");
    return await(
        () -> registered(spark), expected(spark.getConf()), Duration.ofSeconds(most), QUIET);
  }

  static int await(IntSupplier registered, int expected, Duration most, Duration quiet)
      throws InterruptedException {
    long start = System.nanoTime();
    long changed = start;
    int last = registered.getAsInt();
    while (System.nanoTime() - start < most.toNanos()) {
      if (last >= expected && System.nanoTime() - changed >= quiet.toNanos()) {
        break;
      }
      Thread.sleep(PAUSE.toMillis());
      int now = registered.getAsInt();
      if (now != last) {
        last = now;
        changed = System.nanoTime();
      }
    }
    return last;
  }

  /** Spark's list has the driver, too. */
  private static int registered(JavaSparkContext spark) {
    return spark.sc().statusTracker().getExecutorInfos().length - 1;
  }
}

package dev.convoy.driver;

import dev.convoy.data.spark.SparkProcess;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Waits until an application's executors have registered with its driver. */
public final class Executors {
  /**
   * Time without a new executor after which no more are expected, if their number is not
   * configured.
   */
  private static final Duration QUIET = Duration.ofSeconds(1);

  private static final Duration PAUSE = Duration.ofMillis(50);
  private static final Pattern LOCAL_CLUSTER = Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,.*");

  private Executors() {}

  /** Returns the number of executors requested from the master, or 1 if the master chooses. */
  public static int expected(SparkConf conf) {
    Matcher local = LOCAL_CLUSTER.matcher(conf.get("spark.master", ""));
    return local.matches()
        ? Integer.parseInt(local.group(1))
        : Math.max(1, conf.getInt("spark.executor.instances", 1));
  }

  /**
   * Waits until the expected executors have registered and no other one has for a second, at most
   * for {@code spark.scheduler.maxRegisteredResourcesWaitingTime}.
   *
   * @return number of registered executors
   */
  public static int await(JavaSparkContext spark) throws InterruptedException {
    long most =
        spark
            .getConf()
            .getTimeAsSeconds("spark.scheduler.maxRegisteredResourcesWaitingTime", "30s");
    return await(
        () -> registered(spark), expected(spark.getConf()), Duration.ofSeconds(most), QUIET);
  }

  /**
   * Waits until the executors have so many task slots, or the time is over.
   *
   * @param wanted number of slots
   */
  public static void awaitSlots(JavaSparkContext spark, int wanted, Duration most) {
    try {
      await(() -> SparkProcess.taskSlots(spark.sc()), wanted, most, Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ExceptionUtils.rethrow(e);
    }
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

  /** Returns the number of executors; Spark's list also has the driver. */
  private static int registered(JavaSparkContext spark) {
    return spark.sc().statusTracker().getExecutorInfos().length - 1;
  }
}

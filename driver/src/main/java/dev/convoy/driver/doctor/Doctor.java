package dev.convoy.driver.doctor;

import dev.convoy.data.spark.SparkProcess;
import dev.convoy.driver.Executors;
import dev.convoy.driver.TaskSlots;
import dev.convoy.driver.Versions;
import dev.convoy.driver.doctor.Diagnosis.Finding;
import dev.convoy.driver.doctor.Diagnosis.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Examines the driver, and then every executor that a small job reaches. */
public final class Doctor {
  private static final int PROBES_PER_SLOT = 2;

  /** Limit of probing jobs. One usually reaches every executor. */
  private static final int MOST_JOBS = 3;

  private final SparkSession session;

  public Doctor(SparkSession session) {
    this.session = session;
  }

  /** Examines the driver and the executors. */
  public Diagnosis examine() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    SparkConf conf = spark.getConf();
    List<Finding> findings = new ArrayList<>();
    findings.add(version());
    findings.add(
        new Finding(
            "driver",
            "master",
            Verdict.OK,
            spark.master() + ", " + spark.defaultParallelism() + " tasks at once by default"));
    boolean local = session.sparkContext().isLocal();
    findings.addAll(Examination.here("driver", local ? slotsHere(spark) : Examination.Slots.NONE));
    if (!local) {
      findings.addAll(executors(spark, slotsOfExecutor(conf)));
    }
    return new Diagnosis(findings);
  }

  private static Finding version() {
    String running = org.apache.spark.package$.MODULE$.SPARK_VERSION();
    boolean fits = running.startsWith("3.5.");
    return new Finding(
        "driver",
        "Spark",
        fits ? Verdict.OK : Verdict.FAILURE,
        running
            + (fits
                ? " (Convoy " + Versions.convoy() + ", Deeplearning4j " + Versions.dl4j() + ")"
                : ": Convoy needs Spark 3.5 for Scala 2.12"));
  }

  private static Examination.Slots slotsHere(JavaSparkContext spark) {
    int tasks = Math.max(1, TaskSlots.inThisProcess(spark.getConf()));
    return new Examination.Slots(tasks, TaskSlots.nativeThreads(spark.getConf()));
  }

  /**
   * Returns the configured task slots of an executor; a standalone master may give it more cores.
   */
  private static Examination.Slots slotsOfExecutor(SparkConf conf) {
    int tasks = Math.max(1, conf.getInt("spark.executor.cores", 1) / TaskSlots.cores(conf));
    return new Examination.Slots(tasks, TaskSlots.nativeThreads(conf));
  }

  private static List<Finding> executors(JavaSparkContext spark, Examination.Slots slots) {
    List<Finding> findings = new ArrayList<>();
    Set<Finding> found = new LinkedHashSet<>();
    if (spark.getConf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      // Executors start when tasks wait for them.
      found.addAll(probe(spark, slots));
    }
    int registered = registered(spark);
    int expected = Executors.expected(spark.getConf());
    if (registered < expected) {
      findings.add(
          new Finding(
              "driver",
              "executors",
              registered == 0 ? Verdict.FAILURE : Verdict.WARNING,
              registered
                  + " of "
                  + expected
                  + " have registered: the master has no room for the others, or they cannot reach"
                  + " this driver (see the logs of the master and the executors)"));
    }
    for (int i = 0; i < MOST_JOBS && places(found) < registered; i++) {
      found.addAll(probe(spark, slots));
    }
    if (places(found) < registered) {
      findings.add(
          new Finding(
              "driver",
              "executors",
              Verdict.WARNING,
              registered + " have registered, and tasks ran on " + places(found) + " of them"));
    }
    found.stream()
        .sorted(
            Comparator.comparingInt((Finding one) -> one.place().length())
                .thenComparing(Finding::place))
        .forEach(findings::add);
    return findings;
  }

  private static int registered(JavaSparkContext spark) {
    try {
      return Executors.await(spark);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while executors were awaited", e);
    }
  }

  private static long places(Set<Finding> found) {
    return found.stream().map(Finding::place).distinct().count();
  }

  private static List<Finding> probe(JavaSparkContext spark, Examination.Slots slots) {
    int probes = PROBES_PER_SLOT * spark.defaultParallelism();
    List<Integer> numbers = IntStream.range(0, probes).boxed().toList();
    return spark
        .parallelize(numbers, probes)
        .flatMap(
            number -> Examination.here("executor " + SparkProcess.executorId(), slots).iterator())
        .collect();
  }
}

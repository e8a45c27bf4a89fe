package dev.convoy.driver.doctor;

import dev.convoy.driver.Versions;
import dev.convoy.driver.doctor.Diagnosis.Finding;
import dev.convoy.driver.doctor.Diagnosis.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Examines the driver, and then every executor that a small job reaches. */
public final class Doctor {
  private static final int PROBES_PER_SLOT = 2;

  private final SparkSession session;

  public Doctor(SparkSession session) {
    this.session = session;
  }

  /** Examines all. */
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
    int threads = conf.getInt("spark.task.cpus", 1);
    boolean local = session.sparkContext().isLocal();
    findings.addAll(Examination.here("driver", local ? threads : 0));
    if (!local) {
      findings.add(overhead(conf));
      findings.addAll(executors(spark, threads));
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

  private static Finding overhead(SparkConf conf) {
    long heap = conf.getSizeAsMb("spark.executor.memory", "1g");
    long given =
        conf.contains("spark.executor.memoryOverhead")
            ? conf.getSizeAsMb("spark.executor.memoryOverhead")
            : Math.max(384, heap / 10);
    long wanted = Examination.overheadMiB(heap, conf.getInt("spark.executor.cores", 1));
    return given >= wanted
        ? new Finding("driver", "spark.executor.memoryOverhead", Verdict.OK, given + " MiB")
        : new Finding(
            "driver",
            "spark.executor.memoryOverhead",
            Verdict.WARNING,
            given
                + " MiB: networks live outside the heap; give it "
                + wanted
                + "m (--conf spark.executor.memoryOverhead="
                + wanted
                + "m)");
  }

  private static List<Finding> executors(JavaSparkContext spark, int threads) {
    int probes = PROBES_PER_SLOT * spark.defaultParallelism();
    List<Integer> numbers = IntStream.range(0, probes).boxed().toList();
    Set<Finding> found =
        new LinkedHashSet<>(
            spark
                .parallelize(numbers, probes)
                .flatMap(
                    number ->
                        Examination.here("executor " + SparkEnv.get().executorId(), threads)
                            .iterator())
                .collect());
    List<Finding> sorted = new ArrayList<>(found);
    sorted.sort(java.util.Comparator.comparing(Finding::place));
    return sorted;
  }
}

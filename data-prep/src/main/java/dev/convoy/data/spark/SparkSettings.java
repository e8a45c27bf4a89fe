package dev.convoy.data.spark;

import dev.convoy.data.Problems;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkConf;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.internal.config.Network$;
import org.apache.spark.internal.config.UI$;
import org.apache.spark.internal.config.package$;

/**
 * Checks settings of Spark before it starts: it would refuse them one by one, in words that do not
 * always name the key.
 */
public final class SparkSettings {
  private static final String EXECUTOR_MEMORY = "spark.executor.memory";
  private static final String EXECUTOR_CORES = "spark.executor.cores";
  private static final String TASK_CORES = "spark.task.cpus";
  private static final String OFF_HEAP = "spark.memory.offHeap.";
  private static final Pattern LOCAL_CLUSTER =
      Pattern.compile("local-cluster\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*,\\s*(\\d+)\\s*]");
  private static final Pattern NOTHING =
      Pattern.compile(
          "local\\[\\s*0+\\s*(,.*)?]|local-cluster\\[\\s*(0+\\s*,.*|\\d+\\s*,\\s*0+\\s*,.*)]");
  private static final Pattern HEAP_OPTION = Pattern.compile("(?:^|[\\s\"])(-Xmx\\S*)");

  /** Objects of Spark that hold the entries of its core: one is known when its object is loaded. */
  @SuppressWarnings("UnusedVariable")
  private static final List<Object> HOLDERS =
      List.of(package$.MODULE$, Network$.MODULE$, UI$.MODULE$);

  /** The least heap that Spark starts with. */
  public static final long LEAST_HEAP = 450L << 20;

  private SparkSettings() {}

  /**
   * Adds to the faults what Spark, or an executor, would refuse at its start.
   *
   * @param given what the user has set
   * @param conf all settings of the command
   */
  public static void check(Map<String, String> given, SparkConf conf, Problems problems) {
    boolean readable = true;
    for (Map.Entry<String, String> setting : given.entrySet()) {
      Optional<String> fault = fault(setting.getKey(), conf);
      readable &= fault.isEmpty();
      fault.ifPresent(words -> problems.add(setting.getKey() + " = " + setting.getValue(), words));
    }
    if (readable) {
      checkTogether(conf, problems);
    }
  }

  /** Returns why Spark cannot read a setting; empty if it can. */
  private static Optional<String> fault(String key, SparkConf conf) {
    ConfigEntry<?> entry = ConfigEntry.findEntry(key);
    if (entry == null) {
      return Optional.empty();
    }
    try {
      conf.get(entry);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(words(key, String.valueOf(e.getMessage())));
    }
  }

  private static String words(String key, String message) {
    if (message.startsWith("Size must be")) {
      return "is not a size (write it as 4g or 800m)";
    }
    if (message.startsWith("Time must be")) {
      return "is not a time (write it as 30s or 5min)";
    }
    return message
        .lines()
        .findFirst()
        .orElse("")
        .replaceFirst(
            "^" + Pattern.quote(key) + " should be (\\w+), but was .*", "must be of type $1")
        .replaceFirst("^'.*' in " + Pattern.quote(key) + " is invalid\\. ", "");
  }

  private static void checkTogether(SparkConf conf, Problems problems) {
    long memory = conf.getSizeAsMb(EXECUTOR_MEMORY, "1g");
    String told = EXECUTOR_MEMORY + " = " + conf.get(EXECUTOR_MEMORY, "1g");
    if (memory << 20 < LEAST_HEAP) {
      problems.add(told, "must be at least " + (LEAST_HEAP >> 20) + "m");
    }
    String master = conf.get("spark.master");
    Matcher workers = LOCAL_CLUSTER.matcher(master);
    if (NOTHING.matcher(master).matches()) {
      problems.add("--master " + master, "no task could run there (write local[1] at least)");
      return;
    }
    int cores = conf.getInt(EXECUTOR_CORES, Integer.MAX_VALUE);
    if (workers.matches()) {
      cores = Math.min(cores, Integer.parseInt(workers.group(2)));
      if (Long.parseLong(workers.group(3)) < memory) {
        problems.add(
            "--master " + master,
            "its workers have "
                + workers.group(3)
                + " MiB each, and an executor takes "
                + told
                + " (write "
                + master.substring(0, workers.start(3))
                + memory
                + "], or set "
                + EXECUTOR_MEMORY
                + " to less, at least "
                + (LEAST_HEAP >> 20)
                + "m)");
      }
    }
    int taskCores = conf.getInt(TASK_CORES, 1);
    if (cores < taskCores) {
      problems.add(
          TASK_CORES + " = " + taskCores,
          "an executor has only "
              + cores
              + (workers.matches() ? " (--master " + master + ")" : " (" + EXECUTOR_CORES + ")"));
    }
    if (conf.getBoolean(OFF_HEAP + "enabled", false)
        && conf.getSizeAsBytes(OFF_HEAP + "size", "0") == 0) {
      problems.add(OFF_HEAP + "enabled = true", "needs " + OFF_HEAP + "size, such as 1g");
    }
    for (String key : new String[] {"defaultJavaOptions", "extraJavaOptions"}) {
      Matcher heap = HEAP_OPTION.matcher(conf.get("spark.executor." + key, ""));
      if (heap.find()) {
        problems.add(
            "spark.executor." + key,
            heap.group(1) + " sets the heap of executors, which " + EXECUTOR_MEMORY + " must do");
      }
    }
  }
}

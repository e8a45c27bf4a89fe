package dev.convoy.benchmarks.averaging;

import dev.convoy.benchmarks.averaging.ComparisonPlan.Pair;
import dev.convoy.benchmarks.averaging.ComparisonPlan.Training;
import dev.convoy.benchmarks.averaging.Trial.Part;
import dev.convoy.driver.train.plan.AutoPlan;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The trials of a plan; for each part, both systems run the same trials one after the other. */
final class Trials {
  private static final String IN_PROCESS = "local[2]";
  private static final int TWO = 2;
  private static final int USUAL_BATCH = 64;
  private static final int USUAL_PERIOD = 10;
  private static final double USUAL_RATE = 0.01;
  private static final double SMALL_NETWORK = 0.1;
  private static final double LARGER_NETWORK = 1;

  /** Rounds with little compute, so that averaging takes most of their time. */
  private static final int SMALL_BATCH = 8;

  private static final int SHORT_PERIOD = 2;
  private static final int ROUNDS_AN_EPOCH = 5;
  private static final int LONG_ROUNDS_AN_EPOCH = 20;

  /** More replicas than cores, so that tasks do not always end in the same order. */
  private static final int HASH_REPLICAS = 4;

  private static final int HASH_ROUNDS = 2;

  /** lenet with a quarter of its maps and units, so that dl4j-spark finishes in minutes. */
  private static final String SMALL_LENET =
      """
      layers = [
        { conv { maps = 8, kernel = 5, padding = same, activation = relu } }
        { pool { type = max, size = 2 } }
        { conv { maps = 16, kernel = 5, padding = same, activation = relu } }
        { pool { type = max, size = 2 } }
        { dense { units = 64, activation = relu } }
        { output {} }
      ]
      """;

  private static final int PIXELS = 28 * 28;
  private static final int LABELS = 10;
  private static final double MILLION = 1e6;

  private final ComparisonPlan plan;
  private final Files files;
  private final List<Trial> trials = new ArrayList<>();

  /** Files that trials need. */
  interface Files {
    /** Returns the file of a definition. */
    String definition(String text);

    /** Returns the directory of a dataset with the given number of train images. */
    String data(int examples, boolean sorted);

    /** Creates a new directory. */
    String scratch();
  }

  private Trials(ComparisonPlan plan, Files files) {
    this.plan = plan;
    this.files = files;
  }

  /** Returns all trials of a plan. */
  static List<Trial> of(ComparisonPlan plan, Files files) {
    Trials all = new Trials(plan, files);
    plan.parts().forEach(all::add);
    return all.trials;
  }

  /**
   * Returns a network with one hidden layer whose width gives about that many million parameters.
   */
  static String dense(double millions) {
    long units = Math.max(1, Math.round((millions * MILLION - LABELS) / (PIXELS + 1 + LABELS)));
    return String.format(
        Locale.ROOT,
        "layers = [ { dense { units = %d, activation = relu } }, { output {} } ]",
        units);
  }

  private void add(Part part) {
    switch (part) {
      case USED ->
          plan.used()
              .forEach(
                  pair ->
                      add(
                          Kind.usual(part, dense(SMALL_NETWORK)),
                          new Size((int) pair.size(), pair.replicas(), 1)));
      case ROUNDS -> plan.masters().forEach(this::addRounds);
      case ACCURACY -> addAccuracy();
      case HASH -> {
        Kind kind = Kind.usual(part, dense(LARGER_NETWORK));
        int examples = HASH_REPLICAS * USUAL_BATCH * USUAL_PERIOD * HASH_ROUNDS;
        add(kind, new Size(examples, HASH_REPLICAS, 1));
        add(kind, new Size(examples, HASH_REPLICAS, 1));
      }
      case MEMORY -> {
        int epochs = Math.max(1, plan.longRounds() / LONG_ROUNDS_AN_EPOCH);
        add(
            new Kind(part, dense(LARGER_NETWORK), SMALL_BATCH, 1, USUAL_RATE),
            new Size(TWO * SMALL_BATCH * LONG_ROUNDS_AN_EPOCH, TWO, epochs));
      }
    }
  }

  private void addRounds(String master) {
    int epochs = 1 + (plan.rounds() + ROUNDS_AN_EPOCH - 1) / ROUNDS_AN_EPOCH;
    for (Pair point : plan.points()) {
      int examples = point.replicas() * SMALL_BATCH * SHORT_PERIOD * ROUNDS_AN_EPOCH;
      add(
          new Kind(Part.ROUNDS, dense(point.size()), SMALL_BATCH, SHORT_PERIOD, USUAL_RATE),
          new Size(examples, point.replicas(), epochs),
          master,
          new Variant(1, false));
    }
  }

  private void addAccuracy() {
    for (Training training : plan.trainings()) {
      Kind kind =
          new Kind(
              Part.ACCURACY,
              SMALL_LENET,
              training.batch(),
              training.averageEvery(),
              learningRate(training));
      for (int seed = 1; seed <= plan.seeds(); seed++) {
        for (boolean sorted : new boolean[] {false, true}) {
          add(
              kind,
              new Size(plan.examples(), training.replicas(), plan.epochs()),
              IN_PROCESS,
              new Variant(seed, sorted));
        }
      }
    }
  }

  /**
   * Returns a learning rate that grows with the examples of all replicas if they are averaged after
   * every step, up to the limit of Convoy's own rule.
   */
  private static double learningRate(Training training) {
    int replicas = training.averageEvery() == 1 ? training.replicas() : 1;
    return USUAL_RATE
        * AutoPlan.learningRate(Optimizer.Kind.MOMENTUM, training.batch(), replicas)
        / AutoPlan.learningRate(Optimizer.Kind.MOMENTUM, USUAL_BATCH, 1);
  }

  private void add(Kind kind, Size size) {
    add(kind, size, IN_PROCESS, new Variant(1, false));
  }

  private void add(Kind kind, Size size, String master, Variant variant) {
    boolean inProcess = master.startsWith("local[");
    for (Trial.TrainingSystem system : plan.systems()) {
      if (!takesPart(system, kind.part, inProcess)) {
        continue;
      }
      trials.add(
          new Trial(
              kind.part,
              system,
              master,
              files.definition(kind.network),
              files.data(size.examples, variant.sorted),
              size.examples,
              variant.sorted,
              size.replicas,
              kind.batch,
              kind.averageEvery,
              kind.learningRate,
              size.epochs,
              variant.seed,
              kind.part == Part.ACCURACY,
              files.scratch()));
    }
  }

  /**
   * Returns whether a system runs a part; one form of dl4j-spark suffices, except for the count of
   * used examples.
   */
  private static boolean takesPart(Trial.TrainingSystem system, Part part, boolean inProcess) {
    return switch (system) {
      case CONVOY -> true;
      case STOCK_EXPORT -> inProcess;
      case STOCK_DIRECT -> !inProcess || part == Part.USED;
    };
  }

  private record Kind(Part part, String network, int batch, int averageEvery, double learningRate) {
    static Kind usual(Part part, String network) {
      return new Kind(part, network, USUAL_BATCH, USUAL_PERIOD, USUAL_RATE);
    }
  }

  private record Size(int examples, int replicas, int epochs) {}

  private record Variant(long seed, boolean sorted) {}
}

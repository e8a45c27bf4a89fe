package dev.convoy.benchmarks.strategies;

import dev.convoy.data.InvalidRequestException;
import java.util.List;
import java.util.stream.Collectors;

/** The list of all strategies. */
final class Strategies {
  private static final String EVERY_10 = "--average-every=10";
  private static final String EVERY_100 = "--average-every=100";

  private static final List<Strategy> ALL =
      List.of(
          Strategy.of("auto"),
          Strategy.of("mean-1", "--average-every=1"),
          Strategy.of("mean-10", EVERY_10),
          Strategy.of("mean-100", EVERY_100),
          Strategy.of("post-local", EVERY_10, "--period-rule=post-local"),
          Strategy.of("quadratic", EVERY_10, "--period-rule=quadratic"),
          Strategy.of("adaptive", EVERY_10, "--period-rule=adaptive"),
          nesterov(EVERY_10, "1", "0.3"),
          nesterov(EVERY_10, "0.7", "0.6"),
          nesterov(EVERY_10, "0.7", "0.9"),
          nesterov(EVERY_100, "1", "0.3"),
          nesterov(EVERY_100, "0.7", "0.6"),
          nesterov(EVERY_100, "0.7", "0.9"),
          Strategy.of("adam-0.01", EVERY_10, "--outer-step=adam", "--outer-learning-rate=0.01"),
          Strategy.of("adam-0.001", EVERY_10, "--outer-step=adam", "--outer-learning-rate=0.001"),
          Strategy.of("updater-reset", EVERY_10, "--optimizer-state=reset"),
          Strategy.of("float16", EVERY_10, "--sent=float16"),
          Strategy.of("int8", EVERY_10, "--sent=int8"),
          Strategy.of("overlap-1", EVERY_10, "--overlap=1"),
          Strategy.of("overlap-20", EVERY_10, "--overlap=20"),
          Strategy.of("overlap-20-int8", EVERY_10, "--overlap=20", "--sent=int8"),
          Strategy.of("ema", EVERY_10, "--returned-model=ema"),
          Strategy.of("mean-of-epochs", EVERY_10, "--returned-model=mean-of-epochs"),
          Strategy.of("best", EVERY_10, "--returned-model=best"),
          Strategy.withNorm("norm-pool", EVERY_10),
          Strategy.withNorm("norm-recompute", EVERY_10, "--batch-norm=recompute"),
          Strategy.withNorm("norm-ema", EVERY_10, "--returned-model=ema"));

  private Strategies() {}

  private static Strategy nesterov(String every, String learningRate, String momentum) {
    String steps = every.substring(every.indexOf('=') + 1);
    return Strategy.of(
        "nesterov-" + learningRate + "-" + momentum + "-every-" + steps,
        every,
        "--outer-step=nesterov",
        "--outer-learning-rate=" + learningRate,
        "--outer-momentum=" + momentum);
  }

  /** Returns all strategies, in the order of the table. */
  static List<Strategy> all() {
    return ALL;
  }

  static String names() {
    return ALL.stream().map(Strategy::name).collect(Collectors.joining(", "));
  }

  /**
   * Returns the strategy of that name.
   *
   * @throws InvalidRequestException naming all strategies
   */
  static Strategy named(String name) {
    return ALL.stream()
        .filter(strategy -> strategy.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidRequestException(
                    "Cannot try " + name + ": the strategies are " + names()));
  }
}

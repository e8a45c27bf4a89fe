package dev.convoy.driver.train.plan;

import dev.convoy.data.Checks;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.network.Optimizer;

/**
 * What {@code auto} stands for in a plan: values by which more replicas lose little accuracy after
 * the same epochs, measured with LeNet and up to 16 of them.
 *
 * <p>Replicas that are averaged after every step take the step of one large minibatch, of the
 * examples of all of them. Two things are known of those. Up to some size they train as well as
 * small ones if the learning rate grows with them (the linear scaling rule: Goyal et al., Accurate,
 * large minibatch SGD, 2017; for Adam its square root: Malladi et al., On the SDEs and scaling
 * rules for adaptive gradient algorithms, 2022). Beyond it an epoch has too few steps for any rate
 * (Shallue et al., Measuring the effects of data parallelism on neural network training, 2019). For
 * LeNet on Fashion-MNIST that size is between 256 and 1,024 examples. So the minibatches of all
 * replicas together have at most {@value #EXAMPLES_OF_A_STEP} as long as each has {@value
 * #SMALLEST_BATCH}, and the rate is that of so many.
 *
 * <p>Replicas that are averaged less often fall behind the large minibatch, and the more of them
 * there are, the more: the steps between two averagings are {@value #STEPS_OF_A_ROUND} over all
 * replicas, and {@value #LONGEST_PERIOD} at most.
 */
public final class AutoPlan {
  private static final int EXAMPLES_OF_A_STEP = 256;
  private static final int LARGEST_BATCH = 64;
  private static final int SMALLEST_BATCH = 8;
  private static final int STEPS_OF_A_ROUND = 20;
  private static final int LONGEST_PERIOD = 10;
  private static final int WARMUP_STEPS = 100;
  private static final double WARMUP_EPOCHS = 0.5;

  private AutoPlan() {}

  /**
   * Examples of a minibatch on each replica, a multiple of 8.
   *
   * @param replicas at least 1
   */
  public static int batch(int replicas) {
    Checks.atLeast(1, replicas, "replicas");
    int share = EXAMPLES_OF_A_STEP / replicas / SMALLEST_BATCH * SMALLEST_BATCH;
    return Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, share));
  }

  /**
   * Local steps between two averagings. A rule that changes the period in the run is asked for by
   * those who want longer ones: there the number of replicas does not matter.
   *
   * @param replicas at least 1
   */
  public static int averageEvery(AveragingPeriod.Kind rule, int replicas) {
    Checks.atLeast(1, replicas, "replicas");
    return rule == AveragingPeriod.Kind.FIXED
        ? Math.max(1, Math.min(LONGEST_PERIOD, STEPS_OF_A_ROUND / replicas))
        : LONGEST_PERIOD;
  }

  /**
   * The learning rate: that of {@value #LARGEST_BATCH} examples for each kind of step, times the
   * examples of all replicas over so many, from 1 to 4 times; for Adam the square root of that.
   *
   * @param batch examples of a minibatch on each replica, at least 1
   * @param replicas at least 1
   */
  public static double learningRate(Optimizer.Kind kind, int batch, int replicas) {
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, replicas, "replicas");
    double examples = Math.min(EXAMPLES_OF_A_STEP, (double) batch * replicas);
    double times = Math.max(1, examples / LARGEST_BATCH);
    return switch (kind) {
      case SGD -> 0.1 * times;
      case MOMENTUM -> 0.03 * times;
      case ADAM -> 0.001 * Math.sqrt(times);
    };
  }

  /**
   * The warm-up: half an epoch. The high rates of more than 128 examples of a step need time to
   * rise: there it is {@value #WARMUP_STEPS} steps at least. It does not depend on the length of
   * the run, so that a run can be made longer.
   *
   * @param step examples of a step over all replicas, at least 1
   * @param epoch examples of an epoch, at least 0
   * @return epochs
   */
  public static double warmupEpochs(long step, long epoch) {
    Checks.atLeast(1, step, "step");
    Checks.atLeast(0, epoch, "epoch");
    if (step <= 2 * LARGEST_BATCH) {
      return WARMUP_EPOCHS;
    }
    double stepsPerEpoch = Math.max(1, (epoch + step - 1) / step);
    return Math.max(WARMUP_EPOCHS, WARMUP_STEPS / stepsPerEpoch);
  }
}

package dev.convoy.driver.train.plan;

import dev.convoy.data.Checks;
import dev.convoy.worker.averaging.AveragingPeriod;
import dev.convoy.worker.network.Optimizer;

/**
 * The values that {@code auto} stands for in a plan. They are chosen so that accuracy after a given
 * number of epochs drops little as replicas are added; they were tuned on LeNet with up to 16
 * replicas.
 *
 * <p>Replicas that are averaged after every step together take the step of one large minibatch. Up
 * to some size, large minibatches train as well as small ones if the learning rate grows with them
 * (the linear scaling rule: Goyal et al., Accurate, large minibatch SGD, 2017; for Adam its square
 * root: Malladi et al., On the SDEs and scaling rules for adaptive gradient algorithms, 2022).
 * Beyond that size an epoch has too few steps for any rate (Shallue et al., Measuring the effects
 * of data parallelism on neural network training, 2019). For LeNet on Fashion-MNIST that size is
 * between 256 and 1,024 examples. So the minibatches of all replicas together have at most {@value
 * #EXAMPLES_OF_A_STEP} examples, though each has at least {@value #SMALLEST_BATCH}, and the
 * learning rate is scaled to that number.
 *
 * <p>Replicas that are averaged less often converge more slowly than one large minibatch, and more
 * so with more replicas. So the steps between two averagings are {@value #STEPS_OF_A_ROUND} divided
 * by the number of replicas, and at most {@value #LONGEST_PERIOD}.
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
   * Returns the number of examples of a minibatch on each replica, a multiple of 8.
   *
   * @param replicas at least 1
   */
  public static int batch(int replicas) {
    Checks.atLeast(1, replicas, "replicas");
    int share = EXAMPLES_OF_A_STEP / replicas / SMALLEST_BATCH * SMALLEST_BATCH;
    return Math.max(SMALLEST_BATCH, Math.min(LARGEST_BATCH, share));
  }

  /**
   * Returns the number of local steps between two averagings. Rules that change the period during
   * the run start from {@value #LONGEST_PERIOD}, for any number of replicas.
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
   * Returns the learning rate: the optimizer's rate for {@value #LARGEST_BATCH} examples, scale
   * {@code s}, for Adam scale {@code √s}. Here {@code s}, between 1 and 4, is the number of
   * examples of a step over all replicas divided by {@value #LARGEST_BATCH}.
   *
   * @param batch examples of a minibatch on each replica, at least 1
   * @param replicas at least 1
   */
  public static double learningRate(Optimizer.Kind kind, int batch, int replicas) {
    Checks.atLeast(1, batch, "batch");
    Checks.atLeast(1, replicas, "replicas");
    double examples = Math.min(EXAMPLES_OF_A_STEP, (double) batch * replicas);
    double scale = Math.max(1, examples / LARGEST_BATCH);
    return switch (kind) {
      case SGD -> 0.1 * scale;
      case MOMENTUM -> 0.03 * scale;
      case ADAM -> 0.001 * Math.sqrt(scale);
    };
  }

  /**
   * Returns the length of the warm-up: half an epoch, and at least {@value #WARMUP_STEPS} steps if
   * a step has more than 128 examples, since its learning rate is high. It does not depend on the
   * number of epochs, so that a run can be extended.
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

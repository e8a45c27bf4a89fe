package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.BatchNormKernel;
import dev.convoy.worker.engine.onednn.Difference;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Kernel;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Memory;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * A batch normalisation of inputs of one shape. Kernels are built when they are first needed.
 *
 * <p>A map with one value per image, as in flat input, may vary so little between images that the
 * rounding of its mean is a large part of the variation. For such maps the first image is
 * subtracted from all before the statistics are computed, which leaves the exact output unchanged.
 */
final class BatchNormPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape shape;
  private final float epsilon;
  private final boolean batchStatistics;
  private final boolean rectified;

  private final Memory input;
  private final Memory output;
  private final Memory scale;
  private final Memory shift;
  private final Memory mean;
  private final Memory variance;
  private final Lazy<Kernel> scoring = new Lazy<>(this::buildScoring);
  private final Lazy<Training> training = new Lazy<>(Training::new);

  /**
   * Native addresses of the parameters of one layer.
   *
   * @param scale γ
   * @param shift β
   * @param mean running mean
   * @param variance running variance
   */
  record Stored(long scale, long shift, long mean, long variance) {}

  /**
   * Prepares the pass.
   *
   * @param batchStatistics whether training uses the statistics of the batch instead of the running
   *     ones
   * @param rectified whether a ReLU is fused
   */
  BatchNormPass(
      Engine engine,
      Resources owner,
      FeatureMapsShape shape,
      float epsilon,
      boolean batchStatistics,
      boolean rectified) {
    this.engine = engine;
    this.owner = owner;
    this.shape = shape;
    this.epsilon = epsilon;
    this.batchStatistics = batchStatistics;
    this.rectified = rectified;
    Layout values = Layout.rowMajor(shape.channels());
    input = engine.view(owner, shape.layout());
    output = engine.view(owner, shape.layout());
    scale = engine.view(owner, values);
    shift = engine.view(owner, values);
    mean = engine.view(owner, values);
    variance = engine.view(owner, values);
  }

  private void set(long x, Stored stored) {
    input.setAddress(x);
    scale.setAddress(stored.scale);
    shift.setAddress(stored.shift);
    mean.setAddress(stored.mean);
    variance.setAddress(stored.variance);
  }

  /** Computes the output with the running statistics. Arguments are native addresses. */
  void score(long x, Stored stored, long y) {
    set(x, stored);
    output.setAddress(y);
    scoring.get().run();
  }

  private Kernel buildScoring() {
    return new BatchNormKernel(input.layout(), epsilon, false, rectified)
        .scoring(engine, owner)
        .with(Argument.SRC, input)
        .with(Argument.SCALE, scale)
        .with(Argument.SHIFT, shift)
        .with(Argument.MEAN, mean)
        .with(Argument.VARIANCE, variance)
        .with(Argument.DST, output);
  }

  /** Computes the output of a training pass. Arguments are native addresses. */
  void train(long x, Stored stored, long y) {
    set(x, stored);
    output.setAddress(y);
    training.get().forward();
  }

  /**
   * Computes the gradients of the last training pass. Arguments are native addresses.
   *
   * @param dy gradient with respect to the output
   * @param dx receives the gradient with respect to the input
   * @param dScale receives the gradient with respect to γ
   * @param dShift receives the gradient with respect to β
   */
  void backward(long x, Stored stored, long dy, long dx, long dScale, long dShift) {
    set(x, stored);
    training.get().backward(dy, dx, dScale, dShift);
  }

  /** Returns the means of the last training batch, whose input must still be in memory. */
  float[] batchMean() {
    float[] mean = read(training.get().batchMean);
    if (training.get().first != null) {
      float[] first = read(training.get().first);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += first[i];
      }
    }
    return mean;
  }

  /** Returns the biased variances of the last training batch. */
  float[] batchVariance() {
    return read(training.get().batchVariance);
  }

  private static float[] read(Memory values) {
    float[] copy = new float[(int) (values.layout().bytes() / Float.BYTES)];
    Native.read(values.address(), 0, copy);
    return copy;
  }

  private final class Training {
    private final BatchNormKernel norm =
        new BatchNormKernel(input.layout(), epsilon, batchStatistics, rectified);
    private final Memory batchMean = batchStatistics ? engine.memory(owner, mean.layout()) : mean;
    private final Memory batchVariance =
        batchStatistics ? engine.memory(owner, variance.layout()) : variance;
    private final Kernel forward = norm.training(engine, owner);
    private final Memory outputGradient = engine.view(owner, output.layout());
    private final Memory inputGradient = engine.view(owner, input.layout());
    private final Memory scaleGradient = engine.view(owner, scale.layout());
    private final Memory shiftGradient = engine.view(owner, shift.layout());
    private final Kernel backward = norm.backward(engine, owner, forward);
    private final Memory first;
    private final Kernel subtractFirst;

    Training() {
      boolean single = batchStatistics && shape.height() * shape.width() == 1;
      first = single ? engine.view(owner, shape.one().layout()) : null;
      Memory centred = single ? engine.memory(owner, input.layout()) : input;
      subtractFirst =
          single
              ? new Difference(input.layout(), first.layout())
                  .forward(engine, owner)
                  .with(Argument.SRC, input)
                  .with(Argument.SRC_1, first)
                  .with(Argument.DST, centred)
              : null;
      forward
          .with(Argument.SRC, centred)
          .with(Argument.SCALE, scale)
          .with(Argument.SHIFT, shift)
          .with(Argument.MEAN, batchMean)
          .with(Argument.VARIANCE, batchVariance)
          .with(Argument.DST, output);
      backward
          .with(Argument.SRC, centred)
          .with(Argument.SCALE, scale)
          .with(Argument.SHIFT, shift)
          .with(Argument.MEAN, batchMean)
          .with(Argument.VARIANCE, batchVariance)
          .with(Argument.DIFF_DST, outputGradient)
          .with(Argument.DIFF_SRC, inputGradient)
          .with(Argument.DIFF_SCALE, scaleGradient)
          .with(Argument.DIFF_SHIFT, shiftGradient);
      if (rectified) {
        Memory positive = engine.memory(owner, forward.layout(Argument.WORKSPACE));
        forward.with(Argument.WORKSPACE, positive);
        backward.with(Argument.WORKSPACE, positive);
      }
    }

    void forward() {
      if (subtractFirst != null) {
        first.setAddress(input.address());
        subtractFirst.run();
      }
      forward.run();
    }

    void backward(long dy, long dx, long dScale, long dShift) {
      outputGradient.setAddress(dy);
      inputGradient.setAddress(dx);
      scaleGradient.setAddress(dScale);
      shiftGradient.setAddress(dShift);
      backward.run();
    }
  }
}

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
 * One batch normalisation for inputs of one shape. Kernels are built when they are first needed.
 *
 * <p>A map of one value an image, as flat values are, may differ so little from image to image that
 * the rounding of its mean is a good part of the difference. There the values of the first image
 * are taken off before anything is measured, which changes no output.
 */
final class BatchNormPass {
  private final Engine engine;
  private final Resources owner;
  private final FeatureMapsShape shape;
  private final float epsilon;
  private final boolean measures;
  private final boolean rectified;

  private final Memory input;
  private final Memory output;
  private final Memory scale;
  private final Memory shift;
  private final Memory mean;
  private final Memory variance;
  private Kernel scoring;
  private Training training;

  /**
   * Where the values of one layer lie, as native addresses.
   *
   * @param scale γ
   * @param shift β
   * @param mean running
   * @param variance running
   */
  record Stored(long scale, long shift, long mean, long variance) {}

  /**
   * Prepares it.
   *
   * @param measures whether training takes the statistics of the batch, not the stored ones
   * @param rectified whether {@code max(·, 0)} follows
   */
  BatchNormPass(
      Engine engine,
      Resources owner,
      FeatureMapsShape shape,
      float epsilon,
      boolean measures,
      boolean rectified) {
    this.engine = engine;
    this.owner = owner;
    this.shape = shape;
    this.epsilon = epsilon;
    this.measures = measures;
    this.rectified = rectified;
    Layout values = Layout.rowMajor(shape.channels());
    input = engine.window(owner, shape.layout());
    output = engine.window(owner, shape.layout());
    scale = engine.window(owner, values);
    shift = engine.window(owner, values);
    mean = engine.window(owner, values);
    variance = engine.window(owner, values);
  }

  private void set(long x, Stored stored) {
    input.at(x);
    scale.at(stored.scale);
    shift.at(stored.shift);
    mean.at(stored.mean);
    variance.at(stored.variance);
  }

  /** Computes the output by the stored statistics; all are native addresses. */
  void score(long x, Stored stored, long y) {
    if (scoring == null) {
      scoring =
          new BatchNormKernel(input.layout(), epsilon, false, rectified)
              .scoring(engine, owner)
              .with(Argument.SRC, input)
              .with(Argument.SCALE, scale)
              .with(Argument.SHIFT, shift)
              .with(Argument.MEAN, mean)
              .with(Argument.VARIANCE, variance)
              .with(Argument.DST, output);
    }
    set(x, stored);
    output.at(y);
    scoring.run();
  }

  /** Computes the output as training takes it. */
  void train(long x, Stored stored, long y) {
    set(x, stored);
    output.at(y);
    training().forward();
  }

  /**
   * Computes the gradients of the pass that trained last; all are native addresses.
   *
   * @param dy gradient by the output
   * @param dx where the gradient by the input goes
   * @param dScale where the gradient by γ goes
   * @param dShift where the gradient by β goes
   */
  void backward(long x, Stored stored, long dy, long dx, long dScale, long dShift) {
    set(x, stored);
    training().backward(dy, dx, dScale, dShift);
  }

  /** The means of the batch that trained last, whose input still is where it was. */
  float[] measuredMean() {
    float[] mean = read(training().measuredMean);
    if (training.first != null) {
      float[] first = read(training.first);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += first[i];
      }
    }
    return mean;
  }

  /** The variances of that batch, divided by the number of values. */
  float[] measuredVariance() {
    return read(training().measuredVariance);
  }

  private static float[] read(Memory values) {
    float[] copy = new float[(int) (values.layout().bytes() / Float.BYTES)];
    Native.read(values.address(), 0, copy);
    return copy;
  }

  private Training training() {
    if (training == null) {
      training = new Training();
    }
    return training;
  }

  private final class Training {
    private final BatchNormKernel norm =
        new BatchNormKernel(input.layout(), epsilon, measures, rectified);
    private final Memory measuredMean = measures ? engine.memory(owner, mean.layout()) : mean;
    private final Memory measuredVariance =
        measures ? engine.memory(owner, variance.layout()) : variance;
    private final Kernel forward = norm.training(engine, owner);
    private final Memory outputGradient = engine.window(owner, output.layout());
    private final Memory inputGradient = engine.window(owner, input.layout());
    private final Memory scaleGradient = engine.window(owner, scale.layout());
    private final Memory shiftGradient = engine.window(owner, shift.layout());
    private final Kernel backward = norm.backward(engine, owner, forward);
    private final Memory first;
    private final Kernel takeFirst;

    Training() {
      boolean single = measures && shape.height() * shape.width() == 1;
      first = single ? engine.window(owner, shape.one().layout()) : null;
      Memory taken = single ? engine.memory(owner, input.layout()) : input;
      takeFirst =
          single
              ? new Difference(input.layout(), first.layout())
                  .forward(engine, owner)
                  .with(Argument.SRC, input)
                  .with(Argument.SRC_1, first)
                  .with(Argument.DST, taken)
              : null;
      forward
          .with(Argument.SRC, taken)
          .with(Argument.SCALE, scale)
          .with(Argument.SHIFT, shift)
          .with(Argument.MEAN, measuredMean)
          .with(Argument.VARIANCE, measuredVariance)
          .with(Argument.DST, output);
      backward
          .with(Argument.SRC, taken)
          .with(Argument.SCALE, scale)
          .with(Argument.SHIFT, shift)
          .with(Argument.MEAN, measuredMean)
          .with(Argument.VARIANCE, measuredVariance)
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
      if (takeFirst != null) {
        first.at(input.address());
        takeFirst.run();
      }
      forward.run();
    }

    void backward(long dy, long dx, long dScale, long dShift) {
      outputGradient.at(dy);
      inputGradient.at(dx);
      scaleGradient.at(dScale);
      shiftGradient.at(dShift);
      backward.run();
    }
  }
}

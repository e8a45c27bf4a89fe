package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;

/**
 * The mean of every map, computed as the mean over columns of the means over rows. A
 * single-precision sum of many pixels rounds each of them to the magnitude of the sum: the mean of
 * 224×224 equal pixels can be wrong by more than 0.1 %. Two short sums avoid that.
 */
final class MeanOfMeansPass implements FeatureMapsPass {
  private final Engine engine;
  private final PoolPass overRows;
  private final PoolPass overColumns;

  MeanOfMeansPass(Engine engine, Resources owner, FeatureMapsShape input) {
    this.engine = engine;
    overRows = mean(engine, owner, input);
    // One row of w columns has the memory layout of w rows of one column.
    overColumns =
        mean(engine, owner, new FeatureMapsShape(input.n(), input.channels(), input.width(), 1));
  }

  private static PoolPass mean(Engine engine, Resources owner, FeatureMapsShape input) {
    return new PoolPass(
        engine, owner, input, Sliding.covering((int) input.height(), 1), PoolRule.Kind.AVERAGE);
  }

  @Override
  public FeatureMapsShape outputShape() {
    return overColumns.outputShape();
  }

  @Override
  public void score(long x, long y) {
    long means = intermediate();
    overRows.score(x, means);
    overColumns.score(means, y);
  }

  @Override
  public void train(long x, long y) {
    long means = intermediate();
    overRows.train(x, means);
    overColumns.train(means, y);
  }

  @Override
  public void backward(long x, long y, long dy, long dx) {
    long gradients = intermediate();
    overColumns.backward(0, y, dy, gradients);
    overRows.backward(x, 0, gradients, dx);
  }

  private long intermediate() {
    return engine.temporary(overRows.outputShape().bytes());
  }
}

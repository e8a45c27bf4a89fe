package dev.convoy.worker.program;

import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.layer.PoolRule;
import dev.convoy.worker.engine.layer.Sliding;
import dev.convoy.worker.engine.onednn.Addition;
import dev.convoy.worker.engine.onednn.Argument;
import dev.convoy.worker.engine.onednn.BatchNormKernel;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.Layout;
import dev.convoy.worker.engine.onednn.Pooling;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.List;
import java.util.Optional;

/** Steps other than convolutions and inner products. */
final class Steps {
  private Steps() {}

  /** Applies a function to every value. */
  record Apply(Value input, Value output, Function function) implements Step {
    @Override
    public boolean fuse(OperatorFusion fusion) {
      return fusion.tryFuse(this);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }

    @Override
    public void build(ProgramPart part) {
      part.run(
          function
              .forward(part.engine(), part.owner(), part.layout(output))
              .with(Argument.SRC, part.input(input, output.encoding()))
              .with(Argument.DST, part.memory(output)));
    }
  }

  /** Adds two values and applies a function to the sum. */
  record Add(Value first, Value second, Value output, Function function) implements Step {
    @Override
    public boolean fuse(OperatorFusion fusion) {
      return fusion.tryFuse(this, first, second) || fusion.tryFuse(this, second, first);
    }

    @Override
    public List<Value> inputs() {
      return List.of(first, second);
    }

    @Override
    public void build(ProgramPart part) {
      part.run(
          new Addition(part.layout(output))
              .forward(part.engine(), part.owner(), function)
              .with(Argument.SRC, part.input(first, output.encoding()))
              .with(Argument.SRC_1, part.input(second, output.encoding()))
              .with(Argument.DST, part.memory(output)));
    }
  }

  /**
   * Concatenates feature maps along the channels. A copy of each input is faster than oneDNN's
   * concatenation.
   */
  record Concatenate(List<Value> inputs, Value output) implements Step {
    @Override
    public boolean computesIn(Arithmetic arithmetic) {
      return true;
    }

    @Override
    public boolean keepsScale() {
      return true;
    }

    @Override
    public void build(ProgramPart part) {
      LayerShape whole = output.shape();
      long maps = whole.maps();
      long first = 0;
      for (Value input : inputs) {
        Layout slice =
            Layout.strided(
                    part.layout(input).shape(),
                    new long[] {whole.plane() * maps, 1, whole.width() * maps, maps})
                .as(output.encoding().type());
        part.copy(input, output.encoding(), part.memory(output, slice, first));
        first += input.shape().maps();
      }
    }
  }

  /** Flattens feature maps, one map after another. */
  record Flat(Value input, Value output) implements Step {
    @Override
    public boolean computesIn(Arithmetic arithmetic) {
      return true;
    }

    @Override
    public boolean keepsScale() {
      return true;
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }

    @Override
    public void build(ProgramPart part) {
      Layout oneAfterAnother =
          Layout.rowMajor(part.layout(input).shape()).as(output.encoding().type());
      part.copy(input, output.encoding(), part.memory(output, oneAfterAnother));
    }
  }

  /**
   * Batch normalisation with the stored statistics of a layer.
   *
   * @param rectified whether {@code max(·, 0)} is applied to the result
   */
  record Normalise(String layer, double epsilon, Value input, Value output, boolean rectified)
      implements Step {
    @Override
    public Optional<Step> applying(Function function, Value fused) {
      return function == Function.RELU && !rectified
          ? Optional.of(new Normalise(layer, epsilon, input, fused, true))
          : Optional.empty();
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }

    @Override
    public void build(ProgramPart part) {
      Layout values = Layout.rowMajor(input.shape().maps());
      part.run(
          new BatchNormKernel(part.layout(output), (float) epsilon, false, rectified)
              .scoring(part.engine(), part.owner())
              .with(Argument.SRC, part.input(input, output.encoding()))
              .with(Argument.SCALE, part.stored(layer, BatchNorm.GAMMA, values))
              .with(Argument.SHIFT, part.stored(layer, BatchNorm.BETA, values))
              .with(Argument.MEAN, part.stored(layer, BatchNorm.MEAN, values))
              .with(Argument.VARIANCE, part.stored(layer, BatchNorm.VARIANCE, values))
              .with(Argument.DST, part.memory(output)));
    }
  }

  /**
   * Max or average pooling.
   *
   * @param source shape as which the memory of the input is read
   */
  record Pooled(PoolRule.Kind kind, Value input, LayerShape source, Value output, Sliding sliding)
      implements Step {
    /** Returns a pool over whole maps. */
    static Pooled maps(PoolRule.Kind kind, Value input, LayerShape source, Value output) {
      Sliding whole = Sliding.covering(source.height(), source.width());
      return new Pooled(kind, input, source, output, whole);
    }

    /** Returns the mean of every column, as a row. */
    static Pooled columnMeans(Value input, Value row) {
      Sliding column = Sliding.covering(input.shape().height(), 1);
      return new Pooled(PoolRule.Kind.AVERAGE, input, input.shape(), row, column);
    }

    @Override
    public List<Value> inputs() {
      return List.of(input);
    }

    /** A mean of a whole map has more digits than 8 bits hold. */
    @Override
    public boolean computesIn(Arithmetic arithmetic) {
      boolean rounds = kind == PoolRule.Kind.AVERAGE && output.shape().plane() == 1;
      return arithmetic.precision() != Precision.INT8 || !rounds;
    }

    @Override
    public boolean keepsScale() {
      return true;
    }

    @Override
    public void build(ProgramPart part) {
      Pooling pooling = sliding.pooling(part.maps(source, output.encoding().type()), kind);
      part.run(
          pooling
              .scoring(part.engine(), part.owner())
              .with(Argument.SRC, part.input(input, output.encoding(), pooling.source()))
              .with(Argument.DST, part.memory(output, pooling.destination())));
    }
  }
}

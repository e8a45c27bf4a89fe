package dev.convoy.worker.graph;

import dev.convoy.worker.engine.layer.NativeLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * DL4J's graph, which finds the l2 term of its loss by dot products. ND4J's norm takes 2 ns a value
 * on one thread, which is 1.7 ms of the 36 that a step of {@code lenet} takes, and a dot product a
 * tenth of that.
 */
public final class DotProductGraph extends ComputationGraph {
  private static final long serialVersionUID = 1L;

  /** Found when they are first needed, since initialisation places the parameters. */
  private transient List<Term> terms;

  public DotProductGraph(ComputationGraphConfiguration configuration) {
    super(configuration);
  }

  /** A summand of the loss. */
  private interface Term {
    double value(boolean backpropParamsOnly);
  }

  /**
   * {@code ½·λ·|w|²}.
   *
   * @param w all values of a tensor, one after another
   */
  private record Square(Layer layer, L2Regularization l2, INDArray w) implements Term {
    @Override
    public double value(boolean backpropParamsOnly) {
      double lambda = l2.getL2().valueAt(layer.getIterationCount(), layer.getEpochCount());
      return 0.5 * lambda * Nd4j.getBlasWrapper().dot(w, w);
    }
  }

  @Override
  public double calcRegularizationScore(boolean backpropParamsOnly) {
    if (terms == null) {
      terms = new ArrayList<>();
      for (Layer layer : getLayers()) {
        List<Term> squares = squares(layer);
        terms.addAll(squares.isEmpty() ? List.of(layer::calcRegularizationScore) : squares);
      }
    }
    return terms.stream().mapToDouble(term -> term.value(backpropParamsOnly)).sum();
  }

  /** The terms of a layer of ours; none where something beside l2 is asked for. */
  private static List<Term> squares(Layer layer) {
    List<Term> squares = new ArrayList<>();
    if (!(layer instanceof NativeLayer)) {
      return squares;
    }
    for (Map.Entry<String, INDArray> tensor : layer.paramTable().entrySet()) {
      List<Regularization> all = layer.getConfig().getRegularizationByParam(tensor.getKey());
      for (Regularization one : all == null ? List.<Regularization>of() : all) {
        if (!(one instanceof L2Regularization l2)) {
          return List.of();
        }
        squares.add(new Square(layer, l2, inARow(tensor.getValue())));
      }
    }
    return squares;
  }

  /** The same values as a vector: DL4J's tensors are views of a flat array without gaps. */
  private static INDArray inARow(INDArray tensor) {
    return Nd4j.create(
        tensor.data(), new long[] {tensor.length()}, new long[] {1}, tensor.offset());
  }
}

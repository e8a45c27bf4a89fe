package dev.convoy.worker.graph.patched;

import dev.convoy.worker.engine.layer.LayerSetup;
import java.util.Collection;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.INDArrayIndex;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * Local response normalisation. With {@code W(a)[m] = Σ a[j]} over the existing maps {@code j} from
 * {@code m − ⌊size/2⌋} to {@code m + ⌊size/2⌋}, and {@code u = k + α·W(x²)}:
 *
 * <ul>
 *   <li>{@code y = x·u^−β}
 *   <li>{@code ∂L/∂x = e·u^−β − 2αβ·x·W(e·x·u^(−β−1))} for {@code e = ∂L/∂y}
 * </ul>
 *
 * <p>DL4J's gradient divides by {@code u} outside the sum, {@code W(e·y)[m] / u[m]}, although
 * {@code u} differs between neighbours. DL4J's layer also fails if {@code ⌊size/2⌋} is not smaller
 * than the number of maps.
 */
final class PatchedLocalResponse extends LocalResponseNormalization {
  private static final long serialVersionUID = 1L;

  PatchedLocalResponse(int size, double alpha, double beta, double k) {
    setN(size);
    setAlpha(alpha);
    setBeta(beta);
    setK(k);
  }

  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return LayerSetup.set(new Running(conf, type), conf, listeners, index, parameters, initialize);
  }

  private static final class Running
      extends org.deeplearning4j.nn.layers.normalization.LocalResponseNormalization {
    private static final long serialVersionUID = 1L;

    Running(NeuralNetConfiguration conf, DataType type) {
      super(conf, type);
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
      assertInputSet(false);
      INDArray scale = Transforms.pow(unit(), -layerConf().getBeta(), false);
      return workspaces.leverageTo(ArrayType.ACTIVATIONS, scale.muli(input));
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(
        INDArray epsilon, LayerWorkspaceMgr workspaces) {
      assertInputSet(true);
      double alpha = layerConf().getAlpha();
      double beta = layerConf().getBeta();
      INDArray unit = unit();
      INDArray direct = Transforms.pow(unit, -beta, true).muli(epsilon);
      INDArray throughNeighbours = window(input.mul(direct).divi(unit));
      direct.subi(throughNeighbours.muli(input).muli(2 * alpha * beta));
      return new Pair<>(
          new DefaultGradient(), workspaces.leverageTo(ArrayType.ACTIVATION_GRAD, direct));
    }

    /** {@code k + α·W(x²)}. */
    private INDArray unit() {
      return window(input.mul(input)).muli(layerConf().getAlpha()).addi(layerConf().getK());
    }

    /**
     * Returns {@code W(a)} in a new array, for {@code a} of shape {@code (n, maps, height, width)}.
     */
    private INDArray window(INDArray a) {
      long maps = a.size(1);
      long half = Math.min((long) layerConf().getN() / 2, maps - 1);
      INDArray sum = a.dup('c');
      for (long distance = 1; distance <= half; distance++) {
        maps(sum, distance, maps).addi(maps(a, 0, maps - distance));
        maps(sum, 0, maps - distance).addi(maps(a, distance, maps));
      }
      return sum;
    }

    private static INDArray maps(INDArray a, long from, long to) {
      INDArrayIndex all = NDArrayIndex.all();
      return a.get(all, NDArrayIndex.interval(from, to), all, all);
    }
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The join of a residual block by oneDNN: {@code y = f(a + b)}, with {@code f} fused where
 * possible.
 */
public final class NativeSum extends ElementWiseVertex implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  private final Function function;

  /** Creates a sum of two inputs of equal shape. */
  public NativeSum(Function function) {
    super(ElementWiseVertex.Op.Add);
    this.function = function;
  }

  @Override
  public NativeSum clone() {
    return new NativeSum(function);
  }

  @Override
  public GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return new Running(graph, name, index, type, function);
  }

  @SuppressWarnings("overrides") // of DL4J's own
  private static final class Running
      extends org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private final Function function;
    private transient KernelCache<FeatureMapsShape, SumPass> passes;
    private transient Features features;
    private transient boolean shares;
    private transient INDArray output;

    Running(ComputationGraph graph, String name, int index, DataType type, Function function) {
      super(
          graph,
          name,
          index,
          org.deeplearning4j.nn.graph.vertex.impl.ElementWiseVertex.Op.Add,
          type);
      this.function = function;
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      passes = new KernelCache<>(engine);
      features = new Features(engine, values);
      shares = mayShareGradient();
    }

    /**
     * Returns whether both inputs may share one array as their gradient.
     *
     * <p>The input that runs later in the forward pass runs earlier in the backward pass. If it is
     * a {@link NativeLayer}, it does not write to the array, and afterwards only the other input
     * reads it. Nothing adds to the array before that: the layers that run between the two are
     * those of a projection, which use neither.
     */
    private boolean mayShareGradient() {
      int[] order = graph.topologicalSortOrder();
      int last = order.length - 1;
      while (!isInput(order[last])) {
        last--;
      }
      GraphVertex later = graph.getVertices()[order[last]];
      return later instanceof NativeLayer
          || (later.hasLayer() && later.getLayer() instanceof NativeLayer);
    }

    private boolean isInput(int vertex) {
      return Arrays.stream(getInputVertices()).anyMatch(input -> input.getVertexIndex() == vertex);
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray first = features.of(workspaces, ArrayType.FF_WORKING_MEM, inputs[0]);
      INDArray second = features.of(workspaces, ArrayType.FF_WORKING_MEM, inputs[1]);
      if (!first.equalShapes(second)) {
        throw new IllegalArgumentException(
            "Cannot add arrays of shapes "
                + Arrays.toString(first.shape())
                + " and "
                + Arrays.toString(second.shape()));
      }
      output = features.like(workspaces, ArrayType.ACTIVATIONS, first);
      pass().forward(Native.address(first), Native.address(second), Native.address(output));
      Reference.reachabilityFence(first);
      Reference.reachabilityFence(second);
      return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
      INDArray outputGradient = features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
      INDArray first = gradient(outputGradient, workspaces);
      INDArray second = shares ? first : gradient(outputGradient, workspaces);
      Reference.reachabilityFence(outputGradient);
      return new Pair<>(null, new INDArray[] {first, second});
    }

    private INDArray gradient(INDArray outputGradient, LayerWorkspaceMgr workspaces) {
      INDArray gradient = features.like(workspaces, ArrayType.ACTIVATION_GRAD, outputGradient);
      pass()
          .backward(
              Native.address(output), Native.address(outputGradient), Native.address(gradient));
      return gradient;
    }

    private SumPass pass() {
      FeatureMapsShape shape = Features.shape(output);
      return passes.get(shape, (engine, owner) -> new SumPass(engine, owner, shape, function));
    }

    @Override
    public void clear() {
      super.clear();
      output = null;
    }
  }
}

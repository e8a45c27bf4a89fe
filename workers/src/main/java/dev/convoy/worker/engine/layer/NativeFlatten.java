package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.nn.conf.memory.MemoryReport;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Flattens feature maps {@code (n, c, h, w)} to a row-major matrix {@code (n, c·h·w)}: the pixels
 * of the first channel, then those of the second, and so on.
 */
public final class NativeFlatten extends GraphVertex implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  @Override
  public GraphVertex clone() {
    return new NativeFlatten();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NativeFlatten;
  }

  @Override
  public int hashCode() {
    return NativeFlatten.class.hashCode();
  }

  @Override
  public long numParams(boolean backprop) {
    return 0;
  }

  @Override
  public int minVertexInputs() {
    return 1;
  }

  @Override
  public int maxVertexInputs() {
    return 1;
  }

  @Override
  public org.deeplearning4j.nn.graph.vertex.GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return new Running(graph, name, index, type);
  }

  @Override
  public InputType getOutputType(int index, InputType... inputs) {
    return InputType.feedForward(inputs[0].arrayElementsPerExample());
  }

  @Override
  public MemoryReport getMemoryReport(InputType... inputs) {
    return new LayerMemoryReport.Builder(
            null, NativeFlatten.class, inputs[0], getOutputType(-1, inputs))
        .build();
  }

  @SuppressWarnings("overrides") // of DL4J's own
  private static final class Running extends BaseGraphVertex implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private transient FlatInput flat;

    Running(ComputationGraph graph, String name, int index, DataType type) {
      super(graph, name, index, null, null, type);
    }

    @Override
    public void attach(Engine engine, ValueType values) {
      flat = new FlatInput(engine, values);
    }

    @Override
    public boolean hasLayer() {
      return false;
    }

    @Override
    public Layer getLayer() {
      return null;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      return flat.copy(workspaces, inputs[0]);
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaces) {
      INDArray rows = flat.gradientOf(workspaces, epsilon);
      return new Pair<>(null, new INDArray[] {flat.maps(workspaces, inputs[0], rows)});
    }

    @Override
    public void setBackpropGradientsViewArray(INDArray gradients) {
      if (gradients != null) {
        throw new IllegalArgumentException("Flattening has nothing stored");
      }
    }

    @Override
    public Pair<INDArray, MaskState> feedForwardMaskArrays(
        INDArray[] masks, MaskState state, int n) {
      throw new UnsupportedOperationException("Images have no masks");
    }

    @Override
    public String toString() {
      return "NativeFlatten(" + getVertexName() + ")";
    }
  }
}

package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.ValueType;
import java.lang.ref.Reference;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The join of an inception module by oneDNN: concatenation along the channel axis. */
public final class NativeConcatenation extends MergeVertex implements NativeConfiguration {
  private static final long serialVersionUID = 1L;

  /** Creates a concatenation of any number of inputs. */
  public NativeConcatenation() {}

  @Override
  public NativeConcatenation clone() {
    return new NativeConcatenation();
  }

  @Override
  public GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int index,
      INDArray parameters,
      boolean initialize,
      DataType type) {
    return new Running(graph, name, index, type);
  }

  @SuppressWarnings("overrides") // of DL4J's own
  private static final class Running extends org.deeplearning4j.nn.graph.vertex.impl.MergeVertex
      implements NativeLayer {
    private static final long serialVersionUID = 1L;

    private transient KernelCache<List<FeatureMapsShape>, ConcatenationPass> passes;
    private transient Features features;
    private transient ValueType values;

    Running(ComputationGraph graph, String name, int index, DataType type) {
      super(graph, name, index, type, DEFAULT_MERGE_DIM);
    }

    @Override
    public void attach(Engine engine, ValueType type) {
      passes = new KernelCache<>(engine);
      features = new Features(engine, type);
      values = type;
    }

    @Override
    public INDArray doForward(boolean training, LayerWorkspaceMgr workspaces) {
      INDArray[] parts = new INDArray[inputs.length];
      Arrays.setAll(parts, i -> features.of(workspaces, ArrayType.FF_WORKING_MEM, inputs[i]));
      ConcatenationPass pass = pass();
      INDArray output =
          features.like(workspaces, ArrayType.ACTIVATIONS, parts[0], pass.outputShape());
      pass.forward(addresses(parts), Native.address(output));
      Reference.reachabilityFence(parts);
      return output;
    }

    @Override
    public Pair<Gradient, INDArray[]> doBackward(boolean truncated, LayerWorkspaceMgr workspaces) {
      INDArray outputGradient = features.of(workspaces, ArrayType.BP_WORKING_MEM, epsilon);
      INDArray[] gradients = new INDArray[inputs.length];
      Arrays.setAll(
          gradients, i -> features.like(workspaces, ArrayType.ACTIVATION_GRAD, inputs[i]));
      pass().backward(Native.address(outputGradient), addresses(gradients));
      Reference.reachabilityFence(outputGradient);
      return new Pair<>(null, gradients);
    }

    private static long[] addresses(INDArray[] arrays) {
      return Arrays.stream(arrays).mapToLong(Native::address).toArray();
    }

    private ConcatenationPass pass() {
      List<FeatureMapsShape> shapes =
          Arrays.stream(inputs).map(Features::shape).map(shape -> shape.as(values)).toList();
      return passes.get(shapes, (engine, owner) -> new ConcatenationPass(engine, owner, shapes));
    }
  }
}

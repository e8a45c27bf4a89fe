package dev.convoy.worker.engine.layer;

import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Function;
import dev.convoy.worker.engine.onednn.ValueType;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One native vertex in a network that never runs, on poisoned memory, with an engine of its own.
 */
final class LoneVertex implements AutoCloseable {
  /** What the vertex takes. */
  enum Inputs {
    /** Layers of DL4J. */
    FOREIGN,
    NATIVE
  }

  private static final String NAME = "lone";

  private final Engine engine = new Engine();
  private final Poisoned workspaces = new Poisoned();
  private final GraphVertex vertex;

  LoneVertex(org.deeplearning4j.nn.conf.graph.GraphVertex configuration, int inputs, Inputs taken) {
    String[] names = IntStream.range(0, inputs).mapToObj(i -> "in" + i).toArray(String[]::new);
    InputType[] types =
        IntStream.range(0, inputs)
            .mapToObj(i -> InputType.convolutional(4, 4, 2))
            .toArray(InputType[]::new);
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder().graphBuilder().addInputs(names).setInputTypes(types);
    String[] ends = names.clone();
    for (int i = 0; taken == Inputs.NATIVE && i < inputs; i++) {
      ends[i] = "end" + i;
      graph.addLayer(
          ends[i], new NativeActivation(new ActivationIdentity(), Function.IDENTITY), names[i]);
    }
    graph
        .addVertex(NAME, configuration, ends)
        .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), NAME)
        .addLayer("output", new OutputLayer.Builder().nOut(2).build(), "pool")
        .setOutputs("output");
    ComputationGraph built = new ComputationGraph(graph.build());
    built.init();
    vertex = built.getVertex(NAME);
    ((NativeLayer) vertex).attach(engine, ValueType.FLOAT32);
  }

  INDArray forward(INDArray... inputs) {
    for (int i = 0; i < inputs.length; i++) {
      vertex.setInput(i, inputs[i], workspaces);
    }
    return vertex.doForward(true, workspaces);
  }

  /** The gradients by the inputs of the last forward pass. */
  INDArray[] backward(INDArray epsilon) {
    vertex.setEpsilon(epsilon);
    INDArray[] gradients = vertex.doBackward(false, workspaces).getSecond();
    vertex.clear();
    return gradients;
  }

  @Override
  public void close() {
    engine.close();
  }
}

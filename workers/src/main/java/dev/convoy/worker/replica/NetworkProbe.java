package dev.convoy.worker.replica;

import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.Form;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.WeightedSum;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Looks at a network between rounds: the gradient of its loss on a few fixed examples, and which of
 * its units are dead. It computes in float32 in every precision of the training. It has a network
 * of its own, and changes nothing of the training.
 */
public final class NetworkProbe implements AutoCloseable {
  /** Memory limit for the layer outputs of one forward pass. */
  private static final long OUTPUT_BYTES = 64L << 20;

  private static final long SEED = 1;

  private final NetworkThread<OpenNetwork> thread;
  private final List<PackedExample> examples;
  private final List<TensorSpec> tensors;

  /**
   * Builds a network.
   *
   * @param examples those that it is looked at with; at least one
   */
  public NetworkProbe(NetworkSpec spec, List<PackedExample> examples) {
    this.examples = List.copyOf(examples);
    this.thread =
        new NetworkThread<>(spec.withForm(Form.EVERY_NODE).withPrecision(Precision.FLOAT32));
    this.tensors = thread.call(live -> live.trainable().trainedTensors());
  }

  /**
   * Looks at a network.
   *
   * @param parameters all parameters, flat; not copied
   */
  public NetworkSnapshot look(float[] parameters) {
    return thread.call(
        live -> {
          live.loadForTraining(parameters);
          return new NetworkSnapshot(tensors, parameters, gradient(live), units(live));
        });
  }

  private float[] gradient(OpenNetwork live) {
    TrainableNetwork network = live.trainable();
    // Dropout draws from it; the same draws make the gradients of all epochs comparable.
    Nd4j.getRandom().setSeed(SEED);
    OpenGraph.Tensors batch = live.batch().fill(examples.size(), new Examples(examples));
    float[] sum = network.gradient(batch.features(), batch.labels());
    for (int i = 0; i < sum.length; i++) {
      sum[i] /= examples.size();
    }
    return sum;
  }

  private List<NetworkSnapshot.Units> units(OpenNetwork live) {
    Network network = live.trainable().network();
    Map<Node, BitSet> alive = new LinkedHashMap<>();
    network.nodes().stream()
        .filter(NetworkProbe::isRectified)
        .forEach(node -> alive.put(node, new BitSet(node.output().maps())));
    if (alive.isEmpty()) {
      return List.of();
    }
    long image = network.nodes().stream().mapToLong(node -> node.output().bytes()).sum();
    int batch = (int) Math.max(1, Math.min(examples.size(), OUTPUT_BYTES / image));
    for (int first = 0; first < examples.size(); first += batch) {
      List<PackedExample> some = examples.subList(first, Math.min(examples.size(), first + batch));
      INDArray features = live.batch().fill(some.size(), new Examples(some)).features();
      Map<String, INDArray> outputs = live.trainable().graph().feedForward(features, false);
      alive.forEach((node, units) -> addAlive(outputs.get(node.name()), units));
    }
    List<NetworkSnapshot.Units> found = new ArrayList<>();
    alive.forEach(
        (node, units) -> {
          int all = node.output().maps();
          found.add(new NetworkSnapshot.Units(node.name(), all, all - units.cardinality()));
        });
    return found;
  }

  /** Adds the units that are above 0 for an image somewhere. */
  private static void addAlive(INDArray output, BitSet units) {
    INDArray largest =
        output.rank() == 4 ? output.max(0, 2, 3) : output.rank() == 2 ? output.max(0) : output;
    float[] values = largest.dup('c').data().asFloat();
    for (int unit = 0; unit < values.length; unit++) {
      if (values[unit] > 0) {
        units.set(unit);
      }
    }
  }

  private static boolean isRectified(Node node) {
    return (node.layer() instanceof WeightedSum sum && isRectifier(sum.activation()))
        || (node.layer() instanceof ActivationLayer layer && isRectifier(layer.function()))
        || (node.layer() instanceof Residual residual && isRectifier(residual.activation()));
  }

  /** Whether a function is 0 below 0, so that a unit may be 0 for all examples. */
  private static boolean isRectifier(Activation activation) {
    return activation == Activation.RELU || activation == Activation.RELU6;
  }

  @Override
  public void close() {
    thread.close();
  }

  private record Examples(List<PackedExample> examples) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return examples.get(index).image();
    }

    @Override
    public int label(int index) {
      return examples.get(index).label();
    }
  }
}

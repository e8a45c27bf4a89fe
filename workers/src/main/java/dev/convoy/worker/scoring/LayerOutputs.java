package dev.convoy.worker.scoring;

import dev.convoy.worker.graph.Form;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.replica.NetworkPool;
import dev.convoy.worker.replica.OpenNetwork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.FloatPointer;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Runs a forward pass and returns the output of every layer. */
public final class LayerOutputs {
  private LayerOutputs() {}

  /**
   * Passes one image through a model.
   *
   * @param pixels C·H·W bytes of the network's image shape, channel-major
   * @return one per node of the network, in node order
   */
  public static List<FeatureMaps> compute(ScoringModel model, byte[] pixels) {
    return NetworkPool.ofThisJvm()
        .with(model.spec().withForm(Form.EVERY_NODE), live -> forward(live, model, pixels));
  }

  private static List<FeatureMaps> forward(OpenNetwork live, ScoringModel model, byte[] pixels) {
    model.loadInto(live);
    INDArray image = live.batch().fill(1, index -> pixels).features();
    Map<String, INDArray> outputs = live.trainable().graph().feedForward(image, false);
    List<FeatureMaps> maps = new ArrayList<>();
    for (Node node : live.trainable().network().nodes()) {
      maps.add(new FeatureMaps(node.output(), copy(outputs.get(node.name()))));
    }
    return maps;
  }

  private static float[] copy(INDArray array) {
    INDArray own = array.dup('c');
    float[] values = new float[Math.toIntExact(own.length())];
    ((FloatPointer) own.data().pointer()).get(values);
    return values;
  }
}

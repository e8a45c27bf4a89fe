package dev.convoy.benchmarks.report;

import dev.convoy.benchmarks.workload.Measure;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.layer.LayerShape;

/**
 * The cost of a network for one image.
 *
 * @param flops multiplications and additions: twice the multiply-adds of the forward pass, and in
 *     training as many again for the gradients by the weights and by the inputs, without the
 *     gradient by the image
 * @param bytes bytes read and written if no layer found its input in a cache: in the forward pass
 *     its input and output, in the backward pass its input, the gradient by its output and the
 *     gradient by its input; without parameters
 */
record ImageCost(double flops, double bytes) {
  private static final int FORWARD = 1;
  private static final int FORWARD_AND_BACKWARD = 3;

  static ImageCost of(Network network, Measure measure) {
    boolean training = measure == Measure.TRAINING;
    double multiplyAdds = 0;
    double values = 0;
    for (Node node : network.nodes()) {
      boolean first = node.inputs().contains(Node.IMAGE);
      int passes = training ? FORWARD_AND_BACKWARD - (first ? 1 : 0) : FORWARD;
      multiplyAdds += (double) passes * node.multiplyAdds();
      double in = node.inputs().stream().mapToDouble(from -> shape(network, from).size()).sum();
      double out = node.output().size();
      values += in + out;
      if (training) {
        values += in + out + (first ? 0 : in);
      }
    }
    return new ImageCost(2 * multiplyAdds, Float.BYTES * values);
  }

  private static LayerShape shape(Network network, int from) {
    return from == Node.IMAGE ? LayerShape.of(network.input()) : network.nodes().get(from).output();
  }
}

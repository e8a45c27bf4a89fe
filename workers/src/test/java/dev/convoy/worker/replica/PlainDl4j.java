package dev.convoy.worker.replica;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * The network of {@link dev.convoy.worker.TestNetworks#lenet} as its user would write it in DL4J,
 * and training as DL4J does it: what Convoy is compared with.
 */
final class PlainDl4j {
  private PlainDl4j() {}

  static ComputationGraph lenet(IUpdater updater) {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(LocalRun.SEED)
            .updater(updater)
            .graphBuilder()
            .addInputs("image")
            .setInputTypes(InputType.convolutional(8, 8, 1))
            .addLayer("first", convolution(4), "image")
            .addLayer("half", halving(), "first")
            .addLayer("second", convolution(6), "half")
            .addLayer("quarter", halving(), "second")
            .addLayer(
                "hidden",
                new DenseLayer.Builder()
                    .nOut(20)
                    .activation(Activation.RELU)
                    .weightInit(WeightInit.RELU)
                    .build(),
                "quarter")
            .addLayer(
                "labels",
                new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .weightInit(WeightInit.XAVIER)
                    .build(),
                "hidden")
            .setOutputs("labels")
            .build();
    ComputationGraph graph = new ComputationGraph(configuration);
    graph.init();
    return graph;
  }

  private static ConvolutionLayer convolution(int maps) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(maps)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.RELU)
        .weightInit(WeightInit.RELU)
        .build();
  }

  private static SubsamplingLayer halving() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }

  /** The examples of those numbers as one batch. */
  static DataSet batch(
      Shard shard, int[] numbers, ImageShape images, int labels, Normalisation normalisation) {
    float[] features = new float[numbers.length * images.size()];
    INDArray oneHot = Nd4j.zeros(numbers.length, labels);
    for (int i = 0; i < numbers.length; i++) {
      for (int p = 0; p < images.size(); p++) {
        int channel = p / images.plane();
        int pixel = Byte.toUnsignedInt(shard.pixels(numbers[i])[shard.offset(numbers[i]) + p]);
        features[i * images.size() + p] =
            (float)
                ((pixel / 255.0 - normalisation.mean().get(channel))
                    / normalisation.std().get(channel));
      }
      oneHot.putScalar(i, shard.label(numbers[i]), 1);
    }
    long[] shape = {numbers.length, images.channels(), images.height(), images.width()};
    return new DataSet(Nd4j.create(features, shape, 'c'), oneHot);
  }

  /** One epoch over a shard in the order of the numbers; the last batch may be short. */
  static void epoch(
      ComputationGraph graph,
      Shard shard,
      int[] order,
      int batch,
      ImageShape images,
      int labels,
      Normalisation normalisation) {
    for (int first = 0; first < order.length; first += batch) {
      int[] numbers = Arrays.copyOfRange(order, first, Math.min(order.length, first + batch));
      graph.fit(batch(shard, numbers, images, labels, normalisation));
    }
  }

  static float[] parameters(ComputationGraph graph) {
    return graph.params().dup().data().asFloat();
  }
}

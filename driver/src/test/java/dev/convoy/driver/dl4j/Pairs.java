package dev.convoy.driver.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of DL4J, and examples for them. */
public final class Pairs {
  static final int WIDTH = 4;
  static final int LABELS = 3;
  static final int SIDE = 6;

  private Pairs() {}

  /** Examples one by one, sorted by label. */
  public static List<DataSet> rows(int count, long seed) {
    return examples(count, seed, 1, WIDTH);
  }

  /** Grey images one by one, sorted by label. */
  static List<DataSet> images(int count, long seed) {
    return examples(count, seed, 1, 1, SIDE, SIDE);
  }

  private static List<DataSet> examples(int count, long seed, long... shape) {
    Random random = new Random(seed);
    List<DataSet> examples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int label = i * LABELS / count;
      INDArray features = Nd4j.create(shape);
      for (long at = 0; at < features.length(); at++) {
        features.putScalar(at, random.nextGaussian() + 2 * (label - 1));
      }
      examples.add(new DataSet(features, Nd4j.zeros(1, LABELS).putScalar(0, label, 1)));
    }
    return examples;
  }

  /** A minibatch of some of them. */
  static DataSet batch(List<DataSet> examples, int[] numbers) {
    List<DataSet> chosen = new ArrayList<>();
    for (int number : numbers) {
      chosen.add(examples.get(number));
    }
    return DataSet.merge(chosen);
  }

  private static NeuralNetConfiguration.ListBuilder network(IUpdater updater) {
    return new NeuralNetConfiguration.Builder().seed(5).updater(updater).list();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(LABELS)
        .activation(Activation.SOFTMAX)
        .build();
  }

  /** A softmax of the values themselves. */
  static MultiLayerConfiguration linear(IUpdater updater) {
    return network(updater).layer(output()).setInputType(InputType.feedForward(WIDTH)).build();
  }

  /** Two layers, of which oneDNN computes the second. */
  public static MultiLayerConfiguration deep(IUpdater updater) {
    return network(updater)
        .layer(new DenseLayer.Builder().nOut(5).activation(Activation.SOFTPLUS).build())
        .layer(output())
        .setInputType(InputType.feedForward(WIDTH))
        .build();
  }

  /** None of whose layers oneDNN computes. */
  static MultiLayerConfiguration ownLayers(IUpdater updater) {
    return network(updater)
        .layer(new DenseLayer.Builder().nOut(5).activation(Activation.SOFTPLUS).build())
        .layer(
            new OutputLayer.Builder(LossFunction.MSE)
                .nOut(LABELS)
                .activation(Activation.IDENTITY)
                .build())
        .setInputType(InputType.feedForward(WIDTH))
        .build();
  }

  /** A convolution with batch normalisation. */
  static MultiLayerConfiguration normed(IUpdater updater, boolean logarithm) {
    return network(updater)
        .layer(new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.IDENTITY).build())
        .layer(new BatchNormalization.Builder().useLogStd(logarithm).decay(0.5).build())
        .layer(output())
        .setInputType(InputType.convolutional(SIDE, SIDE, 1))
        .build();
  }
}

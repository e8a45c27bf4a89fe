package dev.convoy.benchmarks;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The networks of the benchmark as a user of plain DL4J writes them. */
final class PlainNetworks {
  private static final String INPUT = "input";

  private PlainNetworks() {}

  static ComputationGraphConfiguration lenet(Workload workload) {
    return new NeuralNetConfiguration.Builder()
        .seed(workload.seed())
        .updater(new Nesterovs(workload.learningRate(), workload.momentum()))
        .graphBuilder()
        .addInputs(INPUT)
        .setInputTypes(inputType(workload.network()))
        .addLayer("conv1", convolution(32), INPUT)
        .addLayer("pool1", maxPooling(), "conv1")
        .addLayer("conv2", convolution(64), "pool1")
        .addLayer("pool2", maxPooling(), "conv2")
        .addLayer(
            "dense1",
            new DenseLayer.Builder()
                .nOut(256)
                .activation(Activation.RELU)
                .weightInit(WeightInit.RELU)
                .build(),
            "pool2")
        .addLayer(
            "output",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(workload.network().labels())
                .activation(Activation.SOFTMAX)
                .weightInit(WeightInit.XAVIER)
                .build(),
            "dense1")
        .setOutputs("output")
        .build();
  }

  private static InputType inputType(BenchmarkNetwork network) {
    return InputType.convolutional(
        network.input().height(), network.input().width(), network.input().channels());
  }

  private static Layer convolution(int maps) {
    return new ConvolutionLayer.Builder(5, 5)
        .nOut(maps)
        .convolutionMode(ConvolutionMode.Same)
        .activation(Activation.RELU)
        .weightInit(WeightInit.RELU)
        .build();
  }

  private static Layer maxPooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
        .kernelSize(2, 2)
        .stride(2, 2)
        .build();
  }
}

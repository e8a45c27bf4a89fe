package dev.convoy.worker.network.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Whatever is wrong with a configuration, it is translated or refused. */
class DamagedConfigurationTest {
  private static final int TRIES = 3000;
  private static final List<JsonNode> VALUES =
      List.of("null", "-1", "0", "2.5", "1e300", "true", "\"\"", "\"in\"", "[]", "[[]]", "{}")
          .stream()
          .map(text -> Json.readTree(text, "test"))
          .toList();

  @Test
  void damagedGraphOfDl4jIsTranslatedOrRefused() {
    ConvolutionLayer conv = new ConvolutionLayer.Builder(3, 3).padding(1, 1).nOut(3).build();
    String json =
        new NeuralNetConfiguration.Builder()
            .l2(0.1)
            .dropOut(0.5)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutionalFlat(8, 8, 3))
            .addLayer("conv", conv, "in")
            .addLayer("conv2", new FrozenLayer(conv.clone()), "conv")
            .addVertex("add", new ElementWiseVertex(ElementWiseVertex.Op.Add), "conv", "conv2")
            .addVertex("merge", new MergeVertex(), "add", "add")
            .addLayer("norm", new BatchNormalization.Builder().build(), "merge")
            .addLayer("pool", new SubsamplingLayer.Builder().build(), "norm")
            .addLayer("dense", new DenseLayer.Builder().nOut(4).build(), "pool")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "dense")
            .setOutputs("out")
            .build()
            .toJson();
    damage(json, Dl4jConfiguration::definition);
  }

  @Test
  void damagedModelOfKerasIsTranslatedOrRefused() {
    String json =
        KerasModels.functional(
            "out",
            KerasModels.inbound(KerasModels.conv("conv", 3, 3, "same", "relu"), "input_1"),
            KerasModels.inbound(KerasModels.layer("Add", "add", ""), "conv", "input_1"),
            KerasModels.inbound(
                KerasModels.layer("Concatenate", "cat", "\"axis\": 3"), "add", "add"),
            KerasModels.inbound(
                KerasModels.layer("ZeroPadding2D", "pad", "\"padding\": [[1, 1], [1, 1]]"), "cat"),
            KerasModels.inbound(KerasModels.conv("conv2", 3, 3, "valid", "relu"), "pad"),
            KerasModels.inbound(KerasModels.batchNormalization("norm"), "conv2"),
            KerasModels.inbound(KerasModels.pool("MaxPooling2D", "pool", 2, "same"), "norm"),
            KerasModels.inbound(KerasModels.layer("Flatten", "flatten", ""), "pool"),
            KerasModels.inbound(KerasModels.dense("out", 3, "softmax"), "flatten"));
    damage(json, KerasConfiguration::definition);
  }

  private static void damage(String json, BiFunction<JsonNode, String, Translation> translator) {
    int refused = 0;
    for (int seed = 0; seed < TRIES; seed++) {
      JsonNode tree = Json.readTree(json, "test");
      damage(tree, new Random(seed));
      try {
        assertThat(translator.apply(tree, "net").definition().has("layers")).isTrue();
      } catch (InvalidRequestException e) {
        refused++;
        assertThat(e.getMessage()).startsWith("Cannot translate net: ");
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + tree, e);
      }
    }
    assertThat(refused).isBetween(TRIES / 10, TRIES);
  }

  /** Removes a value somewhere, or puts another in its place. */
  private static void damage(JsonNode tree, Random random) {
    List<JsonNode> containers = new ArrayList<>();
    collect(tree, containers);
    JsonNode container = containers.get(random.nextInt(containers.size()));
    int index = random.nextInt(container.size());
    boolean remove = random.nextInt(4) == 0;
    JsonNode value = VALUES.get(random.nextInt(VALUES.size())).deepCopy();
    if (container instanceof ArrayNode array) {
      if (remove) {
        array.remove(index);
      } else {
        array.set(index, value);
      }
    } else if (container instanceof ObjectNode object) {
      List<String> keys = new ArrayList<>();
      object.fieldNames().forEachRemaining(keys::add);
      if (remove) {
        object.remove(keys.get(index));
      } else {
        object.set(keys.get(index), value);
      }
    }
  }

  private static void collect(JsonNode tree, List<JsonNode> containers) {
    if (tree.isContainerNode() && !tree.isEmpty()) {
      containers.add(tree);
    }
    tree.forEach(inner -> collect(inner, containers));
  }
}

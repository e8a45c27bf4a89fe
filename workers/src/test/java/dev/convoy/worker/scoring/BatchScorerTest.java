package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a model says of an image depends on the image alone. */
class BatchScorerTest {
  private static final ImageShape COLOUR = new ImageShape(8, 8, 3);
  private static final int LABELS = 4;
  private static final List<PackedExample> EXAMPLES = TestNetworks.examples(COLOUR, LABELS, 13, 1);
  private static final String CONV =
      "{ conv { maps = 8, kernel = 3, padding = same, activation = relu } }";
  private static final String POOL = "{ pool { type = max, size = 2 } }";
  private static final String DROPOUT = "{ dropout { rate = 0.5 } }";
  private static final Network NETWORK = TestNetworks.of(COLOUR, LABELS, CONV, POOL, DROPOUT);
  private static final float[] PARAMETERS =
      TestNetworks.values(Math.toIntExact(NETWORK.parameters()), 0.5, 2);
  private static final String JOB = "BatchScorerTest";

  @AfterAll
  static void release() {
    NetworkPool.ofThisJvm().release(JOB);
  }

  private static BatchScorer scorer() {
    return new BatchScorer(ScoringModel.of(model(PARAMETERS), JOB));
  }

  private static Model model(float[] parameters) {
    return model(GraphBuilder.build(NETWORK, Optimizer.sgd(), 1).tensors(), parameters);
  }

  private static Model model(List<TensorSpec> tensors, float[] parameters) {
    return new Model(
        NETWORK,
        List.of("a", "b", "c", "d"),
        TestNetworks.normalisation(3),
        tensors,
        parameters,
        Json.object());
  }

  /** Some of the examples, in an order. */
  record Chosen(int... numbers) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return EXAMPLES.get(numbers[index]).image();
    }
  }

  private static float[][] score(int... numbers) {
    return scorer().probabilities(numbers.length, new Chosen(numbers));
  }

  @Test
  void everyRowIsADistribution() {
    float[][] rows = score(0, 1, 2, 3, 4, 5, 6);
    assertThat(rows).hasDimensions(7, LABELS);
    for (float[] row : rows) {
      double sum = 0;
      for (float probability : row) {
        assertThat(probability).isBetween(0f, 1f);
        sum += probability;
      }
      assertThat(sum).isCloseTo(1, within(1e-6));
    }
  }

  @Test
  void theRowOfAnImageDependsNeitherOnTheBatchNorOnItsNeighbours() {
    float[][] all = score(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    for (int i = 0; i < EXAMPLES.size(); i++) {
      assertThat(score(i)[0]).containsExactly(all[i], within(1e-5f));
      float[][] pair = score((i + 5) % 13, i);
      assertThat(pair[1]).containsExactly(all[i], within(1e-5f));
    }
    assertThat(all[0]).isNotEqualTo(all[1]);
  }

  @Test
  void theRowsAreThoseOfDl4jWithoutDropout() {
    Network plain = TestNetworks.of(COLOUR, LABELS, CONV, POOL);
    TrainableNetwork network = GraphBuilder.build(plain, Optimizer.sgd(), 1);
    network.parameters(PARAMETERS);
    Normalisation normalisation = TestNetworks.normalisation(3);
    INDArray features = Nd4j.zeros(EXAMPLES.size(), 3, 8, 8);
    for (int i = 0; i < EXAMPLES.size(); i++) {
      for (int p = 0; p < COLOUR.size(); p++) {
        int channel = p / COLOUR.plane();
        double pixel = Byte.toUnsignedInt(EXAMPLES.get(i).image()[p]) / 255.0;
        double value =
            (pixel - normalisation.mean().get(channel)) / normalisation.std().get(channel);
        features.putScalar(new int[] {i, channel, p % 64 / 8, p % 8}, value);
      }
    }
    float[][] expected = network.graph().outputSingle(features).toFloatMatrix();
    float[][] rows = score(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    for (int i = 0; i < expected.length; i++) {
      assertThat(rows[i]).containsExactly(expected[i], within(1e-5f));
    }
  }

  @Test
  void otherParametersOfTheSameNetworkAreLoaded() {
    ScoringModel first = ScoringModel.of(model(PARAMETERS), JOB);
    float[] others = TestNetworks.values(PARAMETERS.length, 0.5, 3);
    ScoringModel second = new ScoringModel(first.spec(), "others", others);
    Chosen one = new Chosen(0);
    float[] before = new BatchScorer(first).probabilities(1, one)[0];
    float[] other = new BatchScorer(second).probabilities(1, one)[0];
    assertThat(other).isNotEqualTo(before);
    assertThat(new BatchScorer(first).probabilities(1, one)[0]).containsExactly(before);
  }

  @Test
  void tensorsAreFoundByNameWhereverAModelHasThem() {
    Model usual = model(PARAMETERS);
    List<TensorSpec> turned = new ArrayList<>();
    float[] parameters = new float[PARAMETERS.length];
    int next = 0;
    for (int i = usual.tensors().size() - 1; i >= 0; i--) {
      TensorSpec tensor = usual.tensors().get(i);
      int length = (int) tensor.length();
      System.arraycopy(PARAMETERS, (int) tensor.offset(), parameters, next, length);
      turned.add(
          new TensorSpec(tensor.layer(), tensor.parameter(), tensor.shape(), tensor.order(), next));
      next += length;
    }
    ScoringModel other = ScoringModel.of(model(turned, parameters), "turned");
    assertThat(new BatchScorer(other).probabilities(1, new Chosen(0))[0])
        .containsExactly(score(0)[0]);
    turned.set(0, new TensorSpec("else", "W", turned.get(0).shape(), turned.get(0).order(), 0));
    assertThatThrownBy(() -> model(turned, parameters))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid tensors: else/W is not a tensor of the network, or is listed twice");
  }

  @Test
  void aShardIsScoredExampleByExample() {
    Shard shard = TestNetworks.shard(EXAMPLES, COLOUR);
    Confusion expected = new Confusion(LABELS);
    for (int i = 0; i < EXAMPLES.size(); i++) {
      expected.add(EXAMPLES.get(i).label(), score(i)[0]);
    }
    for (int batch : new int[] {1, 4, 13, 100}) {
      Confusion confusion = Confusion.score(scorer(), shard, COLOUR, LABELS, batch);
      assertThat(confusion.examples()).isEqualTo(13);
      assertThat(confusion.loss()).isCloseTo(expected.loss(), within(1e-5));
      for (int actual = 0; actual < LABELS; actual++) {
        for (int predicted = 0; predicted < LABELS; predicted++) {
          assertThat(confusion.count(actual, predicted))
              .isEqualTo(expected.count(actual, predicted));
        }
      }
    }
  }
}

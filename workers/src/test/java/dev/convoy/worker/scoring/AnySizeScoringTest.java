package dev.convoy.worker.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.convoy.data.ImageShape;
import dev.convoy.data.io.Json;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.replica.ImageBatch;
import dev.convoy.worker.replica.NetworkPool;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a network with a global pool says of images of other sizes than it trained on. */
class AnySizeScoringTest {
  private static final String JOB = "AnySizeScoringTest";
  private static final int LABELS = 3;
  private static final Network NETWORK = TestNetworks.anySize(TestNetworks.GREY, LABELS);
  private static final float[] PARAMETERS =
      TestNetworks.values(Math.toIntExact(NETWORK.parameters()), 0.7, 2);

  @AfterAll
  static void release() {
    NetworkPool.ofThisJvm().release(JOB);
  }

  /** Images of one size. */
  record Many(List<byte[]> images) implements ImageBatch.Images {
    @Override
    public byte[] pixels(int index) {
      return images.get(index);
    }
  }

  private record Sized(ImageShape shape, byte[] pixels, int number) {}

  private static BatchScorer scorer(Network network) {
    return new BatchScorer(ScoringModel.of(model(network), JOB));
  }

  private static Model model(Network network) {
    TrainableNetwork built = GraphBuilder.build(network, Optimizer.sgd(), 1);
    return new Model(
        network,
        List.of("a", "b", "c"),
        TestNetworks.normalisation(1),
        built.tensors(),
        PARAMETERS,
        Json.object());
  }

  /** As a broadcast does, with Java's serialisation. */
  private static ScoringModel sent(ScoringModel model) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(model);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ScoringModel) in.readObject();
    }
  }

  @Test
  void modelReachesExecutors() throws Exception {
    Sized image = random(9, 14, 3);

    ScoringModel received = sent(ScoringModel.of(model(NETWORK), JOB));

    assertThat(
            new BatchScorer(received)
                .probabilities(image.shape, 1, new Many(List.of(image.pixels)))[0])
        .containsExactly(alone(image));
  }

  private static Sized random(int height, int width, int number) {
    ImageShape shape = new ImageShape(height, width, 1);
    byte[] pixels = TestNetworks.examples(shape, LABELS, 1, number).get(0).image();
    return new Sized(shape, pixels, number);
  }

  private static float[] alone(Sized image) {
    return scorer(NETWORK).probabilities(image.shape, 1, new Many(List.of(image.pixels)))[0];
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 100})
  void mixedSizesInBatchesAreWhatTheyAreOneByOne(int batch) {
    List<Sized> images = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      images.add(random(5 + i * 7 % 4, 5 + i * 5 % 3, i));
    }
    AcceptedSizes sizes = new AcceptedSizes(NETWORK, batch);
    SizeBatches<Sized> batches = new SizeBatches<>(sizes::batch, 500, 12);
    float[][] found = new float[images.size()][];
    List<SizeBatches.Batch<Sized>> all = new ArrayList<>();
    images.forEach(image -> batches.add(image.shape, image).ifPresent(all::add));
    for (Optional<SizeBatches.Batch<Sized>> rest = batches.rest();
        rest.isPresent();
        rest = batches.rest()) {
      all.add(rest.get());
    }
    for (SizeBatches.Batch<Sized> one : all) {
      List<byte[]> pixels = one.images().stream().map(Sized::pixels).toList();
      float[][] rows = scorer(NETWORK).probabilities(one.shape(), pixels.size(), new Many(pixels));
      for (int i = 0; i < rows.length; i++) {
        found[one.images().get(i).number] = rows[i];
      }
    }
    for (Sized image : images) {
      assertThat(found[image.number]).containsExactly(alone(image), within(1e-5f));
    }
  }

  @Test
  void aPlainImageIsTheSameAtEverySize() {
    // Without padding every pixel of every map is the same, and so is its mean.
    byte[] small = new byte[TestNetworks.GREY.size()];
    Arrays.fill(small, (byte) 90);
    float[] expected = alone(new Sized(TestNetworks.GREY, small, 0));
    for (ImageShape shape :
        List.of(new ImageShape(5, 5, 1), new ImageShape(6, 41, 1), new ImageShape(120, 9, 1))) {
      byte[] pixels = new byte[shape.size()];
      Arrays.fill(pixels, (byte) 90);
      assertThat(alone(new Sized(shape, pixels, 0))).containsExactly(expected, within(1e-5f));
    }
  }

  @Test
  void theRowIsThatOfANetworkBuiltForTheSize() {
    for (Sized image : List.of(random(5, 5, 1), random(13, 6, 2), random(9, 30, 3))) {
      Network own = NETWORK.at(image.shape);
      float[] expected = scorer(own).probabilities(1, new Many(List.of(image.pixels)))[0];
      assertThat(own.input()).isEqualTo(image.shape);
      assertThat(alone(image)).containsExactly(expected, within(1e-6f));
    }
  }

  @Test
  void aSizeBetweenLeavesNoTraceInTheSizeTrainedOn() {
    Sized trained = random(8, 8, 4);
    float[] before = alone(trained);
    for (int side = 5; side < 40; side++) {
      alone(random(side, 45 - side, side));
    }
    assertThat(alone(trained)).containsExactly(before);
  }
}

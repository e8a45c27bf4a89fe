package dev.convoy.worker.replica;

import static dev.convoy.worker.TestNetworks.bits;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.convoy.data.ImageShape;
import dev.convoy.data.augment.Augmentation;
import dev.convoy.data.augment.Augmentation.Mixing;
import dev.convoy.data.augment.Augmenter;
import dev.convoy.data.augment.Border;
import dev.convoy.data.augment.FlipRule;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.dataset.Shard;
import dev.convoy.data.dataset.Shard.PackedExample;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Replicas train on augmented images, and on the same ones however their epoch is divided. */
class AugmentedTrainingTest {
  private static final int LABELS = 3;
  private static final int BATCH = 8;
  private static final Augmentation AUGMENTATION = new Augmentation(2, 0.5);

  private static final Augmentation ALL =
      AUGMENTATION
          .with(Border.REFLECT)
          .withFlip(0.5, FlipRule.ALTERNATING)
          .with(new Augmentation.Affine(0.8, 1.25, 15))
          .with(new Augmentation.Colour(0.3, 0.3, 0.3))
          .with(new Augmentation.Erasing(0.5, 0.02, 0.4, 0.3, 3));

  private static final ImageShape COLOUR = new ImageShape(6, 5, 3);
  private static final Normalisation GREY_VALUES = TestNetworks.normalisation(1);

  /** Four batches, the last of 5 examples. */
  private static final Shard SHARD = TestNetworks.shard(TestNetworks.GREY, LABELS, 29, 1);

  private static final Shard COLOURED = TestNetworks.shard(COLOUR, LABELS, 29, 2);

  private static ReplicaPlan plan(Network network, long seed, Augmentation augmentation) {
    ReplicaPlan plan = LocalRun.plan(network, Optimizer.momentum(0.9), BATCH, List.of(SHARD));
    return new ReplicaPlan(
        plan.spec(),
        new Examples.Images(((Examples.Images) plan.examples()).shape(), augmentation),
        plan.shards(),
        plan.batch(),
        seed,
        plan.answer());
  }

  private static ReplicaPlan coloured(long seed, Augmentation augmentation) {
    return plan(TestNetworks.of(COLOUR, LABELS), seed, augmentation);
  }

  private static int[] identity(Shard shard) {
    return IntStream.range(0, shard.examples()).toArray();
  }

  private static byte[] image(ImageBatch.Images images, int index) {
    byte[] pixels = images.pixels(index);
    int offset = images.offset(index);
    return Arrays.copyOfRange(pixels, offset, offset + COLOUR.size());
  }

  /** All images of an epoch, by their numbers in the shard. */
  private static byte[][] epoch(ReplicaPlan plan, int epoch, int replica) {
    ImageBatch.Images images =
        EpochImages.of(plan, epoch, replica, COLOURED, identity(COLOURED)).batchFrom(0);
    byte[][] all = new byte[COLOURED.examples()][];
    for (int example = 0; example < all.length; example++) {
      all[example] = image(images, example);
    }
    return all;
  }

  @Test
  void offGivesTheStoredBytesThemselves() {
    int[] order = EpochOrder.permutation(COLOURED.examples(), 5);
    ImageBatch.Images images =
        EpochImages.of(coloured(7, Augmentation.none()), 0, 0, COLOURED, order).batchFrom(3);
    for (int i = 0; i < 26; i++) {
      assertThat(images.pixels(i)).isSameAs(COLOURED.pixels(order[3 + i]));
      assertThat(images.offset(i)).isEqualTo(COLOURED.offset(order[3 + i]));
      assertThat(images.label(i)).isEqualTo(COLOURED.label(order[3 + i]));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 29})
  void theOrderOfExamplesAndBatchesDoesNotMatter(int batch) {
    ReplicaPlan plan = coloured(7, AUGMENTATION);
    byte[][] inOrder = epoch(plan, 1, 0);
    int[] order = EpochOrder.permutation(COLOURED.examples(), 5);
    for (int first = 0; first < order.length; first += batch) {
      ImageBatch.Images images = EpochImages.of(plan, 1, 0, COLOURED, order).batchFrom(first);
      for (int i = 0; i < Math.min(batch, order.length - first); i++) {
        assertThat(image(images, i)).isEqualTo(inOrder[order[first + i]]);
        assertThat(images.label(i)).isEqualTo(COLOURED.label(order[first + i]));
      }
    }
  }

  @Test
  void everySeedEpochAndReplicaHasItsOwnImages() {
    byte[][] base = epoch(coloured(7, AUGMENTATION), 0, 0);
    assertThat(epoch(coloured(7, AUGMENTATION), 0, 0)).isDeepEqualTo(base);
    List<byte[][]> others =
        List.of(
            epoch(coloured(8, AUGMENTATION), 0, 0),
            epoch(coloured(7, AUGMENTATION), 1, 0),
            epoch(coloured(7, AUGMENTATION), 0, 1),
            epoch(coloured(7, Augmentation.none()), 0, 0));
    for (byte[][] other : others) {
      long same =
          IntStream.range(0, base.length).filter(i -> Arrays.equals(base[i], other[i])).count();
      assertThat(same).as("of 29 images with 50 changes each").isLessThan(6);
    }
  }

  @ParameterizedTest
  @EnumSource(ImageBatch.Order.class)
  void bothOrdersHoldTheSamePixels(ImageBatch.Order order) {
    ReplicaPlan plan = coloured(7, AUGMENTATION);
    byte[][] images = epoch(plan, 0, 0);
    Normalisation normalisation = TestNetworks.normalisation(3);
    try (ImageBatch batch = new ImageBatch(COLOUR, LABELS, normalisation, 0, order)) {
      EpochImages epoch = EpochImages.of(plan, 0, 0, COLOURED, identity(COLOURED));
      float[] values = batch.fill(9, epoch.batchFrom(20)).features().dup('c').data().asFloat();
      for (int i = 0; i < values.length; i++) {
        int pixel = i % COLOUR.size();
        byte stored = images[20 + i / COLOUR.size()][pixel];
        float[] table = normalisation.table(pixel / COLOUR.plane());
        assertThat(values[i]).isEqualTo(table[Byte.toUnsignedInt(stored)]);
      }
    }
  }

  /** Whatever the period, to the bit: the shard of every epoch is augmented beforehand here. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 1000})
  void oneReplicaEqualsPlainTrainingOnAugmentedImages(int period) {
    Network network = TestNetworks.lenet();
    TrainableNetwork built = GraphBuilder.build(network, Optimizer.momentum(0.9), LocalRun.SEED);
    built.learningRate(0.05);
    ComputationGraph plain = built.graph();
    LocalRun run = new LocalRun(plan(network, LocalRun.SEED, AUGMENTATION), List.of(SHARD));
    for (int epoch = 0; epoch < 2; epoch++) {
      run.epoch(epoch, period, 0.05);
      Shard augmented = augmentedBeforehand(epoch);
      int[] order = new EpochOrder().order(SHARD.examples(), LocalRun.SEED, epoch, 0);
      PlainDl4j.epoch(plain, augmented, order, BATCH, TestNetworks.GREY, LABELS, GREY_VALUES);
      assertThat(bits(run.parameters())).containsExactly(bits(PlainDl4j.parameters(plain)));
    }
  }

  private static Shard augmentedBeforehand(int epoch) {
    long seed = Seeds.derive(LocalRun.SEED, epoch, 0, 0, Seeds.Purpose.AUGMENT);
    Augmenter augmenter =
        new Augmenter(
            AUGMENTATION, TestNetworks.GREY, new Augmenter.Seed(seed, 0, epoch), new byte[1]);
    List<PackedExample> examples = new ArrayList<>();
    for (int i = 0; i < SHARD.examples(); i++) {
      byte[] image = augmenter.augment(SHARD.pixels(i), SHARD.offset(i), i).clone();
      examples.add(new PackedExample(SHARD.label(i), image));
    }
    return TestNetworks.shard(examples, TestNetworks.GREY);
  }

  @Test
  void anAugmentationThatDoesNotFitTheImagesIsRefused() {
    assertThatThrownBy(() -> coloured(7, new Augmentation(5, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid crop: 5 (must be less than the height and width of the images, which are"
                + " 6×5×3)");
    assertThatThrownBy(() -> plan(TestNetworks.lenet(), 7, ALL))
        .hasMessageContaining("Invalid saturation: 0.3 (must be 0 for images without colour");
  }

  @Test
  void withAllChangesTheOrderOfExamplesDoesNotMatter() {
    ReplicaPlan plan = coloured(7, ALL);
    byte[][] inOrder = epoch(plan, 1, 0);
    int[] order = EpochOrder.permutation(COLOURED.examples(), 5);
    ImageBatch.Images images = EpochImages.of(plan, 1, 0, COLOURED, order).batchFrom(0);
    for (int i = 0; i < order.length; i++) {
      assertThat(image(images, i)).isEqualTo(inOrder[order[i]]);
    }
    assertThat(epoch(plan, 0, 0)).isNotEqualTo(inOrder);
  }

  /** Images that alternate are mirrored in epoch 1 if they are not in epoch 0, on every replica. */
  @Test
  void alternationHoldsFromEpochToEpoch() {
    Augmentation alternating = new Augmentation(0, 0.5).withFlip(0.5, FlipRule.ALTERNATING);
    ReplicaPlan plan = coloured(7, alternating);
    for (int replica = 0; replica < 2; replica++) {
      byte[][] first = epoch(plan, 0, replica);
      byte[][] second = epoch(plan, 1, replica);
      for (int example = 0; example < first.length; example++) {
        assertThat(List.of(hash(first[example]), hash(second[example])))
            .containsExactlyInAnyOrder(hash(stored(example)), hash(mirrored(stored(example))));
      }
      assertThat(epoch(plan, 6, replica)).isDeepEqualTo(first);
    }
    assertThat(epoch(plan, 0, 1)).isNotEqualTo(epoch(plan, 0, 0));
  }

  private static int hash(byte[] image) {
    return Arrays.hashCode(image);
  }

  private static byte[] stored(int example) {
    int offset = COLOURED.offset(example);
    return Arrays.copyOfRange(COLOURED.pixels(example), offset, offset + COLOUR.size());
  }

  private static byte[] mirrored(byte[] image) {
    byte[] mirrored = new byte[image.length];
    for (int i = 0; i < image.length; i++) {
      mirrored[i] = image[i / 5 * 5 + 4 - i % 5];
    }
    return mirrored;
  }

  /** However the epoch is divided into rounds, a minibatch is mixed in the same way. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void theDivisionIntoRoundsDoesNotChangeABit(int period) {
    Augmentation all = ALL.with(new Augmentation.Colour(0.3, 0.3, 0)).with(new Mixing(0.4, 1));
    LocalRun whole = new LocalRun(plan(TestNetworks.lenet(), LocalRun.SEED, all), List.of(SHARD));
    LocalRun divided = new LocalRun(plan(TestNetworks.lenet(), LocalRun.SEED, all), List.of(SHARD));
    LocalRun unmixed =
        new LocalRun(
            plan(TestNetworks.lenet(), LocalRun.SEED, all.with(Mixing.NONE)), List.of(SHARD));
    for (int epoch = 0; epoch < 2; epoch++) {
      whole.epoch(epoch, 1000, 0.05);
      divided.epoch(epoch, period, 0.05);
      unmixed.epoch(epoch, 1000, 0.05);
    }
    assertThat(bits(divided.parameters())).containsExactly(bits(whole.parameters()));
    assertThat(bits(unmixed.parameters())).isNotEqualTo(bits(whole.parameters()));
  }
}

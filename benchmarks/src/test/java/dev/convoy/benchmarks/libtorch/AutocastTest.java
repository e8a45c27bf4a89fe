package dev.convoy.benchmarks.libtorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.convoy.benchmarks.workload.BenchmarkNetwork;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.Precision;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The proof that the contender in bfloat16 computes in bfloat16, and trains the same network. */
final class AutocastTest {
  private static final int IMAGES = 8;

  @TempDir private static Path cache;

  @BeforeAll
  static void withoutNetwork() {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("DJL_CACHE_DIR", cache.toString());
    Engine.getEngine("PyTorch");
  }

  private static LibtorchNetwork network(NDManager manager, BenchmarkNetwork benchmark) {
    return new LibtorchNetwork(
        manager,
        benchmark.network(),
        InitialValues.drawn(3),
        Layout.CHANNELS_LAST,
        SamePadding.SYMMETRIC);
  }

  private static LibtorchBatch batch(NDManager manager, BenchmarkNetwork benchmark) {
    ImageShape shape = benchmark.input();
    Random random = new Random(5);
    float[] pixels = new float[IMAGES * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian();
    }
    float[] labels = new float[IMAGES * benchmark.labels()];
    for (int image = 0; image < IMAGES; image++) {
      labels[image * benchmark.labels() + image] = 1;
    }
    return new LibtorchBatch(
        Layout.CHANNELS_LAST.array(
            manager, pixels, IMAGES, shape.channels(), shape.height(), shape.width()),
        manager.create(labels, new Shape(IMAGES, benchmark.labels())));
  }

  /** For every layer, whether all of its values are numbers of bfloat16. */
  private static List<Boolean> areBfloat16(LibtorchNetwork network, LibtorchBatch batch) {
    List<Boolean> layers = new ArrayList<>();
    network.logits(
        batch.images(),
        true,
        output -> {
          boolean all = true;
          for (float value : output.toType(DataType.FLOAT32, true).toFloatArray()) {
            all &= (Float.floatToIntBits(value) & 0xffff) == 0;
          }
          layers.add(all);
        });
    return layers;
  }

  @ParameterizedTest
  @EnumSource(
      value = BenchmarkNetwork.class,
      names = {"LENET", "RESNET_8", "SMALL_INCEPTION"})
  void insideEveryLayerHasBfloat16ValuesAndOutsideFloat32(BenchmarkNetwork benchmark) {
    try (NDManager manager = NDManager.newBaseManager()) {
      LibtorchNetwork network = network(manager, benchmark);
      LibtorchBatch batch = batch(manager, benchmark);

      try (Autocast autocast = Autocast.toBfloat16()) {
        autocast.requireOn();
        assertThat(areBfloat16(network, batch)).containsOnly(true);
      }
      assertThat(areBfloat16(network, batch)).containsOnly(false);
    }
  }

  /** Values before the first step and after the second, by tensor. */
  private record Steps(
      List<Float> losses, Map<String, float[]> before, Map<String, float[]> after) {
    static Steps of(BenchmarkNetwork benchmark, Precision precision) {
      try (NDManager manager = NDManager.newBaseManager()) {
        LibtorchNetwork network = network(manager, benchmark);
        LibtorchBatch batch = batch(manager, benchmark);
        LibtorchTraining training = new LibtorchTraining(network, precision, 0.001, 0.9, 0);
        Map<String, float[]> before = values(network);
        List<Float> losses = List.of(training.step(batch), training.step(batch));
        return new Steps(losses, before, values(network));
      }
    }

    private static Map<String, float[]> values(LibtorchNetwork network) {
      Map<String, float[]> values = new TreeMap<>();
      for (StoredValues.Trained trained : network.stored().trained()) {
        NDArray array = trained.array();
        assertThat(array.getDataType()).as(trained.name()).isEqualTo(DataType.FLOAT32);
        values.put(trained.name(), array.toFloatArray());
      }
      return values;
    }

    double change(String tensor, int index) {
      return after.get(tensor)[index] - before.get(tensor)[index];
    }
  }

  /**
   * The second loss shows that the first step changed what the second one casts. Steps differ by
   * more than rounding does, since values near zero have another sign after it.
   */
  @Test
  void lossesAndStepsAreNearThoseOfFloat32ButNotEqual() {
    Steps exact = Steps.of(BenchmarkNetwork.RESNET_8, Precision.FLOAT32);
    Steps rounded = Steps.of(BenchmarkNetwork.RESNET_8, Precision.BFLOAT16);

    assertThat(exact.losses().get(1)).isLessThan(exact.losses().get(0));
    for (int step = 0; step < exact.losses().size(); step++) {
      assertThat((double) rounded.losses().get(step))
          .isCloseTo(exact.losses().get(step), within(0.02));
    }
    assertThat(rounded.losses()).isNotEqualTo(exact.losses());
    double difference = 0;
    double length = 0;
    for (Map.Entry<String, float[]> tensor : exact.before().entrySet()) {
      for (int i = 0; i < tensor.getValue().length; i++) {
        double change = exact.change(tensor.getKey(), i);
        difference += Math.pow(rounded.change(tensor.getKey(), i) - change, 2);
        length += Math.pow(change, 2);
      }
    }
    assertThat(Math.sqrt(difference / length)).isBetween(1e-4, 0.25);
  }
}

package dev.convoy.worker.program;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.engine.layer.KernelCache;
import dev.convoy.worker.engine.onednn.Engine;
import dev.convoy.worker.engine.onednn.Resources;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The programs of one network: one for each image size, and others for batches that are smaller
 * than usual. A program scores a batch of any size a few images at a time.
 */
public final class Programs {
  private final Engine engine;
  private final Network network;
  private final Stored stored;
  private final Arithmetic arithmetic;
  private final KernelCache<ImageShape, SizePrograms> sizes;
  private int version;

  /** Locates the stored values of layers in native memory. */
  public interface Stored {
    /** Returns the native address of a tensor. */
    long address(String layer, String parameter);
  }

  /**
   * Starts without programs: each is built when it is first needed.
   *
   * @param engine closes the programs when it is closed
   * @param network one that {@link #whyUnsupported} has nothing against
   * @param stored addresses of the stored values, which must not change
   * @param arithmetic of the programs; {@link #whyNotIn} has nothing against it
   */
  public Programs(Engine engine, Network network, Stored stored, Arithmetic arithmetic) {
    this.engine = engine;
    this.network = network;
    this.stored = stored;
    this.arithmetic = arithmetic;
    this.sizes = new KernelCache<>(engine);
  }

  /** Returns why a network has no programs; empty if it has. */
  public static Optional<String> whyUnsupported(Network network) {
    return Lowering.whyUnsupported(network);
  }

  /**
   * Returns the names of the values of all steps of a network, of which {@link Quantization} needs
   * the ranges.
   *
   * @param network one that {@link #whyUnsupported} has nothing against
   */
  public static Set<String> values(Network network) {
    Lowering.StepList list = Lowering.lower(network, Arithmetic.FLOAT32);
    Set<String> names = new TreeSet<>();
    names.add(list.image().name());
    list.steps().forEach(step -> names.add(step.output().name()));
    return names;
  }

  /** Returns the names of the layers with weights, in their order. */
  public static List<String> layersWithWeights(Network network) {
    return Lowering.lower(network, Arithmetic.FLOAT32).steps().stream()
        .flatMap(step -> step.weightsOf().stream())
        .distinct()
        .toList();
  }

  /** Returns those of them that compute in integers of 8 bits. */
  public static List<String> integerLayers(Network network, Quantization quantization) {
    Arithmetic arithmetic = new Arithmetic(Precision.INT8, quantization);
    return Lowering.lower(network, arithmetic).steps().stream()
        .filter(step -> step.computesIn(arithmetic))
        .flatMap(step -> step.weightsOf().stream())
        .distinct()
        .toList();
  }

  /** Returns why a network cannot score in a precision on this machine, or empty if it can. */
  public static Optional<String> whyNotIn(Network network, Precision precision) {
    return precision == Precision.FLOAT32
        ? Optional.empty()
        : precision.whySlow().or(() -> whyUnsupported(network));
  }

  /**
   * Notes that stored values have changed, so that the next batch loads them again. Kernels for
   * integers depend on the scales of the weights, and are built anew.
   */
  public void parametersChanged() {
    version++;
    if (arithmetic.precision() == Precision.INT8) {
      sizes.clear();
    }
  }

  /**
   * Computes the output of the network for a batch.
   *
   * @param features native address of {@code n} images {@code (height, width, channels)}, one after
   *     another
   * @return if the last layer is an output layer, probabilities, row-major {@code (n, labels)};
   *     else its values, {@code (n, maps, height, width)}
   */
  public float[] outputs(ImageShape shape, int n, long features) {
    SizePrograms size =
        sizes.get(
            shape,
            (engine, owner) ->
                new SizePrograms(engine, owner, network.at(shape), stored, arithmetic));
    Program program = size.program(n);
    program.load(version);
    LayerShape output = size.list.output().shape();
    float[] all = new float[Math.multiplyExact(n, output.size())];
    for (int first = 0; first < n; first += program.images()) {
      long from = features + (long) Float.BYTES * first * shape.size();
      int count = Math.min(program.images(), n - first);
      program.run(from, count, all, first * output.size());
    }
    if (network.output().isEmpty()) {
      return output.plane() == 1 ? all : channelMajor(all, output);
    }
    for (int i = 0; i < n; i++) {
      Softmax.apply(all, i * output.size(), output.size());
    }
    return all;
  }

  /**
   * Computes the ranges of the values of all steps over a batch, in float32.
   *
   * @param features as for {@link #outputs}
   * @return ranges by the names that {@link Quantization} has; values that are stored with one
   *     scale, such as input and output of a max pool, have one range
   */
  public Map<String, Range> ranges(ImageShape shape, int n, long features) {
    Resources owner = engine.resources();
    try {
      ValueRanges ranges = new ValueRanges();
      Lowering.StepList list = Lowering.lower(network.at(shape), Arithmetic.FLOAT32);
      Program program = Program.observed(engine, owner, list, stored, ranges);
      program.load(version);
      float[] outputs = new float[list.output().shape().size()];
      for (int i = 0; i < n; i++) {
        program.run(features + (long) Float.BYTES * i * shape.size(), 1, outputs, 0);
      }
      return Encodings.widened(list, ranges.ranges());
    } finally {
      owner.close();
    }
  }

  private static float[] channelMajor(float[] channelsLast, LayerShape shape) {
    int plane = Math.toIntExact(shape.plane());
    float[] values = new float[channelsLast.length];
    for (int i = 0; i < values.length; i++) {
      int image = i / shape.size();
      int pixel = i % shape.size() / shape.maps();
      int map = i % shape.maps();
      values[image * shape.size() + map * plane + pixel] = channelsLast[i];
    }
    return values;
  }

  private static final class SizePrograms {
    private final Engine engine;
    private final Resources owner;
    private final Lowering.StepList list;
    private final Stored stored;
    private final Map<Integer, Program> byBatch = new HashMap<>();

    SizePrograms(
        Engine engine, Resources owner, Network network, Stored stored, Arithmetic arithmetic) {
      this.engine = engine;
      this.owner = owner;
      this.list = Lowering.lower(network, arithmetic);
      this.stored = stored;
    }

    Program program(int batch) {
      return byBatch.computeIfAbsent(
          Math.min(Schedule.usualImages(list), powerOfTwoFrom(batch)),
          images -> new Program(engine, owner, list, images, stored));
    }

    private static int powerOfTwoFrom(int n) {
      return n <= 1 ? 1 : Integer.highestOneBit(n - 1) << 1;
    }
  }
}

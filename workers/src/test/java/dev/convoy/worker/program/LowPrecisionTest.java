package dev.convoy.worker.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.TestNetworks;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.DoubleNetworks;
import dev.convoy.worker.graph.Form;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.EveryKind;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.inference.Quantization;
import dev.convoy.worker.network.inference.Quantization.Range;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.StoredTensor;
import dev.convoy.worker.network.layer.TensorLayout.Axis;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps in bfloat16 and in integers of 8 bits compute what a network in double precision computes
 * of the rounded weights and the rounded image.
 */
@Tag("slow")
class LowPrecisionTest {
  private static final int CASES = 60;
  private static final double CLOSE = 2e-5;
  private static final String COPY = "{ depthwise-conv { kernel = 1, bias = false } }";

  /** A network on images: copies of them by a convolution, and the layer that is tested. */
  private record Case(Network network, INDArray images) {
    static Case random(Random random) {
      ImageShape shape =
          new ImageShape(
              4 + random.nextInt(20), 4 + random.nextInt(20), random.nextBoolean() ? 1 : 3);
      String copies =
          String.format(
              Locale.ROOT,
              "{ depthwise-conv { multiplier = %d, kernel = 1, bias = false } }, ",
              1 + random.nextInt(20));
      return of(shape, copies + layer(random), random);
    }

    /** The same with a copy of the output by a convolution. */
    Case copied() {
      return new Case(
          network(network.input(), network.name(), network.name() + ", " + COPY), images);
    }

    private static Case of(ImageShape shape, String layer, Random random) {
      return new Case(network(shape, layer, layer), images(shape, 1 + random.nextInt(9), random));
    }

    /** The network of some layers without an output. */
    private static Network network(ImageShape shape, String name, String layers) {
      Network whole = TestNetworks.of(shape, 2, layers);
      return new NetworkDefinition(
              name,
              whole.accepts(),
              whole.layers().subList(0, whole.layers().size() - 1),
              Set.of(),
              Map.of())
          .inspectedOn(shape, 2);
    }

    private static String layer(Random random) {
      String function = random.nextBoolean() ? "relu" : "identity";
      boolean point = random.nextInt(4) == 0;
      String rest =
          String.format(
              Locale.ROOT,
              "kernel = [%d, %d], stride = [%d, %d], padding = %s, bias = %s, activation = %s } }",
              point ? 1 : 1 + random.nextInt(4),
              point ? 1 : 1 + random.nextInt(4),
              1 + random.nextInt(2),
              1 + random.nextInt(2),
              random.nextBoolean() ? "same" : "0",
              random.nextBoolean(),
              function);
      return switch (random.nextInt(4)) {
        case 0 -> "{ depthwise-conv { multiplier = " + (1 + random.nextInt(3)) + ", " + rest;
        case 1 ->
            String.format(
                Locale.ROOT,
                "{ dense { units = %d, activation = %s } }",
                1 + random.nextInt(40),
                function);
        default -> "{ conv { maps = " + (1 + random.nextInt(70)) + ", " + rest;
      };
    }

    private static INDArray images(ImageShape shape, int n, Random random) {
      float[] values = new float[n * shape.size()];
      float least = random.nextBoolean() ? 0 : -0.6f;
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextFloat() + least;
      }
      return Nd4j.createFromArray(values)
          .reshape('c', n, shape.channels(), shape.height(), shape.width());
    }

    String tested() {
      return network.nodes().get(1).name();
    }

    /** Whether no kernel of the tested layer is known to be wrong. */
    boolean computesIn(Arithmetic arithmetic) {
      return Lowering.lower(network, arithmetic).steps().get(1).computesIn(arithmetic);
    }

    TrainableNetwork build(Arithmetic arithmetic) {
      TrainableNetwork built =
          GraphBuilder.build(
              network, Optimizer.sgd(), 1, Form.FUSED, Precision.FLOAT32, arithmetic);
      EveryKind.stir(built, 7);
      float[] values = built.parameters();
      built.tensors().stream()
          .filter(tensor -> !tensor.layer().equals(tested()))
          .forEach(
              tensor -> {
                int from = Math.toIntExact(tensor.offset());
                Arrays.fill(values, from, from + Math.toIntExact(tensor.length()), 1);
              });
      built.parameters(values);
      return built;
    }

    Arithmetic arithmetic(Precision precision) {
      try (TrainableNetwork built = build(Arithmetic.FLOAT32)) {
        return new Arithmetic(precision, new Quantization(built.ranges(images), new TreeSet<>()));
      }
    }

    float[] outputs(Arithmetic arithmetic) {
      try (TrainableNetwork built = build(arithmetic)) {
        return built.outputs(images);
      }
    }

    /** The outputs in double precision, of weights and an image that a step would round. */
    double[] exact(Arithmetic arithmetic) {
      try (TrainableNetwork built = build(Arithmetic.FLOAT32);
          TrainableNetwork reference = DoubleNetworks.build(network, Optimizer.sgd(), 1)) {
        double[] values = stored(built, arithmetic);
        for (int i = 0; i < values.length; i++) {
          reference.graph().params().putScalar(i, values[i]);
        }
        INDArray rounded = images.castTo(DataType.DOUBLE);
        Range range = arithmetic.quantization().ranges().get(Quantization.IMAGE);
        for (long i = 0; i < rounded.length(); i++) {
          rounded.putScalar(i, rounded(rounded.getDouble(i), arithmetic, range));
        }
        return reference.graph().outputSingle(rounded).dup('c').data().asDouble();
      }
    }

    private double[] stored(TrainableNetwork built, Arithmetic arithmetic) {
      float[] stored = built.parameters();
      double[] values = new double[stored.length];
      for (TensorSpec tensor : built.tensors()) {
        int from = Math.toIntExact(tensor.offset());
        Map<Long, Float> largest = new HashMap<>();
        for (int i = 0; i < tensor.length(); i++) {
          largest.merge(map(tensor, i), Math.abs(stored[from + i]), Math::max);
        }
        for (int i = 0; i < tensor.length(); i++) {
          // The integers of weights are as far from 0 on both sides.
          float most = largest.get(map(tensor, i));
          boolean isWeight = tensor.parameter().equals("W");
          values[from + i] =
              isWeight
                  ? rounded(stored[from + i], arithmetic, new Range(-most, most))
                  : stored[from + i];
        }
      }
      return values;
    }

    /** A number of its own for the output map of a weight. */
    private long map(TensorSpec tensor, int index) {
      if (!tensor.parameter().equals("W")) {
        return 0;
      }
      if (tensor.shape().size() == 2) { // Dense: (inputs, units), column-major.
        return index / tensor.shape().get(0);
      }
      Node node = network.node(tensor.layer()).orElseThrow();
      StoredTensor layout = node.leaf().orElseThrow().tensors(node.input(), 1).get(0);
      long map = place(layout, Axis.OUTPUTS, index);
      return node.layer() instanceof DepthwiseConv
          ? place(layout, Axis.INPUTS, index) * layout.extent(Axis.MULTIPLIER)
              + place(layout, Axis.MULTIPLIER, index)
          : map;
    }

    private static long place(StoredTensor tensor, Axis axis, int index) {
      return index / tensor.stride(axis) % tensor.extent(axis);
    }
  }

  private static double rounded(double value, Arithmetic arithmetic, Range range) {
    if (arithmetic.precision() == Precision.BFLOAT16) {
      int bits = Float.floatToRawIntBits((float) value);
      return Float.intBitsToFloat((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }
    int least = range.isUnsigned() ? 0 : -128;
    float factor = 1 / range.scale();
    double integer = Math.rint((float) value * factor);
    return range.scale() * Math.max(least, Math.min(least + 255, integer));
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void aStepIsThatOfRoundedNumbers(Precision precision) {
    assumeTrue(precision.whySlow().isEmpty(), "the CPU lacks " + precision);
    for (int seed = 0; seed < CASES; seed++) {
      Case one = Case.random(new Random(seed));
      Arithmetic arithmetic = one.arithmetic(precision);
      if (!one.computesIn(arithmetic)) {
        continue;
      }
      double[] exact = one.exact(arithmetic);
      float[] actual = one.outputs(arithmetic);
      double most = CLOSE * (1 + largest(exact));
      for (int i = 0; i < exact.length; i++) {
        assertThat(Math.abs(actual[i] - exact[i]))
            .as(
                "%s: %s instead of %s at %d of %s",
                seed, actual[i], exact[i], i, one.network.name())
            .isLessThan(most);
      }
    }
  }

  /** A step whose output another one reads stores the nearest numbers of its type. */
  @ParameterizedTest
  @EnumSource(names = {"BFLOAT16", "INT8"})
  void storedNumbersAreTheNearest(Precision precision) {
    assumeTrue(precision.whySlow().isEmpty(), "the CPU lacks " + precision);
    for (int seed = 0; seed < CASES; seed++) {
      Case one = Case.random(new Random(seed));
      if (one.network.name().contains("dense")) {
        continue;
      }
      Case copied = one.copied();
      Arithmetic arithmetic = copied.arithmetic(precision);
      if (!copied.computesIn(arithmetic)) {
        continue;
      }
      double[] exact = one.exact(arithmetic);
      float[] actual = copied.outputs(arithmetic);
      Range range = arithmetic.quantization().ranges().get(one.tested());
      double slack = CLOSE * (1 + largest(exact));
      for (int i = 0; i < exact.length; i++) {
        boolean integers = precision == Precision.INT8;
        // Rounded weights can lead beyond the range, whose end is stored then.
        int least = range.isUnsigned() ? 0 : -128;
        double end = range.scale() * (exact[i] < 0 ? least : least + 255.0);
        exact[i] = integers && Math.abs(exact[i]) > Math.abs(end) ? end : exact[i];
        double most = integers ? range.scale() / 2.0 : Math.abs(exact[i]) * 0x1p-8;
        assertThat(Math.abs(actual[i] - exact[i]))
            .as(
                "%s: %s instead of %s at %d of %s",
                seed, actual[i], exact[i], i, one.network.name())
            .isLessThan(most + slack);
      }
    }
  }
}

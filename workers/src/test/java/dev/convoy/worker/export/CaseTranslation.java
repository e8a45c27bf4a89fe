package dev.convoy.worker.export;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.export.OnnxCase.Tensor;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** A published case in Convoy's definition language, and what Convoy's network makes of it. */
final class CaseTranslation {
  private static final List<Long> ONES = List.of(1L, 1L);
  private static final List<Long> NONE = List.of(0L, 0L, 0L, 0L);

  private final OnnxCase one;
  private final int n;
  private final int maps;
  private final int height;
  private final int width;

  private CaseTranslation(OnnxCase one) {
    this.one = one;
    Tensor image = one.image();
    int values = image.values().remaining();
    if (isFunction(one)) {
      // A function of each value: any tensor is as good as a column of pixels.
      n = 1;
      maps = 1;
      height = values;
      width = 1;
    } else {
      n = image.extent(0);
      maps = image.extent(1);
      height = image.extent(2);
      width = values / n / maps / height;
    }
  }

  private static boolean isFunction(OnnxCase one) {
    return List.of("Relu", "LeakyRelu", "Elu", "Sigmoid", "Tanh", "Softplus")
        .contains(one.operator());
  }

  private static boolean slides(OnnxCase one) {
    return List.of("Conv", "MaxPool", "AveragePool", "LpPool").contains(one.operator());
  }

  /** Why the definition language cannot say what the case does; empty if it can. */
  static Optional<String> whyNot(OnnxCase one) {
    boolean pool = slides(one) && !one.operator().equals("Conv");
    List<Long> pads = one.wholes("pads", NONE);
    String reason = null;
    if (!one.image().isFloat()) {
      reason = "not of float values";
    } else if (slides(one) && one.image().shape().size() != 4) {
      reason = one.image().shape().size() - 2 + "-D";
    } else if (one.whole("ceil_mode", 0) == 1) {
      reason = "counts positions that lie partly beyond the padding";
    } else if (one.whole("count_include_pad", 0) == 1) {
      reason = "the average counts the padding";
    } else if (pool && !one.wholes("dilations", ONES).equals(ONES)) {
      reason = "a pool with dilation";
    } else if (pool && one.word("auto_pad", "NOTSET").equals("SAME_LOWER")) {
      reason = "a pool with more padding above than below";
    } else if (pool && !pads.subList(0, 2).equals(pads.subList(2, 4))) {
      reason = "a pool with four-sided padding";
    } else if (one.operator().equals("Conv") && groups(one) > 1 && groups(one) != mapsOf(one)) {
      reason = "groups of several maps";
    } else if (one.operator().equals("Elu") && one.number("alpha", 1) != 1) {
      reason = "elu of another alpha than 1";
    } else if (one.operator().equals("LeakyRelu") && (float) one.number("alpha", 0.01f) != 0.01f) {
      reason = "leaky-relu of another slope than 0.01";
    }
    return Optional.ofNullable(reason);
  }

  private static long groups(OnnxCase one) {
    return one.whole("group", 1);
  }

  private static long mapsOf(OnnxCase one) {
    return one.image().shape().get(1);
  }

  /** What Convoy's layer puts out, row-major. */
  static float[] computed(OnnxCase one) {
    return new CaseTranslation(one).compute();
  }

  private boolean stacked() {
    return maps != 1 && maps != 3;
  }

  private float[] compute() {
    // Images have 1 or 3 channels. Other numbers of maps lie one below the other in one channel,
    // and a convolution takes them apart: map c is the image from row c·height on.
    ImageShape images =
        stacked() ? new ImageShape(maps * height, width, 1) : new ImageShape(height, width, maps);
    int rows = (maps - 1) * height + 1;
    String apart =
        stacked()
            ? "{ conv { name = apart, maps = %d, kernel = [%d, 1], bias = false } }, "
                .formatted(maps, rows)
            : "";
    String flatten = one.operator().startsWith("Global") ? "" : "{ flatten {} }, ";
    String text = "layers = [ %s{ %s }, %s{ output {} } ]".formatted(apart, definition(), flatten);
    Network network = NetworkReader.parse(text, "case", one.name()).on(images, 2);
    TrainableNetwork trainable = GraphBuilder.build(network, Optimizer.sgd(), 1);
    float[] parameters = new float[Math.toIntExact(network.parameters())];
    for (TensorSpec spec : trainable.tensors()) {
      float[] values = null;
      if (spec.layer().equals("apart")) {
        values = new float[Math.toIntExact(spec.length())];
        for (int map = 0; map < maps; map++) {
          values[map * rows + map * height] = 1;
        }
      } else if (spec.layer().equals("tested")) {
        values = values(spec.parameter());
      }
      if (values != null) {
        System.arraycopy(values, 0, parameters, Math.toIntExact(spec.offset()), values.length);
      }
    }
    trainable.parameters(parameters);
    long[] shape = {n, images.channels(), images.height(), images.width()};
    INDArray features = Nd4j.create(one.image().toArray(), shape, 'c');
    boolean training = one.whole("training_mode", 0) == 1;
    return trainable
        .graph()
        .feedForward(features, training)
        .get("tested")
        .dup('c')
        .data()
        .asFloat();
  }

  private float[] values(String parameter) {
    return switch (parameter) {
      case "W" -> groups(one) == 1 ? one.inputs().get(1).toArray() : depthwise();
      case "gamma", "b" -> one.inputs().get(parameter.equals("b") ? 2 : 1).toArray();
      case "beta" -> one.inputs().get(2).toArray();
      case "mean" -> one.inputs().get(3).toArray();
      case "var" -> one.inputs().get(4).toArray();
      default -> throw new IllegalArgumentException(parameter);
    };
  }

  /** From (maps·m, 1, rows, columns) to (rows, columns, maps, m). */
  private float[] depthwise() {
    INDArray weights =
        Nd4j.create(
            one.inputs().get(1).toArray(),
            one.inputs().get(1).shape().stream().mapToLong(Long::longValue).toArray(),
            'c');
    long out = weights.size(0);
    return weights
        .reshape('c', maps, out / maps, weights.size(2), weights.size(3))
        .permute(2, 3, 0, 1)
        .dup('c')
        .data()
        .asFloat();
  }

  private String definition() {
    return switch (one.operator()) {
      case "Conv" -> convolution();
      case "MaxPool" -> pool("max");
      case "AveragePool" -> pool("average");
      case "LpPool" -> pool("l2, exponent = " + one.whole("p", 2));
      case "GlobalMaxPool" -> "global-pool { name = tested, type = max }";
      case "GlobalAveragePool" -> "global-pool { name = tested, type = average }";
      case "GlobalLpPool" ->
          "global-pool { name = tested, type = l2, exponent = " + one.whole("p", 2) + " }";
      case "BatchNormalization" ->
          "norm { name = tested, type = batch, epsilon = " + one.number("epsilon", 1e-5) + " }";
      case "LRN" -> localResponse();
      default ->
          "activation { name = tested, function = "
              + (one.operator().equals("LeakyRelu")
                  ? "leaky-relu"
                  : one.operator().toLowerCase(Locale.ROOT))
              + " }";
    };
  }

  /** ONNX divides alpha by the size. */
  private String localResponse() {
    long size = one.whole("size", 0);
    return "norm { name = tested, type = local-response, size = %d, alpha = %s, beta = %s, k = %s }"
        .formatted(
            size,
            one.number("alpha", 1e-4) / size,
            one.number("beta", 0.75),
            one.number("bias", 1));
  }

  private String convolution() {
    List<Long> weights = one.inputs().get(1).shape();
    String kind =
        groups(one) == 1
            ? "conv { maps = " + weights.get(0)
            : "depthwise-conv { multiplier = " + weights.get(0) / maps;
    return "%s, name = tested, kernel = %s, stride = %s, dilation = %s, padding = %s, bias = %s }"
        .formatted(
            kind,
            weights.subList(2, 4),
            one.wholes("strides", ONES),
            one.wholes("dilations", ONES),
            padding(),
            one.inputs().size() == 3);
  }

  private String pool(String type) {
    return "pool { name = tested, type = %s, size = %s, stride = %s, padding = %s }"
        .formatted(type, one.wholes("kernel_shape", ONES), one.wholes("strides", ONES), padding());
  }

  private String padding() {
    List<Long> pads = one.wholes("pads", NONE);
    return switch (one.word("auto_pad", "NOTSET")) {
      case "NOTSET" ->
          pads.subList(0, 2).equals(pads.subList(2, 4))
              ? pads.subList(0, 2).toString()
              : sides(pads.get(0), pads.get(2), pads.get(1), pads.get(3));
      case "VALID" -> "valid";
      case "SAME_UPPER" -> "same";
      case "SAME_LOWER" -> {
        long rows = needed(height, 0);
        long columns = needed(width, 1);
        yield sides((rows + 1) / 2, rows / 2, (columns + 1) / 2, columns / 2);
      }
      default -> throw new IllegalArgumentException(one.name());
    };
  }

  private static String sides(long top, long bottom, long left, long right) {
    return "{ top = %d, bottom = %d, left = %d, right = %d }".formatted(top, bottom, left, right);
  }

  private long needed(int extent, int axis) {
    long stride = one.wholes("strides", ONES).get(axis);
    long kernel = one.wholes("kernel_shape", ONES).get(axis);
    long positions = (extent + stride - 1) / stride;
    return Math.max(0, (positions - 1) * stride + kernel - extent);
  }
}

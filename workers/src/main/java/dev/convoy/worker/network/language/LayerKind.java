package dev.convoy.worker.network.language;

import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.ActivationLayer;
import dev.convoy.worker.network.layer.BatchNorm;
import dev.convoy.worker.network.layer.Conv;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.DepthwiseConv;
import dev.convoy.worker.network.layer.Dropout;
import dev.convoy.worker.network.layer.Flatten;
import dev.convoy.worker.network.layer.GlobalPool;
import dev.convoy.worker.network.layer.Inception;
import dev.convoy.worker.network.layer.Initialisation;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LocalResponseNorm;
import dev.convoy.worker.network.layer.Norm;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.network.layer.Pool;
import dev.convoy.worker.network.layer.PoolType;
import dev.convoy.worker.network.layer.Residual;
import dev.convoy.worker.network.layer.SeparableConv;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.layer.Training;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One kind of layer in the definition language: its word, and how its keys are read. Writing needs
 * nothing here: the components of the record are the keys.
 *
 * @param key the word
 * @param reader makes the layer from its name and its keys
 */
record LayerKind(String key, Reader reader) {
  /** Reads one layer. */
  interface Reader {
    /**
     * Reads the keys of a layer.
     *
     * @param inner reads the lists of layers within it
     */
    LayerDefinition read(String name, Fields in, Inner inner);
  }

  /** Reads lists of layers within a layer. */
  interface Inner {
    /** A list of layers; empty if absent and not required. */
    List<LayerDefinition> layers(Fields in, String key, boolean required);

    /** A list of lists of layers. */
    List<List<LayerDefinition>> branches(Fields in, String key);
  }

  /** The word for layers that are written once and stand several times. */
  static final String REPEAT = "repeat";

  /** All kinds, in the order in which messages list them. */
  private static final List<LayerKind> ALL =
      List.of(
          new LayerKind("conv", (name, in, inner) -> conv(name, in)),
          new LayerKind("depthwise-conv", (name, in, inner) -> depthwise(name, in)),
          new LayerKind("separable-conv", (name, in, inner) -> separable(name, in)),
          new LayerKind("pool", (name, in, inner) -> pool(name, in)),
          new LayerKind("global-pool", (name, in, inner) -> globalPool(name, in)),
          new LayerKind("norm", (name, in, inner) -> norm(name, in)),
          new LayerKind(
              "activation",
              (name, in, inner) ->
                  new ActivationLayer(
                      name, in.choice("function", Activation.class, Activation::key))),
          new LayerKind("dropout", (name, in, inner) -> new Dropout(name, in.fraction("rate"))),
          new LayerKind("flatten", (name, in, inner) -> new Flatten(name)),
          new LayerKind("dense", (name, in, inner) -> dense(name, in)),
          new LayerKind(
              "inception",
              (name, in, inner) -> new Inception(name, inner.branches(in, "branches"))),
          new LayerKind("residual", LayerKind::residual),
          new LayerKind(
              "output",
              (name, in, inner) ->
                  new Output(
                      name, in.fraction("labelSmoothing", 0), training(in, Activation.IDENTITY))));

  static Optional<LayerKind> of(String key) {
    return ALL.stream().filter(kind -> kind.key.equals(key)).findFirst();
  }

  /** All words, {@code repeat} before the output. */
  static List<String> keys() {
    List<String> keys = ALL.stream().map(LayerKind::key).collect(Collectors.toList());
    keys.add(keys.size() - 1, REPEAT);
    return keys;
  }

  /** The name of the {@code number}-th layer of this kind where none is given. */
  String defaultName(int number) {
    return key.equals("output") && number == 1 ? key : key + number;
  }

  private static LayerDefinition conv(String name, Fields in) {
    Activation activation = activation(in);
    return new Conv(
        name,
        in.whole("maps", 1, LayerDefinition.WIDEST),
        in.size("kernel"),
        in.size("stride", Size.ONE),
        in.size("dilation", Size.ONE),
        in.padding("padding"),
        in.flag("bias", true),
        activation,
        training(in, activation));
  }

  private static LayerDefinition depthwise(String name, Fields in) {
    Activation activation = activation(in);
    return new DepthwiseConv(
        name,
        in.whole("multiplier", 1, LayerDefinition.WIDEST, 1),
        in.size("kernel"),
        in.size("stride", Size.ONE),
        in.size("dilation", Size.ONE),
        in.padding("padding"),
        in.flag("bias", true),
        activation,
        training(in, activation));
  }

  private static LayerDefinition separable(String name, Fields in) {
    Activation activation = activation(in);
    return new SeparableConv(
        name,
        in.whole("maps", 1, LayerDefinition.WIDEST),
        in.whole("multiplier", 1, LayerDefinition.WIDEST, 1),
        in.size("kernel"),
        in.size("stride", Size.ONE),
        in.size("dilation", Size.ONE),
        in.padding("padding"),
        in.flag("bias", true),
        activation,
        training(in, activation));
  }

  private static LayerDefinition pool(String name, Fields in) {
    PoolType type = in.choice("type", PoolType.class, PoolType::key);
    int exponent = in.whole("exponent", 1, Pool.MOST, 2);
    Size size = in.size("size");
    Size stride = in.size("stride", size);
    return new Pool(name, type, exponent, size, stride, in.padding("padding"));
  }

  private static LayerDefinition globalPool(String name, Fields in) {
    return new GlobalPool(
        name,
        in.choice("type", PoolType.class, PoolType::key),
        in.whole("exponent", 1, Pool.MOST, 2));
  }

  private static LayerDefinition norm(String name, Fields in) {
    return switch (in.choice("type", Norm.Type.class, Norm.Type::key)) {
      case BATCH ->
          new BatchNorm(
              name,
              in.fraction("decay", 0.9),
              in.number("epsilon", Double.MIN_NORMAL, 1, 1e-5),
              in.number("learningRateFactor", 0, Training.MOST, 1));
      case LOCAL_RESPONSE ->
          new LocalResponseNorm(
              name,
              in.whole("size", 1, LocalResponseNorm.WIDEST_SIZE, 5),
              in.number("alpha", 0, 1000, 1e-4),
              in.number("beta", 0, 1000, 0.75),
              in.number("k", Double.MIN_NORMAL, 1000, 2));
    };
  }

  private static LayerDefinition dense(String name, Fields in) {
    Activation activation = activation(in);
    return new Dense(
        name,
        in.whole("units", 1, LayerDefinition.WIDEST),
        in.flag("bias", true),
        activation,
        training(in, activation));
  }

  private static LayerDefinition residual(String name, Fields in, Inner inner) {
    return new Residual(
        name,
        inner.layers(in, "body", true),
        inner.layers(in, "projection", false),
        activation(in));
  }

  private static Activation activation(Fields in) {
    return in.choice("activation", Activation.IDENTITY, Activation::key);
  }

  private static Training training(Fields in, Activation activation) {
    return new Training(
        in.choice("initialisation", Initialisation.before(activation), Initialisation::key),
        in.optionalNumber("l2", 0, Training.MOST).orElse(Training.L2_OF_RUN),
        in.number("learningRateFactor", 0, Training.MOST, 1));
  }
}

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
 * One kind of layer in the definition language: its word and the reader of its keys. Writing needs
 * no code, because the components of the record are the keys.
 *
 * @param key the word
 * @param reader creates the layer from its name and keys
 */
record LayerKind(String key, Reader reader) {
  /** Reads one layer. */
  interface Reader {
    /**
     * Reads the keys of a layer.
     *
     * @param inner reads nested lists of layers
     */
    LayerDefinition read(String name, Fields fields, Inner inner);
  }

  /** Reads lists of layers within a layer. */
  interface Inner {
    /** Reads a list of layers; empty if absent and not required. */
    List<LayerDefinition> layers(Fields fields, String key, boolean required);

    /** Reads a list of lists of layers. */
    List<List<LayerDefinition>> branches(Fields fields, String key);
  }

  /** The word for a list of layers that is repeated. */
  static final String REPEAT = "repeat";

  /** All kinds, in the order in which messages list them. */
  private static final List<LayerKind> ALL =
      List.of(
          new LayerKind("conv", (name, fields, inner) -> conv(name, fields)),
          new LayerKind("depthwise-conv", (name, fields, inner) -> depthwise(name, fields)),
          new LayerKind("separable-conv", (name, fields, inner) -> separable(name, fields)),
          new LayerKind("pool", (name, fields, inner) -> pool(name, fields)),
          new LayerKind("global-pool", (name, fields, inner) -> globalPool(name, fields)),
          new LayerKind("norm", (name, fields, inner) -> norm(name, fields)),
          new LayerKind(
              "activation",
              (name, fields, inner) ->
                  new ActivationLayer(
                      name, fields.choice("function", Activation.class, Activation::key))),
          new LayerKind(
              "dropout", (name, fields, inner) -> new Dropout(name, fields.fraction("rate"))),
          new LayerKind("flatten", (name, fields, inner) -> new Flatten(name)),
          new LayerKind("dense", (name, fields, inner) -> dense(name, fields)),
          new LayerKind(
              "inception",
              (name, fields, inner) -> new Inception(name, inner.branches(fields, "branches"))),
          new LayerKind("residual", LayerKind::residual),
          new LayerKind(
              "output",
              (name, fields, inner) ->
                  new Output(
                      name,
                      fields.fraction("labelSmoothing", 0),
                      training(fields, Activation.IDENTITY))));

  static Optional<LayerKind> of(String key) {
    return ALL.stream().filter(kind -> kind.key.equals(key)).findFirst();
  }

  /** Returns all words, {@code repeat} before the output. */
  static List<String> keys() {
    List<String> keys = ALL.stream().map(LayerKind::key).collect(Collectors.toList());
    keys.add(keys.size() - 1, REPEAT);
    return keys;
  }

  /** Returns the default name of the {@code number}-th layer of this kind. */
  String defaultName(int number) {
    return key.equals("output") && number == 1 ? key : key + number;
  }

  private static LayerDefinition conv(String name, Fields fields) {
    Activation activation = activation(fields);
    return new Conv(
        name,
        fields.whole("maps", 1, LayerDefinition.WIDEST),
        fields.size("kernel"),
        fields.size("stride", Size.ONE),
        fields.size("dilation", Size.ONE),
        fields.padding("padding"),
        fields.flag("bias", true),
        activation,
        training(fields, activation));
  }

  private static LayerDefinition depthwise(String name, Fields fields) {
    Activation activation = activation(fields);
    return new DepthwiseConv(
        name,
        fields.whole("multiplier", 1, LayerDefinition.WIDEST, 1),
        fields.size("kernel"),
        fields.size("stride", Size.ONE),
        fields.size("dilation", Size.ONE),
        fields.padding("padding"),
        fields.flag("bias", true),
        activation,
        training(fields, activation));
  }

  private static LayerDefinition separable(String name, Fields fields) {
    Activation activation = activation(fields);
    return new SeparableConv(
        name,
        fields.whole("maps", 1, LayerDefinition.WIDEST),
        fields.whole("multiplier", 1, LayerDefinition.WIDEST, 1),
        fields.size("kernel"),
        fields.size("stride", Size.ONE),
        fields.size("dilation", Size.ONE),
        fields.padding("padding"),
        fields.flag("bias", true),
        activation,
        training(fields, activation));
  }

  private static LayerDefinition pool(String name, Fields fields) {
    PoolType type = fields.choice("type", PoolType.class, PoolType::key);
    int exponent = fields.whole("exponent", 1, Pool.MOST, 2);
    Size size = fields.size("size");
    Size stride = fields.size("stride", size);
    return new Pool(name, type, exponent, size, stride, fields.padding("padding"));
  }

  private static LayerDefinition globalPool(String name, Fields fields) {
    return new GlobalPool(
        name,
        fields.choice("type", PoolType.class, PoolType::key),
        fields.whole("exponent", 1, Pool.MOST, 2));
  }

  private static LayerDefinition norm(String name, Fields fields) {
    return switch (fields.choice("type", Norm.Type.class, Norm.Type::key)) {
      case BATCH ->
          new BatchNorm(
              name,
              fields.fraction("decay", 0.9),
              fields.number("epsilon", Double.MIN_NORMAL, 1, 1e-5),
              fields.number("learningRateFactor", 0, Training.MOST, 1));
      case LOCAL_RESPONSE ->
          new LocalResponseNorm(
              name,
              fields.whole("size", 1, LocalResponseNorm.WIDEST_SIZE, 5),
              fields.number("alpha", 0, 1000, 1e-4),
              fields.number("beta", 0, 1000, 0.75),
              fields.number("k", Double.MIN_NORMAL, 1000, 2));
    };
  }

  private static LayerDefinition dense(String name, Fields fields) {
    Activation activation = activation(fields);
    return new Dense(
        name,
        fields.whole("units", 1, LayerDefinition.WIDEST),
        fields.flag("bias", true),
        activation,
        training(fields, activation));
  }

  private static LayerDefinition residual(String name, Fields fields, Inner inner) {
    return new Residual(
        name,
        inner.layers(fields, "body", true),
        inner.layers(fields, "projection", false),
        activation(fields));
  }

  private static Activation activation(Fields fields) {
    return fields.choice("activation", Activation.IDENTITY, Activation::key);
  }

  private static Training training(Fields fields, Activation activation) {
    return new Training(
        fields.choice("initialisation", Initialisation.usualFor(activation), Initialisation::key),
        fields.optionalNumber("l2", 0, Training.MOST).orElse(Training.L2_OF_RUN),
        fields.number("learningRateFactor", 0, Training.MOST, 1));
  }
}

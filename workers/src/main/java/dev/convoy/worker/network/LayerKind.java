package dev.convoy.worker.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * One kind of layer in the definition language: its word, its record, the keys it reads and where
 * it may stand. Writing needs nothing here: the components of the record are the keys.
 *
 * @param reader makes the layer from its name and its keys
 */
record LayerKind(
    String key,
    Class<? extends LayerDefinition> type,
    Domain domain,
    BiFunction<String, Fields, LayerDefinition> reader) {

  /** What a layer takes and puts out. */
  enum Domain {
    /** Feature maps to feature maps. */
    MAPS,
    /** Anything to a flat vector. */
    FLATTENS,
    /** Anything to its like. */
    KEEPS,
    /** Anything to one value a label; the last layer. */
    ENDS
  }

  /** All kinds, in the order in which messages list them. */
  static final List<LayerKind> ALL =
      List.of(
          new LayerKind(
              "conv",
              LayerDefinition.Conv.class,
              Domain.MAPS,
              (name, in) ->
                  new LayerDefinition.Conv(
                      name,
                      in.whole("maps", 1, LayerDefinition.WIDEST),
                      in.size("kernel"),
                      in.size("stride", Size.ONE),
                      in.padding("padding"),
                      in.flag("bias", true),
                      in.choice("activation", Activation.IDENTITY, Activation::key))),
          new LayerKind(
              "pool",
              LayerDefinition.Pool.class,
              Domain.MAPS,
              (name, in) -> {
                PoolType type = in.choice("type", PoolType.class, PoolType::key);
                Size size = in.size("size");
                Size stride = in.size("stride", size);
                return new LayerDefinition.Pool(name, type, size, stride, in.padding("padding"));
              }),
          new LayerKind(
              "dense",
              LayerDefinition.Dense.class,
              Domain.FLATTENS,
              (name, in) ->
                  new LayerDefinition.Dense(
                      name,
                      in.whole("units", 1, LayerDefinition.WIDEST),
                      in.flag("bias", true),
                      in.choice("activation", Activation.IDENTITY, Activation::key))),
          new LayerKind(
              "dropout",
              LayerDefinition.Dropout.class,
              Domain.KEEPS,
              (name, in) -> new LayerDefinition.Dropout(name, in.fraction("rate"))),
          new LayerKind(
              "output",
              LayerDefinition.Output.class,
              Domain.ENDS,
              (name, in) -> new LayerDefinition.Output(name)));

  static LayerKind of(LayerDefinition layer) {
    return ALL.stream().filter(kind -> kind.type == layer.getClass()).findFirst().orElseThrow();
  }

  static Optional<LayerKind> of(String key) {
    return ALL.stream().filter(kind -> kind.key.equals(key)).findFirst();
  }

  static List<String> keys() {
    return ALL.stream().map(LayerKind::key).collect(Collectors.toList());
  }

  /** The name of the {@code number}-th layer of this kind where none is given. */
  String defaultName(int number) {
    return domain == Domain.ENDS && number == 1 ? key : key + number;
  }

  /** A layer in a wrong place, or with {@link #END} the output that is not there. */
  record Misplaced(int layer, String fault) {
    /** The place after the last layer. */
    static final int END = -1;
  }

  /**
   * What is wrong with the order of layers, whatever their sizes.
   *
   * @param kinds one an item; empty where the kind is not known
   */
  static List<Misplaced> misplaced(List<Optional<LayerKind>> kinds) {
    List<Misplaced> faults = new ArrayList<>();
    boolean flat = false;
    boolean ended = false;
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).isEmpty()) {
        ended |= i == kinds.size() - 1; // perhaps an output that is misspelt
        continue;
      }
      LayerKind kind = kinds.get(i).get();
      if (kind.domain == Domain.MAPS && flat) {
        faults.add(
            new Misplaced(
                i,
                kind.key
                    + " takes feature maps, and a dense layer before it has flattened them:"
                    + " put it before the first dense layer"));
      }
      if (kind.domain == Domain.ENDS) {
        ended = true;
        if (i < kinds.size() - 1) {
          faults.add(
              new Misplaced(
                  i, kind.key + " must be the last layer: move it to the end, or remove it"));
        }
      }
      flat |= kind.domain == Domain.FLATTENS;
    }
    if (!ended) {
      faults.add(
          new Misplaced(
              Misplaced.END, "the output is missing: add { output { } } as the last layer"));
    }
    return faults;
  }
}

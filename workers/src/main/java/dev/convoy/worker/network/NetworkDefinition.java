package dev.convoy.worker.network;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import dev.convoy.worker.network.layer.Block;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * A network definition that is not yet bound to a dataset.
 *
 * @param name of the network
 * @param input the images that it declares
 * @param layers in the order in which an image passes them, every default filled in
 * @param frozen names of layers and blocks whose stored values do not change
 * @param places place of each layer in its file by layer name, such as {@code lenet.conf:3:
 *     layers[0].conv}; for messages
 */
public record NetworkDefinition(
    String name,
    NetworkInput input,
    List<LayerDefinition> layers,
    Set<String> frozen,
    Map<String, String> places) {
  /** Message for an output layer that other layers follow. */
  public static final String NOT_LAST =
      "output must be the last layer: move it to the end, or remove it";

  private static final String NEVER_MATCH =
      "its paths do not match: they end in different heights and widths, whatever its input: give"
          + " them the same, by padding = same and equal strides";

  public NetworkDefinition {
    Checks.notBlank(name, "name");
    layers = List.copyOf(layers);
    Checks.that(!layers.isEmpty(), "layers", "there must be at least one");
    List<String> names = withInner(layers).map(LayerDefinition::name).toList();
    Checks.that(names.size() == new HashSet<>(names).size(), "layers", "their names must differ");
    for (String one : frozen) {
      Checks.that(names.contains(one), "frozen", "there is no layer " + one);
    }
    frozen = Set.copyOf(frozen);
    places = Map.copyOf(places);
  }

  /** Returns all layers including those within blocks, each block before its contents. */
  static Stream<LayerDefinition> withInner(List<LayerDefinition> layers) {
    return layers.stream().flatMap(NetworkDefinition::withInner);
  }

  private static Stream<LayerDefinition> withInner(LayerDefinition layer) {
    return Stream.concat(
        Stream.of(layer), layer.paths().stream().flatMap(NetworkDefinition::withInner));
  }

  /** Returns the output layer, which training requires. */
  public Optional<LayerDefinition> output() {
    return layers.stream().filter(Wiring::isOutput).findFirst();
  }

  /**
   * Checks what can be checked without a dataset: the order of layers, blocks whose paths never
   * match and, if the input is fixed, shapes.
   *
   * @param unclear names of layers that have faults of their own, so that their output is unknown
   * @param faults receives every layer that does not fit, and the reason
   */
  public void check(Set<String> unclear, BiConsumer<LayerDefinition, String> faults) {
    Set<String> reported = new HashSet<>();
    Wiring.connect(
        layers,
        input,
        input.shape().map(LayerShape::of),
        2,
        unclear,
        (layer, fault) -> {
          reported.add(layer.name());
          faults.accept(layer, fault);
        });
    Set<Block> mismatched = Mismatches.find(layers, input, unclear);
    withInner(layers)
        .filter(mismatched::contains)
        .filter(layer -> !reported.contains(layer.name()))
        .forEach(layer -> faults.accept(layer, NEVER_MATCH));
  }

  /**
   * Binds the definition to images of one shape.
   *
   * @param images the shape of the dataset's images
   * @param labels how many labels the dataset has, at least 2
   * @throws InvalidRequestException with all faults: images other than declared, layers that cannot
   *     take their input, no output layer, more parameters than one array can hold
   */
  public Network on(ImageShape images, int labels) {
    return bind(images, labels, true);
  }

  /** Binds the definition for inspection: like {@link #on}, but an output layer is not required. */
  public Network inspectedOn(ImageShape images, int labels) {
    return bind(images, labels, false);
  }

  private Network bind(ImageShape images, int labels, boolean needsOutput) {
    Problems problems = new Problems();
    if (labels < 2) {
      problems.add("labels = " + labels + ": must be at least 2: prepare images of more classes");
    }
    if (!input.accepts(images)) {
      problems.add(
          String.format(
              Locale.ROOT,
              "input = %s: the images are %s: prepare them with --size %sx%s --channels %s, or change input",
              input,
              images,
              input.like(images).height(),
              input.like(images).width(),
              input.like(images).channels()));
    }
    if (needsOutput && output().isEmpty()) {
      problems.add("layers", "the output is missing: add { output { } } as the last layer");
    }
    ImageShape shape = input.like(images);
    Optional<Network> network = Optional.empty();
    if (!LayerShape.fits(shape.channels(), shape.height(), shape.width())) {
      problems.add("input = " + shape + ": has too many values: use smaller images");
    } else {
      List<Node> nodes =
          Wiring.connect(
              layers,
              input,
              Optional.of(LayerShape.of(shape)),
              Math.max(2, labels),
              Set.of(),
              (layer, fault) -> problems.add(place(layer), fault));
      if (problems.isEmpty()) {
        network =
            Optional.of(
                new Network(
                    name, input.boundTo(shape), shape, labels, layers, frozenLeaves(), nodes));
        checkParameters(network.get(), problems);
      }
    }
    problems.refuseIfAny(
        "Cannot use network " + name + " on " + images + " images with " + labels + " labels");
    return network.orElseThrow();
  }

  /** Returns the names of the frozen leaves in alphabetical order; blocks are expanded. */
  private List<String> frozenLeaves() {
    Set<String> names = new TreeSet<>();
    withInner(layers)
        .filter(layer -> frozen.contains(layer.name()))
        .flatMap(NetworkDefinition::withInner)
        .filter(layer -> layer.paths().isEmpty())
        .forEach(layer -> names.add(layer.name()));
    return new ArrayList<>(names);
  }

  private void checkParameters(Network network, Problems problems) {
    Node widest = network.nodes().get(0);
    double all = 0;
    for (Node node : network.nodes()) {
      all += node.parameters();
      widest = node.parameters() > widest.parameters() ? node : widest;
    }
    if (all > Integer.MAX_VALUE) {
      problems.add(
          place(widest.layer()),
          String.format(
              Locale.ROOT,
              "has %,d of %,.0f parameters, and a network must not have more than %,d: make it"
                  + " narrower, or pool its input (%s) first",
              widest.parameters(),
              all,
              Integer.MAX_VALUE,
              widest.input()));
    }
  }

  private String place(LayerDefinition layer) {
    String place = places.get(layer.name());
    return place == null ? layer.name() : place + " (" + layer.name() + ")";
  }
}

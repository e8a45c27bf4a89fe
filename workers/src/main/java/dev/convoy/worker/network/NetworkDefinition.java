package dev.convoy.worker.network;

import dev.convoy.data.Checks;
import dev.convoy.data.ImageShape;
import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A network as it was defined, before it is known what it trains on.
 *
 * @param name of the network
 * @param input the images it is for; empty if it follows the dataset
 * @param layers in the order in which an image passes them, every default filled in
 */
public record NetworkDefinition(
    String name, Optional<ImageShape> input, List<LayerDefinition> layers) {
  public NetworkDefinition {
    Checks.notBlank(name, "name");
    layers = List.copyOf(layers);
    Checks.that(!layers.isEmpty(), "layers", "there must be at least one");
    long names = layers.stream().map(LayerDefinition::name).distinct().count();
    Checks.that(names == layers.size(), "layers", "their names must differ");
  }

  /**
   * The network on images of one shape, every shape and count known.
   *
   * @param images the shape of the dataset's images
   * @param labels how many labels the dataset has, at least 2
   * @throws InvalidRequestException with all faults: images other than declared, layers out of
   *     place, the first layer that cannot take its input (the shapes after it are unknown), more
   *     parameters than one array can hold
   */
  public Network on(ImageShape images, int labels) {
    Problems problems = new Problems();
    if (labels < 2) {
      problems.add("labels = " + labels + ": must be at least 2: prepare images of more classes");
    }
    ImageShape shape = input.orElse(images);
    if (!shape.equals(images)) {
      problems.add(
          "input = %s: the images are %s: prepare them with --size %sx%s --channels %s, or change input"
              .formatted(shape, images, shape.height(), shape.width(), shape.channels()));
    }
    List<LayerShape> shapes = new ArrayList<>();
    List<LayerKind.Misplaced> misplaced =
        LayerKind.misplaced(layers.stream().map(LayerKind::of).map(Optional::of).toList());
    if (!LayerShape.fits(shape.channels(), shape.height(), shape.width())) {
      problems.add("input = " + shape + ": has too many values: use smaller images");
    } else {
      shapes = shapes(LayerShape.of(shape), Math.max(2, labels), misplaced, problems);
    }
    for (LayerKind.Misplaced fault : misplaced) {
      boolean end = fault.layer() == LayerKind.Misplaced.END;
      problems.add(end ? "layers" : place(fault.layer()), fault.fault());
    }
    if (problems.isEmpty()) {
      checkParameters(new Network(name, shape, labels, layers, shapes), problems);
    }
    problems.refuseIfAny(
        "Cannot use network " + name + " on " + images + " images with " + labels + " labels");
    return new Network(name, shape, labels, layers, shapes);
  }

  /** The output of each layer, up to the first that is misplaced or refuses its input. */
  private List<LayerShape> shapes(
      LayerShape input, int labels, List<LayerKind.Misplaced> misplaced, Problems problems) {
    List<LayerShape> shapes = new ArrayList<>();
    LayerShape shape = input;
    for (int i = 0; i < layers.size(); i++) {
      int layer = i;
      if (misplaced.stream().anyMatch(fault -> fault.layer() == layer)) {
        return shapes;
      }
      Optional<String> refusal = layers.get(i).refusal(shape);
      if (refusal.isPresent()) {
        problems.add(place(i), "cannot take " + shape + ": " + refusal.get());
        return shapes;
      }
      shape = layers.get(i).output(shape, labels);
      shapes.add(shape);
    }
    return shapes;
  }

  private void checkParameters(Network network, Problems problems) {
    int widest = 0;
    double all = 0;
    for (int i = 0; i < layers.size(); i++) {
      all += network.parameters(i);
      widest = network.parameters(i) > network.parameters(widest) ? i : widest;
    }
    if (all > Integer.MAX_VALUE) {
      problems.add(
          place(widest),
          String.format(
              Locale.ROOT,
              "has %,d of %,.0f parameters, and a network must not have more than %,d: make it"
                  + " narrower, or pool its input (%s) first",
              network.parameters(widest),
              all,
              Integer.MAX_VALUE,
              network.inputOf(widest)));
    }
  }

  private String place(int layer) {
    return "layers[" + layer + "] " + layers.get(layer).name();
  }
}

package dev.convoy.driver;

import dev.convoy.data.ImageShape;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.NetworkThread;
import dev.convoy.worker.replica.OpenNetwork;
import java.util.Arrays;
import java.util.List;

/** Networks and models small enough to be worked out by hand. */
public final class TestModels {
  /** Images of {@link #brightness()}. */
  public static final ImageShape GREY = new ImageShape(2, 2, 1);

  /** Labels of {@link #brightness()}. */
  public static final List<String> LABELS = List.of("dark", "bright");

  /** Black is -1, white is 1. */
  private static final Normalisation SYMMETRIC = new Normalisation(List.of(0.5), List.of(0.5));

  private TestModels() {}

  /** A network of these layers, in the definition language, and an output after them. */
  public static Network network(ImageShape images, int labels, String... layers) {
    String list = String.join(", ", layers) + (layers.length == 0 ? "" : ", ") + "{ output { } }";
    return NetworkReader.parse("layers = [ " + list + " ]", "small", "small.conf")
        .on(images, labels);
  }

  /**
   * A model that tells bright images of four pixels from dark ones: {@code ln(p(bright)/p(dark))}
   * is the sum of the pixels, each -1 (black) to 1 (white). White is bright with probability
   * 1/(1+e⁻⁴).
   */
  public static Model brightness() {
    // In Fortran order: the four weights of "dark", then those of "bright"; then two biases.
    float[] parameters = {0, 0, 0, 0, 1, 1, 1, 1, 0, 0};
    return model(network(GREY, 2), LABELS, SYMMETRIC, parameters);
  }

  /**
   * A model that tells bright images of any size from dark ones: {@code ln(p(bright)/p(dark))} is
   * four times the mean of the pixels, each -1 (black) to 1 (white), where height and width are
   * even. Both must be 2 at least. It has trained on {@link #GREY}.
   */
  public static Model brightnessOfAnySize() {
    return brightnessOf("input { height = any, width = any }");
  }

  /** The same where the keys of its definition say which images it takes. */
  public static Model brightnessOf(String keys) {
    Network network =
        NetworkReader.parse(
                keys
                    + "\nlayers = [ { pool { type = average, size = 2 } },"
                    + " { global-pool { type = average } }, { output { } } ]",
                "brightness",
                "brightness.conf")
            .on(GREY, 2);
    return model(network, LABELS, SYMMETRIC, new float[] {0, 4, 0, 0});
  }

  /** The same model with other names of its labels. */
  public static Model renamed(Model model, List<String> labels) {
    return model(model.network(), labels, model.normalisation(), model.parameters());
  }

  /** A model of one value everywhere. */
  public static Model constant(
      Network network, List<String> labels, Normalisation normalisation, float value) {
    float[] parameters = new float[Math.toIntExact(network.parameters())];
    Arrays.fill(parameters, value);
    return model(network, labels, normalisation, parameters);
  }

  private static Model model(
      Network network, List<String> labels, Normalisation normalisation, float[] parameters) {
    return new Model(
        network, labels, normalisation, tensors(network, normalisation), parameters, Json.object());
  }

  /** Where DL4J puts the parameters of a network. */
  public static List<TensorSpec> tensors(Network network, Normalisation normalisation) {
    NetworkSpec spec =
        new NetworkSpec("a test", network.toJson(), normalisation, Optimizer.sgd(), 1);
    try (NetworkThread<OpenNetwork> thread = new NetworkThread<>(spec)) {
      return thread.call(live -> live.trainable().tensors());
    }
  }
}

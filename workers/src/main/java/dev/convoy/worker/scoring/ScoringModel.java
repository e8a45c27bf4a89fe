package dev.convoy.worker.scoring;

import dev.convoy.data.InvalidRequestException;
import dev.convoy.data.Visible;
import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.network.layer.Activation;
import dev.convoy.worker.network.layer.Dense;
import dev.convoy.worker.network.layer.LayerDefinition;
import dev.convoy.worker.network.layer.Output;
import dev.convoy.worker.program.Arithmetic;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.OpenNetwork;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A network spec with its parameters, which is broadcast to executors for scoring. Immutable. */
public final class ScoringModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSpec spec;
  private final String version;
  private final List<TensorSpec> tensors;
  private final float[] parameters;

  /**
   * Creates a model whose parameters have the layout of the spec's network.
   *
   * @param version unique name of these parameters among all that the spec's networks load
   * @param parameters flat parameters; not copied
   */
  public ScoringModel(NetworkSpec spec, String version, float[] parameters) {
    this(spec, version, List.of(), parameters);
  }

  private ScoringModel(
      NetworkSpec spec, String version, List<TensorSpec> tensors, float[] parameters) {
    this.spec = spec;
    this.version = version;
    this.tensors = tensors;
    this.parameters = parameters;
  }

  /** Returns a trained model in its {@link InferenceForm}, for one job. */
  public static ScoringModel of(Model model, String job) {
    return of(model, model.network(), job);
  }

  /**
   * Returns a trained model in its {@link InferenceForm} for images of another shape.
   *
   * @param network the model's network, bound to those images
   */
  public static ScoringModel of(Model model, Network network, String job) {
    InferenceForm form = InferenceForm.fold(network, model.tensors(), model.parameters());
    return new ScoringModel(
        spec(model, form.network(), job), job, form.tensors(), form.parameters());
  }

  /**
   * Returns a trained model with all its layers, for {@link LayerOutputs}.
   *
   * @param network the model's network, possibly bound to other images
   */
  public static ScoringModel layerByLayer(Model model, Network network, String job) {
    return new ScoringModel(spec(model, network, job), job, model.tensors(), model.parameters());
  }

  /**
   * Returns a trained model in its {@link InferenceForm} that ends before the softmax: its values
   * are the logits of the labels.
   *
   * @throws InvalidRequestException if it has more labels than a dense layer can have units
   */
  public static ScoringModel logitsOf(Model model, String job) {
    InferenceForm form = InferenceForm.fold(model.network(), model.tensors(), model.parameters());
    Network network = form.network();
    if (network.labels() > LayerDefinition.WIDEST) {
      throw new InvalidRequestException(
          String.format(
              Locale.ROOT,
              "Cannot return the logits of a model of %,d labels: at most %,d are supported (set"
                  + " rawPredictionCol to an empty text)",
              network.labels(),
              LayerDefinition.WIDEST));
    }
    List<LayerDefinition> layers = new ArrayList<>(network.layers());
    Output output = network.output().orElseThrow();
    layers.set(
        layers.size() - 1,
        new Dense(output.name(), network.labels(), true, Activation.IDENTITY, output.training()));
    return of(model, ended(network, layers), form, job);
  }

  /**
   * Returns the part of a trained model, in its {@link InferenceForm}, from the image to one of its
   * layers.
   *
   * @param layer name of a layer or block that is not inside of another block
   * @throws InvalidRequestException if there is no such layer; the message lists those that can be
   *     named
   */
  public static ScoringModel upTo(String layer, Model model, String job) {
    Network network = model.network();
    List<String> names = network.layers().stream().map(LayerDefinition::name).toList();
    int index = names.indexOf(layer);
    if (index < 0 || network.layers().get(index) instanceof Output) {
      throw new InvalidRequestException(
          "Cannot return the values of the layer "
              + Visible.of(layer)
              + ": "
              + (index >= 0
                  ? "it is the output layer (its values are the predictions)"
                  : network.node(layer).isPresent()
                      ? "it is inside of a block (name the block)"
                      : "the model has no such layer")
              + "; it must be one of "
              + String.join(", ", names.subList(0, names.size() - 1)));
    }
    Network part = ended(network, network.layers().subList(0, index + 1));
    List<TensorSpec> tensors =
        model.tensors().stream().filter(one -> part.node(one.layer()).isPresent()).toList();
    InferenceForm form = InferenceForm.fold(part, tensors, model.parameters());
    return of(model, form.network(), form, job);
  }

  private static ScoringModel of(Model model, Network network, InferenceForm form, String job) {
    return new ScoringModel(spec(model, network, job), job, form.tensors(), form.parameters());
  }

  /** Returns a network of other layers on the same images. */
  private static Network ended(Network network, List<LayerDefinition> layers) {
    return new NetworkDefinition(network.name(), network.accepts(), layers, Set.of(), Map.of())
        .inspectedOn(network.input(), network.labels());
  }

  private static NetworkSpec spec(Model model, Network network, String job) {
    return new NetworkSpec(job, network.toJson(), model.normalisation(), Optimizer.sgd(), 0);
  }

  /** Returns a copy whose networks use that many native threads each; the default is 1. */
  public ScoringModel withNativeThreads(int threads) {
    return new ScoringModel(spec.withNativeThreads(threads), version, tensors, parameters);
  }

  /** Returns a copy that scores in another arithmetic; the default is float32. */
  public ScoringModel in(Arithmetic arithmetic) {
    return new ScoringModel(spec.withScoring(arithmetic), version, tensors, parameters);
  }

  public NetworkSpec spec() {
    return spec;
  }

  /** Returns the network that scores. */
  public Network network() {
    return spec.network();
  }

  /** Loads the parameters into a network, unless it has them. */
  void loadInto(OpenNetwork live) {
    live.load(version, () -> arranged(live.trainable().tensors()));
  }

  /**
   * Returns the parameters in the layout of a network, which may differ from that of the version of
   * Convoy that wrote the model.
   */
  private float[] arranged(List<TensorSpec> built) {
    return tensors.isEmpty() || tensors.equals(built)
        ? parameters
        : TensorSpec.arranged(parameters, tensors, built);
  }
}

package dev.convoy.worker.scoring;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.inference.InferenceForm;
import dev.convoy.worker.replica.NetworkSpec;
import dev.convoy.worker.replica.OpenNetwork;
import java.io.Serializable;
import java.util.List;

/** What executors need to score: a network spec and its parameters. Broadcast, never changed. */
public final class ScoringModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSpec spec;
  private final String version;
  private final List<TensorSpec> tensors;
  private final float[] parameters;

  /**
   * Parameters for a network that lie as that network has them.
   *
   * @param version names these parameters among all that the spec's networks ever get
   * @param parameters flat; not copied
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

  /** A trained model in its {@link InferenceForm}, for one job. */
  public static ScoringModel of(Model model, String job) {
    return of(model, model.network(), job);
  }

  /**
   * The same on images of another shape.
   *
   * @param network the model's, on those images
   */
  public static ScoringModel of(Model model, Network network, String job) {
    InferenceForm form = InferenceForm.of(network, model.tensors(), model.parameters());
    return new ScoringModel(
        spec(model, form.network(), job), job, form.tensors(), form.parameters());
  }

  /**
   * A trained model as it was trained, layer by layer, for {@link LayerOutputs}.
   *
   * @param network the model's, or the same on other images
   */
  public static ScoringModel layerByLayer(Model model, Network network, String job) {
    return new ScoringModel(spec(model, network, job), job, model.tensors(), model.parameters());
  }

  private static NetworkSpec spec(Model model, Network network, String job) {
    return new NetworkSpec(job, network.toJson(), model.normalisation(), Optimizer.sgd(), 0);
  }

  /** The same on networks that compute with so many native threads each; of one without this. */
  public ScoringModel withNativeThreads(int threads) {
    return new ScoringModel(spec.withNativeThreads(threads), version, tensors, parameters);
  }

  public NetworkSpec spec() {
    return spec;
  }

  /** The network that scores. */
  public Network network() {
    return spec.network();
  }

  /** Gives a network the parameters, unless it has them. */
  void loadInto(OpenNetwork live) {
    live.load(version, () -> arranged(live.trainable().tensors()));
  }

  /**
   * The parameters as a network has them: the version that wrote a model may lay them otherwise.
   */
  private float[] arranged(List<TensorSpec> built) {
    return tensors.isEmpty() || tensors.equals(built)
        ? parameters
        : TensorSpec.arranged(parameters, tensors, built);
  }
}

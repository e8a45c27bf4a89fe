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

  private static NetworkSpec spec(Model model, Network network, String job) {
    return new NetworkSpec(job, network.toJson(), model.normalisation(), Optimizer.sgd(), 0);
  }

  /** Returns a copy whose networks use that many native threads each; the default is 1. */
  public ScoringModel withNativeThreads(int threads) {
    return new ScoringModel(spec.withNativeThreads(threads), version, tensors, parameters);
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

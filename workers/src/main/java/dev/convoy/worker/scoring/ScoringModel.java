package dev.convoy.worker.scoring;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.network.graph.TensorSpec;
import dev.convoy.worker.replica.LiveNetwork;
import dev.convoy.worker.replica.NetworkSpec;
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

  /** A trained model, for one job. */
  public static ScoringModel of(Model model, String job) {
    NetworkSpec spec =
        new NetworkSpec(job, model.network().toJson(), model.normalisation(), Optimizer.sgd(), 0);
    return of(model, spec);
  }

  /** A trained model on a network of its own or of other images, for the owner of the spec. */
  public static ScoringModel of(Model model, NetworkSpec spec) {
    return new ScoringModel(spec, spec.owner(), model.tensors(), model.parameters());
  }

  public NetworkSpec spec() {
    return spec;
  }

  /** Gives a network the parameters, unless it has them. */
  void loadInto(LiveNetwork live) {
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

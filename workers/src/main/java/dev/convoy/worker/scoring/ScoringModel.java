package dev.convoy.worker.scoring;

import dev.convoy.worker.model.Model;
import dev.convoy.worker.network.graph.Optimizer;
import dev.convoy.worker.replica.NetworkSpec;
import java.io.Serializable;

/** What executors need to score: a network spec and its parameters. Broadcast, never changed. */
public final class ScoringModel implements Serializable {
  private static final long serialVersionUID = 1L;

  private final NetworkSpec spec;
  private final String version;
  private final float[] parameters;

  /**
   * Parameters for a network.
   *
   * @param version names these parameters among all that the spec's networks ever get
   * @param parameters flat; not copied
   */
  public ScoringModel(NetworkSpec spec, String version, float[] parameters) {
    this.spec = spec;
    this.version = version;
    this.parameters = parameters;
  }

  /** A trained model, for one job. */
  public static ScoringModel of(Model model, String job) {
    NetworkSpec spec =
        new NetworkSpec(job, model.network().toJson(), model.normalisation(), Optimizer.sgd(), 0);
    return new ScoringModel(spec, job, model.parameters());
  }

  public NetworkSpec spec() {
    return spec;
  }

  String version() {
    return version;
  }

  float[] parameters() {
    return parameters;
  }
}

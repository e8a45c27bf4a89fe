package dev.convoy.worker.network.inference;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.LayerDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A trained network with fewer steps and the same outputs up to rounding. Along every path of
 * layers:
 *
 * <ul>
 *   <li>Batch normalisation that follows a convolution or dense layer without an activation
 *       function becomes part of its weights and bias: with {@code f[m] = γ[m] / √(σ²[m] + ε)},
 *       {@code w'[m] = w[m]·f[m]} and {@code b'[m] = (b[m] − μ[m])·f[m] + β[m]}, computed in double
 *       precision. The layer gets a bias if it had none; in a separable convolution {@code w} are
 *       the pointwise weights. If a result is not finite, the layers stay unchanged.
 *   <li>An activation layer that follows a convolution, dense layer or residual block without an
 *       activation function becomes its activation function.
 *   <li>Dropout and identity activation layers are removed.
 * </ul>
 *
 * <p>Only neighbours on one path are merged, so that an output with several consumers does not
 * change. Remaining layers keep their names. No layer is frozen, because this network is not
 * trained.
 */
public final class InferenceForm {
  private final Network network;
  private final List<TensorSpec> tensors;
  private final float[] parameters;

  private InferenceForm(Network network, List<TensorSpec> tensors, float[] parameters) {
    this.network = network;
    this.tensors = tensors;
    this.parameters = parameters;
  }

  /**
   * Folds a network and its stored values.
   *
   * @param tensors layout of the parameters
   * @param parameters flat parameters; neither changed nor kept
   */
  public static InferenceForm fold(Network network, List<TensorSpec> tensors, float[] parameters) {
    FoldedTensors folded = new FoldedTensors(tensors, parameters);
    List<LayerDefinition> layers = new Folding(folded).foldNonEmpty(network.layers());
    Network shorter =
        new NetworkDefinition(network.name(), network.accepts(), layers, Set.of(), Map.of())
            .inspectedOn(network.input(), network.labels());
    return new InferenceForm(shorter, folded.specs(), folded.values());
  }

  /** Returns the folded network. */
  public Network network() {
    return network;
  }

  /** Returns the layout of the parameters. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** Returns the flat parameters, which must not be written to. */
  public float[] parameters() {
    return parameters;
  }
}

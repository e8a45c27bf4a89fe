package dev.convoy.worker.network.inference;

import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkDefinition;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.network.layer.LayerDefinition;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A trained network with fewer steps and the same outputs, but for rounding. Along every path of
 * layers:
 *
 * <ul>
 *   <li>Batch normalisation that follows a convolution or dense layer without an activation
 *       function becomes part of its weights and bias: with {@code f[m] = γ[m] / √(σ²[m] + ε)},
 *       {@code w'[m] = w[m]·f[m]} and {@code b'[m] = (b[m] − μ[m])·f[m] + β[m]}, computed in double
 *       precision. The layer gets a bias if it had none; of a separable convolution {@code w} are
 *       the pointwise weights. Where a value of it is not finite, the layers stay as they are.
 *   <li>An activation layer that follows a convolution, dense layer or residual block without one
 *       becomes its function.
 *   <li>Dropout, and the activation layer that changes nothing, disappear.
 * </ul>
 *
 * <p>Only neighbours of one path are joined, so that what several layers take stays what it was. A
 * layer that stays keeps its name. Nothing is frozen: this network is not trained.
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
   * The form of a network with its stored values.
   *
   * @param tensors where each parameter lies
   * @param parameters flat; neither changed nor kept
   */
  public static InferenceForm of(Network network, List<TensorSpec> tensors, float[] parameters) {
    FoldedTensors folded = new FoldedTensors(tensors, parameters);
    List<LayerDefinition> layers = new Folding(folded).atLeastOne(network.layers());
    Network shorter =
        new NetworkDefinition(network.name(), network.accepts(), layers, Set.of(), Map.of())
            .inspectedOn(network.input(), network.labels());
    return new InferenceForm(shorter, folded.specs(), folded.values());
  }

  /** Fewer nodes on the same images. */
  public Network network() {
    return network;
  }

  /** Where each parameter of the network lies. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** The flat parameters; not to be written to. */
  public float[] parameters() {
    return parameters;
  }
}

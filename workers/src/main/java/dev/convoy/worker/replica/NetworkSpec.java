package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.graph.Form;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;

/**
 * All that an executor needs to build one network.
 *
 * @param owner the run or job that the network is built for; the pool lends it to no other
 * @param definition canonical JSON of the network
 * @param normalisation of the images it is given
 * @param optimizer how it trains
 * @param seed of its initial parameters
 * @param nativeThreads that it computes with, at least 1: part of the result
 * @param form how its nodes become vertices
 */
public record NetworkSpec(
    String owner,
    String definition,
    Normalisation normalisation,
    Optimizer optimizer,
    long seed,
    int nativeThreads,
    Form form)
    implements GraphSpec<OpenNetwork> {
  public NetworkSpec {
    Checks.notBlank(owner, "owner");
    Checks.notBlank(definition, "definition");
    Checks.atLeast(1, nativeThreads, "nativeThreads");
  }

  /** A network to train and to score, which computes with its own thread alone. */
  public NetworkSpec(
      String owner,
      String definition,
      Normalisation normalisation,
      Optimizer optimizer,
      long seed) {
    this(owner, definition, normalisation, optimizer, seed, 1, Form.FUSED);
  }

  /** The same with another number of native threads. */
  public NetworkSpec withNativeThreads(int threads) {
    return new NetworkSpec(owner, definition, normalisation, optimizer, seed, threads, form);
  }

  /** The same network in another form. */
  public NetworkSpec in(Form other) {
    return new NetworkSpec(owner, definition, normalisation, optimizer, seed, nativeThreads, other);
  }

  /** The network of the definition. */
  public Network network() {
    String where = "the network of " + owner;
    return NetworkReader.canonical(Json.readTree(definition, where), where);
  }

  @Override
  public OpenNetwork open() {
    return new OpenNetwork(this);
  }

  TrainableNetwork build() {
    return GraphBuilder.build(network(), optimizer, seed, form);
  }
}

package dev.convoy.worker.replica;

import dev.convoy.data.Checks;
import dev.convoy.data.dataset.Normalisation;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.Form;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.graph.TrainableNetwork;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.language.NetworkReader;
import dev.convoy.worker.program.Arithmetic;

/**
 * The specification from which an executor builds one network.
 *
 * @param owner the run or job that the network is built for; the pool lends it to no other
 * @param definition canonical JSON of the network
 * @param normalisation normalisation of its images
 * @param optimizer its optimizer
 * @param seed seed of its initial parameters
 * @param nativeThreads number of native threads, at least 1; it affects the bits of results
 * @param form the form of its graph
 * @param precision precision in which it trains; scoring does not depend on it
 * @param scoring arithmetic in which it scores; training does not depend on it
 */
public record NetworkSpec(
    String owner,
    String definition,
    Normalisation normalisation,
    Optimizer optimizer,
    long seed,
    int nativeThreads,
    Form form,
    Precision precision,
    Arithmetic scoring)
    implements GraphSpec<OpenNetwork> {
  public NetworkSpec {
    Checks.notBlank(owner, "owner");
    Checks.notBlank(definition, "definition");
    Checks.atLeast(1, nativeThreads, "nativeThreads");
  }

  /** Creates the spec of a network for training and scoring with one native thread. */
  public NetworkSpec(
      String owner,
      String definition,
      Normalisation normalisation,
      Optimizer optimizer,
      long seed) {
    this(
        owner,
        definition,
        normalisation,
        optimizer,
        seed,
        1,
        Form.FUSED,
        Precision.FLOAT32,
        Arithmetic.FLOAT32);
  }

  /** Returns a copy with another number of native threads. */
  public NetworkSpec withNativeThreads(int threads) {
    return new NetworkSpec(
        owner, definition, normalisation, optimizer, seed, threads, form, precision, scoring);
  }

  /** Returns a copy with another form. */
  public NetworkSpec withForm(Form other) {
    return new NetworkSpec(
        owner,
        definition,
        normalisation,
        optimizer,
        seed,
        nativeThreads,
        other,
        precision,
        scoring);
  }

  /** Returns a copy that trains in another precision. */
  public NetworkSpec withPrecision(Precision other) {
    return new NetworkSpec(
        owner, definition, normalisation, optimizer, seed, nativeThreads, form, other, scoring);
  }

  /** Returns a copy that scores in another arithmetic. */
  public NetworkSpec withScoring(Arithmetic other) {
    return new NetworkSpec(
        owner, definition, normalisation, optimizer, seed, nativeThreads, form, precision, other);
  }

  /** Parses the definition. */
  public Network network() {
    String where = "the network of " + owner;
    return NetworkReader.canonical(Json.readTree(definition, where), where);
  }

  @Override
  public OpenNetwork open() {
    return new OpenNetwork(this);
  }

  TrainableNetwork build() {
    return GraphBuilder.build(network(), optimizer, seed, form, precision, scoring);
  }
}

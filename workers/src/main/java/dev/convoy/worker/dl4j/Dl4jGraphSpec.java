package dev.convoy.worker.dl4j;

import dev.convoy.data.Checks;
import dev.convoy.worker.graph.TrainableGraph;
import dev.convoy.worker.network.TensorSpec;
import dev.convoy.worker.replica.Examples;
import dev.convoy.worker.replica.GraphSpec;
import java.util.List;

/**
 * The specification from which an executor builds a graph that the user has configured in DL4J.
 *
 * @param owner the job that the graph is built for; the pool lends it to no other
 * @param json DL4J's JSON of its configuration
 * @param tensors layout of the flat parameters
 * @param examples type of its training examples
 * @param nativeThreads number of native threads, at least 1; it affects the bits of results
 */
public record Dl4jGraphSpec(
    String owner,
    String json,
    List<TensorSpec> tensors,
    Examples.Tensors examples,
    int nativeThreads)
    implements GraphSpec<OpenDl4jGraph> {
  public Dl4jGraphSpec {
    Checks.notBlank(owner, "owner");
    Checks.notBlank(json, "json");
    tensors = List.copyOf(tensors);
    Checks.atLeast(1, nativeThreads, "nativeThreads");
  }

  @Override
  public OpenDl4jGraph open() {
    return new OpenDl4jGraph(this);
  }

  TrainableGraph build() {
    TrainableGraph graph = Dl4jGraphBuilder.build(json, examples.features());
    if (!graph.tensors().equals(tensors)) {
      graph.close();
      throw new IllegalStateException(
          "The network that DL4J builds of its JSON has other parameters, or in other places: "
              + graph.tensors()
              + " in the place of "
              + tensors);
    }
    return graph;
  }
}

package dev.convoy.worker.network.summary;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.NetworkInput;
import dev.convoy.worker.network.Node;
import dev.convoy.worker.network.Optimizer;
import dev.convoy.worker.network.layer.LayerShape;
import dev.convoy.worker.network.layer.Leaf;
import dev.convoy.worker.network.layer.TensorLayout.Role;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The layers and costs of a network.
 *
 * @param accepts the images that it accepts
 * @param input the image shape that shapes and costs are computed for
 * @param trainable whether it ends in an output layer; without one it can only be inspected
 * @param rows one per node, in topological order
 * @param depth the largest number of layers with weights on one path; a separable convolution
 *     counts as two, norms as none (so that ResNet-20 has 20)
 * @param layers number of layers of each kind
 * @param parameters number of stored values of all layers
 * @param statistics number of stored values that batch normalisation measures
 * @param frozen number of stored values that are frozen, statistics included
 * @param trained number of stored values that the optimizer changes: neither statistics nor frozen
 * @param multiplyAdds multiply-adds in the forward pass of one image; training takes about three
 *     times as many
 * @param activationBytes bytes of all nodes' outputs for one image, as float32
 * @param receptiveField that of the last node with feature maps as output; one pixel if none has
 * @param memory native memory of a replica
 */
public record NetworkSummary(
    String name,
    NetworkInput accepts,
    ImageShape input,
    int labels,
    boolean trainable,
    List<Row> rows,
    int depth,
    Map<String, Integer> layers,
    long parameters,
    long statistics,
    long frozen,
    long trained,
    long multiplyAdds,
    long activationBytes,
    ReceptiveField receptiveField,
    ReplicaMemory memory) {

  /**
   * One node: a layer, or the join at the end of a block.
   *
   * @param kind its word in the definition language
   * @param details its settings, {@code 32 maps 5×5 stride 1 same relu}
   * @param inputs names of its input nodes, {@value #IMAGE} for the image
   * @param blocks names of the blocks that contain it, the outermost first
   * @param window placement of its sliding window, if it has one
   * @param frozen whether its stored values do not change
   * @param activationBytes bytes of its output for one image, as float32
   * @param share its share of the network's costs
   * @param weights weights of a convolution, also without sharing and without locality
   */
  public record Row(
      String name,
      String kind,
      String details,
      List<String> inputs,
      List<String> blocks,
      LayerShape input,
      LayerShape output,
      @JsonIgnore Optional<Placement> window,
      ReceptiveField receptiveField,
      long parameters,
      long statistics,
      boolean frozen,
      long multiplyAdds,
      long activationBytes,
      Share share,
      @JsonIgnore Optional<WeightCounts> weights) {
    /** The name of the image in {@link #inputs}. */
    public static final String IMAGE = "input";

    public Row {
      inputs = List.copyOf(inputs);
      blocks = List.copyOf(blocks);
    }

    @JsonProperty("window")
    Placement writtenWindow() {
      return window.orElse(null);
    }

    @JsonProperty("weights")
    WeightCounts writtenWeights() {
      return weights.orElse(null);
    }
  }

  /**
   * Shares of the network's costs, 0 to 1; 0 where the whole network has none.
   *
   * @param parameters share of all stored values
   * @param multiplyAdds share of all multiply-adds
   * @param activationBytes share of all activations
   */
  public record Share(double parameters, double multiplyAdds, double activationBytes) {}

  public NetworkSummary {
    rows = List.copyOf(rows);
  }

  /**
   * Summarises a network.
   *
   * @param batch minibatch size of the replica whose memory is estimated
   * @param optimizer of that replica
   */
  public static NetworkSummary of(Network network, int batch, Optimizer.Kind optimizer) {
    Totals totals = new Totals();
    Set<String> frozen = new HashSet<>(network.frozen());
    Map<String, Integer> layers = new TreeMap<>();
    for (Node node : network.nodes()) {
      totals.parameters += node.parameters();
      totals.statistics += node.statistics();
      totals.frozen += frozen.contains(node.name()) ? node.parameters() : 0;
      totals.multiplyAdds += node.multiplyAdds();
      totals.activationBytes += node.output().bytes();
      layers.merge(node.layer().kind(), 1, Integer::sum);
    }
    List<ReceptiveField> fields = ReceptiveField.of(network);
    List<Row> rows = new ArrayList<>();
    for (Node node : network.nodes()) {
      rows.add(row(network, node, fields.get(node.index()), totals, frozen));
    }
    return new NetworkSummary(
        network.name(),
        network.accepts(),
        network.input(),
        network.labels(),
        network.output().isPresent(),
        rows,
        depth(network),
        layers,
        totals.parameters,
        totals.statistics,
        totals.frozen,
        ReplicaMemory.trained(network),
        totals.multiplyAdds,
        totals.activationBytes,
        lastOfMaps(network, fields),
        ReplicaMemory.of(network, batch, optimizer));
  }

  /** The sums over all nodes. */
  private static final class Totals {
    private long parameters;
    private long statistics;
    private long frozen;
    private long multiplyAdds;
    private long activationBytes;

    Share share(Node node) {
      return new Share(
          fraction(node.parameters(), parameters),
          fraction(node.multiplyAdds(), multiplyAdds),
          fraction(node.output().bytes(), activationBytes));
    }

    private static double fraction(long part, long whole) {
      return whole == 0 ? 0 : (double) part / whole;
    }
  }

  private static Row row(
      Network network, Node node, ReceptiveField field, Totals totals, Set<String> frozen) {
    return new Row(
        node.name(),
        node.layer().kind(),
        node.layer().details(),
        node.inputs().stream()
            .map(from -> from == Node.IMAGE ? Row.IMAGE : network.nodes().get(from).name())
            .toList(),
        node.blocks(),
        node.input(),
        node.output(),
        node.leaf().flatMap(Leaf::window).map(window -> Placement.of(window, node.input())),
        field,
        node.parameters(),
        node.statistics(),
        frozen.contains(node.name()),
        node.multiplyAdds(),
        node.output().bytes(),
        totals.share(node),
        WeightCounts.of(node));
  }

  private static int depth(Network network) {
    List<Integer> depths = new ArrayList<>();
    for (Node node : network.nodes()) {
      int before =
          node.inputs().stream()
              .mapToInt(from -> from == Node.IMAGE ? 0 : depths.get(from))
              .max()
              .orElse(0);
      depths.add(before + node.leaf().map(NetworkSummary::weighted).orElse(0));
    }
    return depths.get(depths.size() - 1);
  }

  private static int weighted(Leaf leaf) {
    return (int) leaf.stored().stream().filter(one -> one.role() == Role.WEIGHTS).count();
  }

  private static ReceptiveField lastOfMaps(Network network, List<ReceptiveField> fields) {
    ReceptiveField last =
        new ReceptiveField(ReceptiveField.Axis.pixels(), ReceptiveField.Axis.pixels());
    for (Node node : network.nodes()) {
      last = node.output().flat() ? last : fields.get(node.index());
    }
    return last;
  }
}

package dev.convoy.driver.report;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.List;

/**
 * The networks that have a name, for people and, as plain records, for JSON.
 *
 * @param networks in alphabetical order
 */
public record NetworkList(List<Entry> networks) {

  /**
   * One network.
   *
   * @param purpose what it is for: the first sentence of its file
   * @param input the images that the costs are those of
   * @param layers nodes: layers, and the joins of blocks
   * @param depth layers with weights, one after another
   * @param multiplyAdds of one image
   */
  public record Entry(
      String name,
      String purpose,
      ImageShape input,
      int labels,
      int layers,
      int depth,
      long parameters,
      long multiplyAdds) {
    /** Of a network. */
    public static Entry of(String purpose, NetworkSummary network) {
      return new Entry(
          network.name(),
          purpose,
          network.input(),
          network.labels(),
          network.rows().size(),
          network.depth(),
          network.parameters(),
          network.multiplyAdds());
    }
  }

  public NetworkList {
    networks = List.copyOf(networks);
  }

  /** A table. */
  public String describe() {
    TextTable table =
        new TextTable("network", "images", "layers", "parameters", "multiply-adds", "what it is");
    for (Entry entry : networks) {
      table.row(
          entry.name(),
          entry.input(),
          entry.layers(),
          Numbers.count(entry.parameters()),
          Numbers.count(entry.multiplyAdds()),
          entry.purpose());
    }
    return table.toString();
  }
}

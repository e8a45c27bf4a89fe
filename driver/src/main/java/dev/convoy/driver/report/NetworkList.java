package dev.convoy.driver.report;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.summary.NetworkSummary;
import java.util.List;

/**
 * The named networks, as text and as JSON.
 *
 * @param networks in alphabetical order
 */
public record NetworkList(List<Entry> networks) {

  /**
   * One network.
   *
   * @param purpose first sentence of the comment in its file
   * @param input image shape for which costs are given
   * @param layers number of nodes: layers, and the joins of blocks
   * @param depth largest number of layers with weights on a path
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
    /** Returns the entry of a network. */
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

  /** Returns the list as a table. */
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

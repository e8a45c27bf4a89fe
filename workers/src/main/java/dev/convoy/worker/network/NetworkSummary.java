package dev.convoy.worker.network;

import dev.convoy.data.ImageShape;
import dev.convoy.worker.network.layer.LayerShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What a network is made of and costs, for people ({@link #toText()}) and, as plain records, for
 * JSON.
 *
 * @param rows one a layer
 * @param parameters trained values of all layers
 * @param multiplyAdds multiplications with addition in the forward pass of one image; training
 *     takes about three times as many
 */
public record NetworkSummary(
    String name, ImageShape input, int labels, List<Row> rows, long parameters, long multiplyAdds) {

  /**
   * One layer.
   *
   * @param kind its word in the definition language
   * @param details its settings, {@code 32 maps 5×5 stride 1 same relu}
   */
  public record Row(
      String name,
      String kind,
      String details,
      LayerShape input,
      LayerShape output,
      long parameters,
      long multiplyAdds) {}

  public NetworkSummary {
    rows = List.copyOf(rows);
  }

  public static NetworkSummary of(Network network) {
    List<Row> rows = network.nodes().stream().map(NetworkSummary::row).toList();
    return new NetworkSummary(
        network.name(),
        network.input(),
        network.labels(),
        rows,
        network.parameters(),
        rows.stream().mapToLong(Row::multiplyAdds).sum());
  }

  private static Row row(Node node) {
    return new Row(
        node.name(),
        node.layer().kind(),
        node.layer().details(),
        node.input(),
        node.output(),
        node.parameters(),
        node.multiplyAdds());
  }

  /** A table with a title above and totals below, ending with a line feed. */
  public String toText() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(
        List.of("layer", "kind", "details", "input", "output", "parameters", "multiply-adds"));
    for (Row row : rows) {
      lines.add(
          List.of(
              row.name(),
              row.kind(),
              row.details(),
              row.input().toString(),
              row.output().toString(),
              grouped(row.parameters()),
              grouped(row.multiplyAdds())));
    }
    lines.add(List.of("total", "", "", "", "", grouped(parameters), grouped(multiplyAdds)));
    StringBuilder text = new StringBuilder();
    text.append(name).append(": ").append(input).append(" images, ").append(labels);
    text.append(" labels\n");
    int columns = lines.get(0).size();
    int[] widths =
        IntStream.range(0, columns)
            .map(c -> lines.stream().mapToInt(line -> line.get(c).length()).max().orElseThrow())
            .toArray();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int c = 0; c < columns; c++) {
        String fill = " ".repeat(widths[c] - line.get(c).length());
        boolean number = c >= columns - 2;
        row.append("  ").append(number ? fill + line.get(c) : line.get(c) + fill);
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String grouped(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }
}

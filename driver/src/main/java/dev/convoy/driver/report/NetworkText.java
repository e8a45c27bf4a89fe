package dev.convoy.driver.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.convoy.data.Visible;
import dev.convoy.data.io.Json;
import dev.convoy.worker.engine.LayerKernel;
import dev.convoy.worker.engine.Precision;
import dev.convoy.worker.graph.GraphBuilder;
import dev.convoy.worker.network.Network;
import dev.convoy.worker.network.layer.Size;
import dev.convoy.worker.network.summary.NetworkSummary;
import dev.convoy.worker.network.summary.NetworkSummary.Row;
import dev.convoy.worker.network.summary.Placement;
import dev.convoy.worker.network.summary.ReceptiveField;
import dev.convoy.worker.network.summary.ReplicaMemory;
import dev.convoy.worker.network.summary.WeightCounts;
import dev.convoy.worker.program.Programs;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Descriptions of networks: shapes and receptive fields, costs, and the savings by shared weights.
 */
public final class NetworkText {
  private static final String AS_IT_IS = "the unchanged input";

  private static final String LEGEND =
      """
      field   pixels of the image that one output value depends on, rows×columns; beyond the borders it lies on padding
      jump    pixels between the fields of neighbouring outputs
      centre  row and column at the middle of the first output's field; the first pixel is 0, 0
      """;

  private final Network network;
  private final NetworkSummary summary;
  private final List<NetworkOutline.Line> outline;
  private final List<LayerKernel> kernels;

  private NetworkText(Network network, NetworkSummary summary, List<LayerKernel> kernels) {
    this.kernels = kernels;
    this.network = network;
    this.summary = summary;
    this.outline = NetworkOutline.of(network, summary);
  }

  /**
   * Describes a network in tables.
   *
   * @param kernels of its layers on this machine
   */
  public static String describe(
      Network network, NetworkSummary summary, List<LayerKernel> kernels) {
    NetworkText text = new NetworkText(network, summary, kernels);
    return String.join(
        System.lineSeparator(),
        Stream.of(
                text.title() + System.lineSeparator() + text.shapes(),
                text.costs() + System.lineSeparator() + text.totals(),
                text.alternatives())
            .filter(part -> !part.isEmpty())
            .toList());
  }

  /** Returns a network as JSON. */
  public static ObjectNode json(NetworkSummary summary, List<LayerKernel> kernels) {
    ObjectNode json = (ObjectNode) Json.tree(summary);
    json.set("kernels", Json.tree(kernels));
    return json;
  }

  private String title() {
    StringBuilder title = new StringBuilder();
    title.append(Visible.of(summary.name())).append(": ").append(summary.input()).append(" images");
    if (summary.trainable()) {
      title.append(", ").append(Numbers.count(summary.labels(), "label"));
    }
    if (summary.accepts().isAnySize()) {
      title.append("; it takes ").append(summary.accepts().words());
    }
    title.append(System.lineSeparator());
    if (!summary.trainable()) {
      title
          .append("It has no output layer, so it can be inspected but not trained:")
          .append(" add { output { } } as the last layer to train it.")
          .append(System.lineSeparator());
    }
    return title.toString();
  }

  private String shapes() {
    if (summary.rows().stream().allMatch(row -> row.window().isEmpty())) {
      return shapesOnly();
    }
    boolean dilated = summary.rows().stream().anyMatch(NetworkText::isDilated);
    List<String> heading = new ArrayList<>(List.of("layer", "", "output", "kernel", "stride"));
    if (dilated) {
      heading.add("dilation");
    }
    heading.addAll(List.of("padding", "field", "jump", "centre"));
    TextTable table = new TextTable(heading.toArray(String[]::new)).alignRight(heading.size() - 2);
    table.row(cells(heading.size(), "input", "", summary.input().toString()));
    for (NetworkOutline.Line line : outline) {
      String label = "  ".repeat(line.depth()) + line.label();
      List<String> cells = new ArrayList<>();
      cells.add(label);
      if (line.row().isPresent()) {
        cells.addAll(shape(line.row().get(), dilated));
      } else if (!label.endsWith(":")) {
        cells.add(AS_IT_IS);
      }
      table.row(cells(heading.size(), cells.toArray(String[]::new)));
    }
    return table + System.lineSeparator() + LEGEND;
  }

  private String shapesOnly() {
    TextTable table = new TextTable("layer", "", "output");
    table.row("input", "", summary.input());
    for (NetworkOutline.Line line : outline) {
      String label = "  ".repeat(line.depth()) + line.label();
      table.row(
          label,
          line.row().map(this::what).orElse(label.endsWith(":") ? "" : AS_IT_IS),
          line.row().map(row -> row.output().toString()).orElse(""));
    }
    return table.toString();
  }

  private static boolean isDilated(Row row) {
    return row.window().filter(window -> !window.dilation().equals(Size.ONE)).isPresent();
  }

  private static Object[] cells(int columns, String... first) {
    Object[] cells = new Object[columns];
    for (int column = 0; column < columns; column++) {
      cells[column] = column < first.length ? first[column] : "";
    }
    return cells;
  }

  private List<String> shape(Row row, boolean dilated) {
    List<String> cells = new ArrayList<>();
    cells.add(what(row));
    cells.add(row.output().toString());
    Optional<Placement> window = row.window();
    cells.add(window.map(w -> w.kernel().toString()).orElse(""));
    cells.add(window.map(w -> w.stride().brief()).orElse(""));
    if (dilated) {
      cells.add(window.map(w -> w.dilation().brief()).orElse(""));
    }
    cells.add(window.map(NetworkText::padding).orElse(""));
    ReceptiveField field = row.receptiveField();
    if (row.output().flat()) {
      cells.add("image");
    } else {
      cells.add(field.toString());
      cells.add(jump(field));
      cells.add(number(field.rows().centre()) + ", " + number(field.columns().centre()));
    }
    return cells;
  }

  private String what(Row row) {
    String settings = row.details();
    Optional<String> window =
        network
            .node(row.name())
            .flatMap(node -> node.leaf())
            .flatMap(leaf -> leaf.window())
            .map(Object::toString);
    if (window.isPresent()) {
      settings = settings.replace(window.get(), "").replaceAll(" +", " ");
    }
    boolean frozen = row.frozen() && row.parameters() > 0;
    // Generated names begin with the kind.
    String kind = row.name().startsWith(row.kind()) ? "" : row.kind() + " ";
    return (kind + settings.strip()).strip() + (frozen ? ", frozen" : "");
  }

  /**
   * Formats the padding: {@code valid}, {@code same (1)}, {@code 2×1}, or {@code same (0+1)} if it
   * differs before and after.
   */
  static String padding(Placement window) {
    String sides;
    if (window.top() == window.bottom() && window.left() == window.right()) {
      sides =
          window.top() == window.left() ? "" + window.top() : window.top() + "×" + window.left();
    } else {
      String rows = window.top() + "+" + window.bottom();
      String columns = window.left() + "+" + window.right();
      sides = rows.equals(columns) ? rows : rows + "×" + columns;
    }
    return switch (window.padding()) {
      case "valid" -> "valid";
      case "same" -> "same (" + sides + ")";
      default -> sides;
    };
  }

  private static String jump(ReceptiveField field) {
    if (!field.rows().isEven() || !field.columns().isEven()) {
      return "uneven";
    }
    return field.rows().jump() == field.columns().jump()
        ? String.valueOf(field.rows().jump())
        : field.rows().jump() + "×" + field.columns().jump();
  }

  private static String number(double value) {
    return value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value);
  }

  private String costs() {
    TextTable table =
        new TextTable("layer", "parameters", "%", "multiply-adds", "%", "activations", "%")
            .alignRight(5);
    for (NetworkOutline.Line line : outline) {
      if (line.row().isPresent()) {
        Row row = line.row().get();
        table.row(
            "  ".repeat(line.depth()) + line.label(),
            some(row.parameters()),
            percent(row.share().parameters()),
            some(row.multiplyAdds()),
            percent(row.share().multiplyAdds()),
            Numbers.bytes(row.activationBytes()),
            percent(row.share().activationBytes()));
      }
    }
    return table
        .row(
            "total",
            Numbers.count(summary.parameters()),
            "",
            Numbers.count(summary.multiplyAdds()),
            "",
            Numbers.bytes(summary.activationBytes()),
            "")
        .toString();
  }

  private static String some(long count) {
    return count == 0 ? "" : Numbers.count(count);
  }

  private static String percent(double fraction) {
    return fraction == 0 ? "" : String.format(Locale.ROOT, "%.1f", 100 * fraction);
  }

  private String totals() {
    StringBuilder text = new StringBuilder();
    line(text, "parameters", Numbers.count(summary.parameters()) + parts());
    line(
        text,
        "multiply-adds",
        Numbers.count(summary.multiplyAdds())
            + " in the forward pass of one image; training takes about three times as many");
    line(
        text,
        "activations",
        Numbers.bytes(summary.activationBytes()) + " put out by all layers for one image");
    line(
        text,
        "depth",
        Numbers.count(summary.depth(), "layer") + " with weights, one after another");
    if (summary.rows().stream().anyMatch(row -> !row.output().flat())) {
      line(
          text,
          "field",
          String.format(
              Locale.ROOT,
              "%s in images of %d×%d, at the last feature maps",
              summary.receptiveField(),
              summary.input().height(),
              summary.input().width()));
    }
    line(text, "run by", KernelText.describe(kernels));
    line(
        text,
        "bfloat16",
        GraphBuilder.whyNotIn(network, Precision.BFLOAT16)
            .map(why -> "not here: " + why)
            .orElse("trains and scores in it here (--precision bfloat16)"));
    Programs.whyUnsupported(network)
        .ifPresent(why -> line(text, "", "scoring goes layer by layer, which is slower: " + why));
    ReplicaMemory memory = summary.memory();
    line(
        text,
        "memory",
        String.format(
            Locale.ROOT,
            "about %s outside the Java heap for a replica that %s at batch %s with %s:",
            Numbers.bytes(memory.total()),
            summary.trainable() ? "trains" : "would train",
            Numbers.count(memory.batch()),
            memory.optimizer().key()));
    line(
        text,
        "",
        String.format(
            Locale.ROOT,
            "parameters %s, gradients %s, state of %s %s, images %s,",
            Numbers.bytes(memory.parameters()),
            Numbers.bytes(memory.gradients()),
            memory.optimizer().key(),
            Numbers.bytes(memory.optimizerState()),
            Numbers.bytes(memory.images())));
    line(
        text,
        "",
        String.format(
            Locale.ROOT,
            "activations %s, workspace of the forward and backward pass about %s",
            Numbers.bytes(memory.activations()),
            Numbers.bytes(memory.workspace())));
    return text.toString();
  }

  private String parts() {
    List<String> parts = new ArrayList<>();
    if (summary.statistics() > 0) {
      parts.add(Numbers.count(summary.statistics()) + " statistics of batch norm");
    }
    if (summary.frozen() > 0) {
      parts.add(Numbers.count(summary.frozen()) + " frozen");
    }
    return parts.isEmpty()
        ? ", all trained"
        : ", of which "
            + String.join(", ", parts)
            + "; "
            + Numbers.count(summary.trained())
            + " are trained";
  }

  private static void line(StringBuilder text, String label, String value) {
    text.append(String.format(Locale.ROOT, "%-14s %s", label, value))
        .append(System.lineSeparator());
  }

  private String alternatives() {
    TextTable table =
        new TextTable(
                "convolution",
                "shared",
                "not shared",
                "× shared",
                "dense",
                "× shared",
                "as float32")
            .alignRight(6);
    boolean any = false;
    for (Row row : summary.rows()) {
      if (row.weights().isPresent()) {
        WeightCounts weights = row.weights().get();
        table.row(
            row.name(),
            Numbers.count(weights.shared()),
            Numbers.count(weights.local()),
            times(weights.local(), weights.shared()),
            Numbers.count(weights.dense()),
            times(weights.dense(), weights.shared()),
            bytes(weights.dense()));
        any = true;
      }
    }
    if (!any) {
      return "";
    }
    return "Why a convolution: the weights of each, and of layers that could do the same"
        + System.lineSeparator()
        + table
        + System.lineSeparator()
        + """
          shared      one kernel for all positions, as here (biases are not counted)
          not shared  local, but each position has weights of its own: the non-zeros of the sparse Toeplitz matrix
          dense       every output from every input, all of that matrix: fully connected
          """;
  }

  private static String times(long count, long reference) {
    return Numbers.rate((double) count / reference);
  }

  private static String bytes(long weights) {
    return Numbers.bytes(Math.min(weights, Long.MAX_VALUE / Float.BYTES) * Float.BYTES);
  }
}
